"""A ratio that the progress page does not judge is not scored either, by whatever coverage the settings ask for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings

from evaluation.actions.runs import start_run
from evaluation.models import ScoreLine
from indicators.models import FigureValue, Plan
from indicators.progress import Scope, progress_rows
from tests.factories.evaluation import AT, compute, make_monitoring_round, make_participant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("minimum", "covered", "by_revenue", "is_held_back"),
    [
        ("0.60", 3, "1", False),
        ("0.60", 2, "1", True),
        ("0.60", 3, "0.59", True),
        ("0.60", 2, None, True),
        ("0.80", 3, "1", True),
        ("0.40", 2, "0.40", False),
    ],
)
def test_page_and_score_agree(
    settings: LazySettings, commission: Any, minimum: str, covered: int, by_revenue: str | None, is_held_back: bool
) -> None:
    settings.PROGRESS_RULES = {**settings.PROGRESS_RULES, "minimum_coverage": minimum}
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round)
    FigureValue.objects.filter(innovation_complex=innovation_complex, indicator__code="rd_intensity").update(
        covered=covered,
        members=5,
        coverage_share=by_revenue and Decimal(by_revenue),
        rows=[{"k": "U1", "t": "演示企业", "n": "30", "d": "1000"}],
    )

    run = compute(start_run(evaluation_round=evaluation_round, by=commission, at=AT))
    outcome = ScoreLine.objects.get(sheet__run=run, item_code="rd_intensity").outcome
    page = progress_rows(
        plan=Plan.objects.get(code="cq-complex-2024-2027"),
        year=2025,
        scope=Scope(innovation_complex=innovation_complex),
        today=date(2026, 4, 1),
    )
    status = next(row.status for row in page if row.target == "rd_intensity-2025")

    assert (outcome == "missing", status == "low_coverage") == (is_held_back, is_held_back)
