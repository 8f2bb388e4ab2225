"""Decisions: one proposes, another confirms; every pair of states."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions.decisions import confirm_decision, drop_decision, propose_decision
from complexes.choices import COMPLEX_TRANSITIONS, DECIDED_MOVES, DECISION_LABELS, ComplexState, DecisionState
from complexes.models import InnovationComplex
from complexes.validation.complexes import possible_decisions
from tests.complexes.test_policies_complexes import make_complex_in

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


def _propose(innovation_complex, to_state, by, **changes):
    values = {"reason": "演示审查意见", "decided_on": date(2026, 2, 1), "number": "演示〔2026〕1号", **changes}
    return propose_decision(innovation_complex=innovation_complex, to_state=to_state, by=by, at=AT, **values)


def test_nothing_moves_before_a_second_officer_confirms(commission, second_commission) -> None:
    innovation_complex = make_complex_in(ComplexState.APPLIED)
    decision = _propose(innovation_complex, ComplexState.CULTIVATING, commission)

    before = InnovationComplex.objects.get().state
    with pytest.raises(Refused) as refusal:
        confirm_decision(decision=decision, by=commission, at=AT)
    confirmed = confirm_decision(decision=decision, by=second_commission, at=AT)

    assert (before, refusal.value.code) == (ComplexState.APPLIED, "same_person")
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.cultivated_on, confirmed.revision) == (
        ComplexState.CULTIVATING,
        date(2026, 2, 1),
        1,
    )
    decision.refresh_from_db()
    assert (decision.state, decision.confirmed_by, decision.closed_at) == (
        DecisionState.CONFIRMED,
        second_commission,
        AT,
    )
    assert list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "lifecycledecision.proposed",
        "innovationcomplex.decided",
        "lifecycledecision.confirmed",
    ]


def test_recognition_takes_day_and_number(commission, second_commission) -> None:
    decision = _propose(make_complex_in(ComplexState.RECOGNITION_REVIEW), ComplexState.RECOGNISED, commission)

    recognised = confirm_decision(decision=decision, by=second_commission, at=AT)

    assert (recognised.recognised_on, recognised.recognition_number) == (date(2026, 2, 1), "演示〔2026〕1号")


def test_exit_takes_its_day(commission, second_commission) -> None:
    decision = _propose(make_complex_in(ComplexState.EXITING), ComplexState.EXITED, commission)

    assert confirm_decision(decision=decision, by=second_commission, at=AT).exited_on == date(2026, 2, 1)


def test_end_of_an_exit_keeps_the_recognition(commission, second_commission) -> None:
    innovation_complex = make_complex_in(ComplexState.EXITING)
    decision = _propose(innovation_complex, ComplexState.RECOGNISED, commission)

    back = confirm_decision(decision=decision, by=second_commission, at=AT)

    assert (back.state, back.recognised_on) == (ComplexState.RECOGNISED, innovation_complex.recognised_on)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"number": " "}, "number", "“文号”未填写。予以认定须有认定文号，请按认定通知填写。"),
        (
            {"decided_on": date(2026, 3, 2)},
            "decided_on",
            "“决定日期”应在2000-01-01至今天（2026-03-01）之间，现为2026-03-02。请核对日期后重新填写。",
        ),
        (
            {"decided_on": date(2024, 9, 30)},
            "decided_on",
            "“决定日期”（2024-09-30）早于上一次决定的日期（2024-10-01）。请核对决定文件上的日期。",
        ),
    ],
)
def test_impossible_recognition_is_refused_at_its_field(commission, changes, field, sentence) -> None:
    innovation_complex = make_complex_in(ComplexState.RECOGNITION_REVIEW)

    with pytest.raises(ValidationError) as error:
        _propose(innovation_complex, ComplexState.RECOGNISED, commission, **changes)

    assert error.value.message_dict == {field: [sentence]}


@pytest.mark.parametrize("end", ComplexState.values)
@pytest.mark.parametrize("start", ComplexState.values)
def test_only_decided_moves_of_the_table_pass(commission, second_commission, start, end) -> None:
    innovation_complex = make_complex_in(start)

    if end in possible_decisions(innovation_complex):
        decision = _propose(innovation_complex, end, commission)
        assert confirm_decision(decision=decision, by=second_commission, at=AT).state == end
        assert end in COMPLEX_TRANSITIONS[start]
    else:
        with pytest.raises((Refused, ValidationError)):
            _propose(innovation_complex, end, commission)
        assert InnovationComplex.objects.get().state == start


def test_dropped_decision_has_no_effect_and_leaves_room(commission, second_commission) -> None:
    innovation_complex = make_complex_in(ComplexState.APPLIED)
    decision = _propose(innovation_complex, ComplexState.DECLINED, commission)
    with pytest.raises(Refused) as refusal:
        _propose(innovation_complex, ComplexState.CULTIVATING, second_commission)

    dropped = drop_decision(decision=decision, by=commission, at=AT)

    assert (refusal.value.code, dropped.state) == ("open_decision", DecisionState.DROPPED)
    with pytest.raises(Refused) as refusal:
        confirm_decision(decision=decision, by=second_commission, at=AT)
    assert refusal.value.code == "state"
    _propose(innovation_complex, ComplexState.CULTIVATING, second_commission)


def test_every_decision_has_its_words() -> None:
    assert set(DECISION_LABELS) == {(start, end) for start, ends in DECIDED_MOVES.items() for end in ends}


def test_no_decision_precedes_the_formation(commission) -> None:
    innovation_complex = make_complex_in(ComplexState.APPLIED)
    formed_on = innovation_complex.reporting_terms.get().valid_from

    with pytest.raises(ValidationError) as error:
        _propose(innovation_complex, ComplexState.CULTIVATING, commission, decided_on=formed_on - timedelta(days=1))

    assert error.value.message_dict == {
        "decided_on": [
            "“决定日期”2024-09-24早于综合体的组建日期2024-09-25。请核对日期；组建日期有误的，请联系市级管理部门。"
        ]
    }
