"""Who may do what with complexes, members and decisions: role by act."""

from datetime import UTC, date, datetime

import pytest

from accounts.choices import Role
from complexes.choices import DECIDED_MOVES, ComplexState, DecisionState
from complexes.models import LifecycleDecision
from complexes.policies import complexes as policies
from complexes.validation.complexes import possible_decisions
from tests.factories import make_complex, make_user

pytestmark = pytest.mark.django_db
DISTRICT_ROLES = {Role.DISTRICT_FILER, Role.DISTRICT_APPROVER}
EDITABLE = {
    ComplexState.DRAFTING,
    ComplexState.CULTIVATING,
    ComplexState.RECOGNITION_REVIEW,
    ComplexState.RECOGNISED,
    ComplexState.RECTIFYING,
    ComplexState.TOLERATED,
    ComplexState.EXITING,
}


def make_complex_in(state, **changes):
    """Make a complex in a state with the dates that the state asks for."""
    values = {}
    if state in {ComplexState.DRAFTING, ComplexState.APPLIED, ComplexState.DECLINED}:
        values = {"cultivated_on": None, "recognised_on": None, "recognition_number": ""}
    if state in {ComplexState.CULTIVATING, ComplexState.RECOGNITION_REVIEW}:
        values = {"recognised_on": None, "recognition_number": ""}
    if state == ComplexState.EXITED:
        values = {"exited_on": date(2026, 1, 1)}
    return make_complex(state=state, **{**values, **changes})


def _decision(by, **changes):
    values = {
        "innovation_complex": make_complex_in(ComplexState.APPLIED),
        "to_state": ComplexState.CULTIVATING,
        "reason": "演示",
        "decided_on": date(2026, 1, 1),
        "proposed_by": by,
        "proposed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return LifecycleDecision.objects.create(**{**values, **changes})


@pytest.mark.parametrize("role", Role.values)
def test_only_filers_draft_complexes(role: str) -> None:
    assert bool(policies.may_create_complex(make_user(Role(role)))) == (role == Role.DISTRICT_FILER)


@pytest.mark.parametrize("is_at_home", [True, False])
@pytest.mark.parametrize("role", Role.values)
def test_only_filers_of_the_reporting_district_edit(role: str, is_at_home: bool) -> None:
    drafted = make_complex_in(ComplexState.DRAFTING)
    place = {"district": drafted.reporting_district} if role in DISTRICT_ROLES and is_at_home else {}
    user = make_user(Role(role), **place)

    verdicts = [
        act(user, drafted)
        for act in (policies.may_edit_complex, policies.may_edit_membership, policies.may_submit_application)
    ]

    assert [bool(verdict) for verdict in verdicts] == [role == Role.DISTRICT_FILER and is_at_home] * 3
    assert {verdict.code for verdict in verdicts} == {"" if verdicts[0] else "role"}


@pytest.mark.parametrize("state", ComplexState.values)
def test_state_decides_what_may_be_done(state: str, commission) -> None:
    innovation_complex = make_complex_in(state)
    filer = make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district)

    answers = [
        policies.may_edit_complex(filer, innovation_complex),
        policies.may_edit_membership(filer, innovation_complex),
        policies.may_submit_application(filer, innovation_complex),
        policies.may_propose_decision(commission, innovation_complex),
    ]

    assert [bool(answer) for answer in answers] == [
        state in EDITABLE,
        state in EDITABLE,
        state == ComplexState.DRAFTING,
        state in DECIDED_MOVES,
    ]
    assert {answer.code for answer in answers if not answer} <= {"state"}


@pytest.mark.parametrize("role", Role.values)
def test_only_the_commission_decides(role: str, commission) -> None:
    decision = _decision(commission)
    user = make_user(Role(role))

    answers = [
        policies.may_propose_decision(user, make_complex_in(ComplexState.APPLIED)),
        policies.may_confirm_decision(user, decision),
        policies.may_drop_decision(user, decision),
    ]

    assert [bool(answer) for answer in answers] == [role == Role.COMMISSION] * 3


def test_nobody_confirms_an_own_proposal(commission, second_commission) -> None:
    decision = _decision(commission)

    assert policies.may_confirm_decision(commission, decision).code == "same_person"
    assert policies.may_confirm_decision(second_commission, decision).is_allowed
    assert policies.may_drop_decision(commission, decision).is_allowed


@pytest.mark.parametrize("state", [DecisionState.CONFIRMED, DecisionState.DROPPED])
def test_closed_decision_is_closed(state: str, commission, second_commission) -> None:
    decision = _decision(commission, state=state, confirmed_by=second_commission)

    assert policies.may_confirm_decision(second_commission, decision).code == "state"
    assert policies.may_drop_decision(second_commission, decision).code == "state"


def test_one_decision_is_open_at_a_time(commission) -> None:
    decision = _decision(commission)

    assert policies.may_propose_decision(commission, decision.innovation_complex).code == "open_decision"


def test_end_of_an_exit_leads_back_to_the_state_before() -> None:
    recognised = make_complex_in(ComplexState.EXITING)
    cultivated = make_complex_in(ComplexState.EXITING, recognised_on=None, recognition_number="")

    assert possible_decisions(recognised) == [ComplexState.EXITED, ComplexState.RECOGNISED]
    assert possible_decisions(cultivated) == [ComplexState.EXITED, ComplexState.CULTIVATING]


def test_every_decided_move_is_a_move_of_the_table() -> None:
    table = LifecycleDecision._meta.get_field("innovation_complex").related_model.TRANSITIONS

    assert [(start, end) for start, ends in DECIDED_MOVES.items() for end in ends if end not in table[start]] == []
