"""Every pair of states of a case, and its selection."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions import cases as actions
from complexes.choices import CASE_TRANSITIONS, CaseKind, CaseState
from complexes.models import Case, InnovationComplex
from tests.factories import make_case, make_complex, make_period_lock

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)
UNDECIDED = {"selected_on": None, "counted_year": None, "description": "演示说明"}

VALUES: dict[str, dict[str, Any]] = {
    CaseState.DRAFT: {**UNDECIDED, "submitted_on": None},
    CaseState.SUBMITTED: UNDECIDED,
    CaseState.SELECTED: {},
    CaseState.NOT_SELECTED: UNDECIDED,
}

Act = Callable[[Case, User, User], Case]


def submit(case: Case, filer: User, commission: User) -> Case:
    return actions.submit_case(case=case, submitted_on=DAY, by=filer, at=AT)


def take_back(case: Case, filer: User, commission: User) -> Case:
    return actions.take_back_case(case=case, by=filer, at=AT)


def select(case: Case, filer: User, commission: User) -> Case:
    return actions.select_case(case=case, selected_on=DAY, by=commission, at=AT)


def reject(case: Case, filer: User, commission: User) -> Case:
    return actions.reject_case(case=case, reason="演示理由", by=commission, at=AT)


ACTIONS: dict[str, Act] = {
    CaseState.DRAFT: take_back,
    CaseState.SUBMITTED: submit,
    CaseState.SELECTED: select,
    CaseState.NOT_SELECTED: reject,
}


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def case_in(state: str, innovation_complex: InnovationComplex, **changes: Any) -> Case:
    return make_case(innovation_complex, state=state, **{**VALUES[state], **changes})


@pytest.mark.parametrize("start", CaseState.values)
@pytest.mark.parametrize("end", list(ACTIONS))
def test_every_pair_of_states(
    start: str, end: str, innovation_complex: InnovationComplex, filer: User, commission: User
) -> None:
    case = case_in(start, innovation_complex)
    if end in CASE_TRANSITIONS[start]:
        assert ACTIONS[end](case, filer, commission).state == end
        assert AuditEvent.objects.filter(object_id=case.pk).count() == 1
    with pytest.raises(Refused) as caught:
        ACTIONS[end](case, filer, commission)
    assert caught.value.code == "state"
    case.refresh_from_db()
    assert case.state == (end if end in CASE_TRANSITIONS[start] else start)


def test_a_case_is_entered_submitted_taken_back_submitted_and_selected(
    innovation_complex: InnovationComplex, filer: User, commission: User
) -> None:
    values = {
        "innovation_complex": innovation_complex,
        "title": "演示案例",
        "kind": CaseKind.TALENT,
        "description": "演示说明",
    }
    case = actions.create_case(values=values, by=filer, at=AT)
    assert case.code == "AL-00001"
    case = take_back(submit(case, filer, commission), filer, commission)
    assert (case.state, case.submitted_on) == (CaseState.DRAFT, None)
    case = select(submit(case, filer, commission), filer, commission)
    assert (case.selected_on, case.counted_year, case.is_late_entry) == (DAY, 2026, False)


def test_a_case_without_description_is_not_submitted(innovation_complex: InnovationComplex, filer: User) -> None:
    case = case_in(CaseState.DRAFT, innovation_complex, description=" ")
    with pytest.raises(ValidationError) as caught:
        actions.submit_case(case=case, submitted_on=DAY, by=filer, at=AT)
    assert caught.value.messages == ["案例的“内容说明”未填写，不能报送。请先编辑案例，补充内容说明。"]


@pytest.mark.parametrize("selected_on", [date(2025, 4, 30), date(2026, 11, 21)])
def test_a_selection_has_a_possible_date(
    selected_on: date, innovation_complex: InnovationComplex, commission: User
) -> None:
    case = case_in(CaseState.SUBMITTED, innovation_complex, submitted_on=date(2025, 5, 1))
    with pytest.raises(ValidationError) as caught:
        actions.select_case(case=case, selected_on=selected_on, by=commission, at=AT)
    assert list(caught.value.message_dict) == ["selected_on"]


def test_a_selection_in_a_locked_year_counts_later_only_on_demand(
    innovation_complex: InnovationComplex, commission: User
) -> None:
    make_period_lock(innovation_complex, 2026)
    case = case_in(CaseState.SUBMITTED, innovation_complex)
    with pytest.raises(Refused) as caught:
        actions.select_case(case=case, selected_on=DAY, by=commission, at=AT)
    assert caught.value.code == "period_locked"
    selected = actions.select_case(case=case, selected_on=DAY, is_late_entry=True, by=commission, at=AT)
    assert (selected.counted_year, selected.is_late_entry) == (2027, True)


def test_nobody_selects_or_rejects_a_case_of_their_own(innovation_complex: InnovationComplex, commission: User) -> None:
    case = case_in(CaseState.SUBMITTED, innovation_complex, entered_by=commission)
    for act in (select, reject):
        with pytest.raises(Refused) as caught:
            act(case, commission, commission)
        assert caught.value.code == "same_person"


def test_a_rejection_needs_a_reason(innovation_complex: InnovationComplex, commission: User) -> None:
    case = case_in(CaseState.SUBMITTED, innovation_complex)
    with pytest.raises(ValidationError) as caught:
        actions.reject_case(case=case, reason="", by=commission, at=AT)
    assert list(caught.value.message_dict) == ["reason"]
