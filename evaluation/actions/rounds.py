"""The monitoring round of each year is always there."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit.models import AuditEvent
from evaluation.actions.rubrics import ensure_default_rubric
from evaluation.choices import EvaluationKind
from evaluation.models import EvaluationRound


@transaction.atomic
def ensure_monitoring_rounds(years: Iterable[int], at: datetime) -> list[EvaluationRound]:
    """Return the monitoring round of each year, with the frozen default rubric; made where it is missing.

    Raises: Refused("rubric_invalid") if the plan with its indicators is not loaded yet.
    """
    version = ensure_default_rubric(at)
    rounds = []
    for year in years:
        evaluation_round, is_new = EvaluationRound.objects.get_or_create(
            kind=EvaluationKind.MONITORING,
            year=year,
            defaults={"code": f"monitoring-{year}", "name": f"{year}年度监测", "rubric_version": version},
        )
        if is_new:
            AuditEvent.objects.record("evaluationround.created", evaluation_round, by=None, at=at)
        rounds.append(evaluation_round)
    return rounds
