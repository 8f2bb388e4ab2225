"""Pages of innovation needs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, reads_records
from accounts.views.guards import needs as person_needs
from complexes.views import ledger, subrecords
from tasks.actions import needs
from tasks.choices import NeedState
from tasks.forms.needs import (
    CloseNeedForm,
    ConfirmNeedForm,
    MatchNeedForm,
    NeedFilters,
    NeedForm,
    ReopenNeedForm,
    SolveNeedForm,
)
from tasks.models import Need, NeedParticipation
from tasks.policies import needs as policies
from tasks.views.sections import NEED_FRAME

_MOVES = (
    ledger.Move(
        name="match",
        label="登记对接",
        states=frozenset({NeedState.OPEN}),
        ask=policies.may_match_need,
        act=needs.match_need,
        form=MatchNeedForm,
        hint="填写市内供给单位或市外供给方，只填一项。",
    ),
    ledger.Move(
        name="solve",
        label="登记解决方案",
        states=frozenset({NeedState.MATCHED}),
        ask=policies.may_solve_need,
        act=needs.solve_need,
        form=SolveNeedForm,
    ),
    ledger.Move(
        name="confirm",
        label="登记需求方确认",
        states=frozenset({NeedState.SOLVED}),
        ask=policies.may_confirm_need,
        act=needs.confirm_need,
        form=ConfirmNeedForm,
        hint="确认后从确认日期所在年度起累计计入。",
    ),
    ledger.Move(
        name="reopen",
        label="退回上一步",
        states=frozenset({NeedState.MATCHED, NeedState.SOLVED}),
        ask=policies.may_reopen_need,
        act=needs.reopen_need,
        form=ReopenNeedForm,
        hint="对接未成或方案未被认可时使用；退回后可重新对接或重新提出方案。",
        tone="secondary",
    ),
    ledger.Move(
        name="close",
        label="关闭需求",
        states=frozenset({NeedState.OPEN, NeedState.MATCHED, NeedState.SOLVED}),
        ask=policies.may_close_need,
        act=needs.close_need,
        form=CloseNeedForm,
        hint="关闭后不能恢复，也不计数。",
        tone="danger",
    ),
)


def _explain(need: Need) -> list[str]:
    """Say in which year the need counts, and why."""
    if need.counted_year is None:
        if need.state == NeedState.CLOSED:
            return ["已关闭，不计数。"]
        return ["尚不计数：需求方确认解决并有佐证材料后才计数，从确认日期所在年度起累计计入。"]
    assert need.confirmed_on is not None, "a need is counted from its confirmation"
    return [ledger.explain_year(need, "需求方确认日期", need.confirmed_on)]


def _more(user: Any, need: Any) -> Mapping[str, Any]:
    return {"sections": subrecords.shown_sections(NEED_FRAME, need, user=user)}


NEEDS = ledger.Noun(
    app="tasks",
    name="need",
    argument="need",
    label="创新需求",
    model=Need,
    parts=NeedParticipation,
    form=NeedForm,
    filters=NeedFilters,
    create=needs.create_need,
    change=needs.change_need,
    moves=_MOVES,
    explain=_explain,
    related=("demand_unit", "supply_unit"),
    more=_more,
    empty="还没有创新需求。由区县填报人员登记，需求方确认解决后计数。",
)


@reads_records
@require_GET
def list_needs(request: SignedInRequest) -> HttpResponse:
    return ledger.show_list(request, NEEDS)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_need(request: SignedInRequest) -> HttpResponse:
    return ledger.enter_event(request, NEEDS)


@reads_records
@require_GET
def show_need(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.show_detail(request, NEEDS, code)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_need(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.edit_event(request, NEEDS, code)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def move_need(request: SignedInRequest, code: str, move: str) -> HttpResponse:
    return ledger.move_event(request, NEEDS, code, move)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def share_need(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.share_event(request, NEEDS, code)


@person_needs(Permission.EDIT_RECORDS)
@require_POST
def confirm_need_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.confirm_part(request, NEEDS, code, complex_code)


@person_needs(Permission.EDIT_RECORDS)
@require_POST
def withdraw_need_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.withdraw_part(request, NEEDS, code, complex_code)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_need_record(request: SignedInRequest, code: str, section: str) -> HttpResponse:
    return subrecords.enter_row(request, NEED_FRAME, ledger.find_event(request, NEEDS, code), section)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_need_record(request: SignedInRequest, code: str, section: str, record_id: int) -> HttpResponse:
    need = ledger.find_event(request, NEEDS, code)
    return subrecords.edit_row(request, NEED_FRAME, need, section, record_id)


@person_needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def withdraw_need_record(request: SignedInRequest, code: str, section: str, record_id: int) -> HttpResponse:
    need = ledger.find_event(request, NEEDS, code)
    return subrecords.withdraw_row(request, NEED_FRAME, need, section, record_id)
