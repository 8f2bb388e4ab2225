import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from audit.models import AuditEvent
from common.refusals import Refused
from evaluation.actions.judgements import record_judgement
from evaluation.choices import EvaluationState
from evaluation.models import EvaluationRound, Judgement
from tests.factories import make_user
from tests.factories.evaluation import AT, make_judgement, make_monitoring_round, make_participant


def record(evaluation_round: EvaluationRound, innovation_complex: Any, by: Any, **changes: Any) -> Judgement:
    values = {"item_code": "mechanism", "mark": Decimal("7.5"), "reason": "演示：章程齐备", "expected_revision": -1}
    return record_judgement(
        evaluation_round=evaluation_round,
        innovation_complex=innovation_complex,
        by=by,
        at=AT,
        **{**values, **changes},
    )


@pytest.mark.django_db
def test_mark_is_recorded_and_changed_with_its_history(commission, second_commission):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    first = record(evaluation_round, innovation_complex, commission)
    second = record(
        evaluation_round, innovation_complex, second_commission, mark=Decimal(6), expected_revision=first.revision
    )
    assert (second.pk, second.mark, second.judged_by, second.revision) == (first.pk, Decimal(6), second_commission, 1)
    event = AuditEvent.objects.get(kind="judgement.changed")
    assert event.changes["mark"] == ["7.50", "6"]


@pytest.mark.django_db
def test_same_mark_again_changes_nothing(commission, second_commission):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    first = record(evaluation_round, innovation_complex, commission)
    again = record(evaluation_round, innovation_complex, second_commission, expected_revision=first.revision)
    assert (again.judged_by, again.revision) == (commission, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("expected_revision", [-1, 3])
def test_stale_page_is_refused(commission, expected_revision):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round)
    with pytest.raises(Refused) as refusal:
        record(evaluation_round, innovation_complex, commission, expected_revision=expected_revision)
    assert (refusal.value.code, Judgement.objects.get().mark) == ("stale", Decimal(8))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSION])
def test_only_the_commission_judges(role):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    with pytest.raises(Refused) as refusal:
        record(evaluation_round, innovation_complex, make_user(role))
    assert refusal.value.code == "role"


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in EvaluationState if state != EvaluationState.QUANT_SCORING])
def test_marks_belong_to_the_scoring_stage(commission, state):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    EvaluationRound.objects.filter(pk=evaluation_round.pk).update(state=state)
    with pytest.raises(Refused) as refusal:
        record(evaluation_round, innovation_complex, commission)
    assert refusal.value.code == "state"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mark": Decimal("10.01")}, "mark"),
        ({"mark": Decimal("-0.01")}, "mark"),
        ({"mark": Decimal("1.005")}, "mark"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_mark_outside_the_item_or_without_reason_is_invalid(commission, changes, field):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    with pytest.raises(ValidationError) as invalid:
        record(evaluation_round, innovation_complex, commission, **changes)
    assert list(invalid.value.message_dict) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize("item_code", ["rd_intensity", "no_such"])
def test_computed_items_are_not_judged(commission, item_code):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    with pytest.raises(Refused) as refusal:
        record(evaluation_round, innovation_complex, commission, item_code=item_code)
    assert refusal.value.code == "item"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"recognised_on": date(2026, 1, 1)}, {"state": "exited", "exited_on": date(2026, 1, 1)}]
)
def test_complexes_that_do_not_take_part_are_not_judged(commission, changes):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None, **changes)
    with pytest.raises(Refused) as refusal:
        record(evaluation_round, innovation_complex, commission)
    assert refusal.value.code == "participant"


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [{"mark": Decimal(-1)}, {"reason": ""}])
def test_database_refuses_impossible_judgements(broken):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.update(**broken)


@pytest.mark.django_db
def test_second_judgement_of_an_item_is_impossible_in_the_database():
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_judgement(evaluation_round, innovation_complex)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_leave_one_mark_and_one_refusal():
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, mark=None)
    people = [make_user(Role.COMMISSION), make_user(Role.COMMISSION)]
    barrier = threading.Barrier(2)
    answers: list[str] = []

    def judge(person: Any, mark: int) -> None:
        try:
            barrier.wait()
            record(evaluation_round, innovation_complex, person, mark=Decimal(mark))
            answers.append("recorded")
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=judge, args=(person, mark)) for mark, person in enumerate(people, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(answers), Judgement.objects.count()) == (["recorded", "stale"], 1)
