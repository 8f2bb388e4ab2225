"""Pages of synergy cases."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from complexes.actions import cases
from complexes.choices import CaseState
from complexes.forms.cases import (
    CaseFilters,
    CaseForm,
    RejectCaseForm,
    SelectCaseForm,
    SubmitCaseForm,
    TakeBackCaseForm,
)
from complexes.models import Case, CaseParticipation
from complexes.policies import cases as policies
from complexes.views import ledger

_MOVES = (
    ledger.Move(
        name="submit",
        label="报送",
        states=frozenset({CaseState.DRAFT}),
        ask=policies.may_submit_case,
        act=cases.submit_case,
        form=SubmitCaseForm,
        hint="报送后由市级遴选；遴选前可以收回修改。",
    ),
    ledger.Move(
        name="select",
        label="遴选入选",
        states=frozenset({CaseState.SUBMITTED}),
        ask=policies.may_select_case,
        act=cases.select_case,
        form=SelectCaseForm,
        hint="入选后从遴选日期所在年度起累计计入。",
    ),
    ledger.Move(
        name="reject",
        label="不予入选",
        states=frozenset({CaseState.SUBMITTED}),
        ask=policies.may_reject_case,
        act=cases.reject_case,
        form=RejectCaseForm,
        tone="danger",
    ),
    ledger.Move(
        name="take-back",
        label="收回修改",
        states=frozenset({CaseState.SUBMITTED}),
        ask=policies.may_take_back_case,
        act=cases.take_back_case,
        form=TakeBackCaseForm,
        hint="收回后回到起草状态，修改后可再次报送。",
        tone="secondary",
    ),
)


def _explain(case: Case) -> list[str]:
    """Say in which year the case counts, and why."""
    if case.counted_year is None:
        if case.state == CaseState.NOT_SELECTED:
            return ["未入选，不计数。"]
        return ["尚不计数：只有经市级遴选入选的案例才计数，从遴选日期所在年度起累计计入。"]
    assert case.selected_on is not None, "a case is counted from its selection"
    return [ledger.explain_year(case, "遴选日期", case.selected_on)]


CASES = ledger.Noun(
    app="complexes",
    name="case",
    argument="case",
    label="典型案例",
    model=Case,
    parts=CaseParticipation,
    form=CaseForm,
    filters=CaseFilters,
    create=cases.create_case,
    change=cases.change_case,
    moves=_MOVES,
    explain=_explain,
    empty="还没有典型案例。由区县填报人员登记并报送，市级遴选入选后计数。",
)


@reads_records
@require_GET
def list_cases(request: SignedInRequest) -> HttpResponse:
    return ledger.show_list(request, CASES)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_case(request: SignedInRequest) -> HttpResponse:
    return ledger.enter_event(request, CASES)


@reads_records
@require_GET
def show_case(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.show_detail(request, CASES, code)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_case(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.edit_event(request, CASES, code)


@reads_records
@require_http_methods(["GET", "POST"])
def move_case(request: SignedInRequest, code: str, move: str) -> HttpResponse:
    return ledger.move_event(request, CASES, code, move)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def share_case(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.share_event(request, CASES, code)


@needs(Permission.EDIT_RECORDS)
@require_POST
def confirm_case_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.confirm_part(request, CASES, code, complex_code)


@needs(Permission.EDIT_RECORDS)
@require_POST
def withdraw_case_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.withdraw_part(request, CASES, code, complex_code)
