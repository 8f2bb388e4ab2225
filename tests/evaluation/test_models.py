from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.refusals import Refused
from evaluation.actions.runs import start_run
from evaluation.choices import (
    EVALUATION_TRANSITIONS,
    RUBRIC_TRANSITIONS,
    RUN_TRANSITIONS,
    EvaluationState,
    RubricState,
    RunState,
)
from evaluation.models import EvaluationRound, RubricVersion, ScoreLine, ScoreRun, ScoreSheet
from tests.factories.evaluation import AT, compute, make_monitoring_round, make_participant

TABLES: list[tuple[Any, Any, Any]] = [
    (EvaluationRound, EvaluationState, EVALUATION_TRANSITIONS),
    (RubricVersion, RubricState, RUBRIC_TRANSITIONS),
    (ScoreRun, RunState, RUN_TRANSITIONS),
]


@pytest.mark.parametrize(
    ("model", "before", "after", "is_allowed"),
    [
        (model, before, after, after in table[before])
        for model, states, table in TABLES
        for before, after in product(states, repeat=2)
    ],
)
def test_every_pair_of_states(model, before, after, is_allowed):
    record = model(state=before)
    if is_allowed:
        record.move_to(after)
        assert record.state == after
    else:
        with pytest.raises(Refused):
            record.move_to(after)


@pytest.fixture
def run(commission: Any) -> ScoreRun:
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    return compute(start_run(evaluation_round=evaluation_round, by=commission, at=AT))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (EvaluationRound, {"state": "unknown"}),
        (ScoreRun, {"state": "unknown"}),
        (ScoreRun, {"digest": ""}),
        (ScoreRun, {"finished_at": None}),
        (ScoreSheet, {"total": None}),
        (ScoreSheet, {"hold_reason": "演示"}),
        (ScoreLine, {"mark": None}),
        (ScoreLine, {"mark": Decimal(-1)}),
        (ScoreLine, {"outcome": "missing"}),
        (ScoreLine, {"item_code": "mechanism"}),
    ],
)
def test_database_refuses_impossible_rows(run, model, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**changes)


@pytest.mark.django_db
@pytest.mark.parametrize("made", ["run", "sheet"])
def test_database_refuses_doubles(run, made):
    record = run if made == "run" else run.sheets.get()
    record.pk = None
    if made == "run":
        record.job = None
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save(force_insert=True)
