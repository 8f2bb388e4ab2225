"""Material of evaluations: plan, round, participants with approved filings, judgements."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.choices import Role
from accounts.models import User
from common.jobs.lease import Lease
from common.jobs.models import Job, JobState
from complexes.models import InnovationComplex
from evaluation.actions.rounds import ensure_monitoring_rounds
from evaluation.jobs import score_run
from evaluation.models import EvaluationRound, Judgement, ScoreRun
from indicators.choices import FilingState
from indicators.models import FigureValue, Filing, FilingRound, FilingVersion, Indicator, Plan
from tests.factories.accounts import make_district, make_user
from tests.factories.complexes import make_complex
from tests.factories.sequence import next_number

AT = datetime(2026, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
RATIO_FIGURES = {"rd_intensity": ("30", "1000"), "new_product_share": ("260", "1000")}
COUNT_FIGURES = {"tackling_tasks": "3", "needs_resolved": "10", "synergy_cases": "1"}


def load_plan_000() -> None:
    """Load plan 000 unless it is there."""
    if not Plan.objects.filter(code="cq-complex-2024-2027").exists():
        call_command("load_plans", "data/plans/cq-complex-2024-2027.yaml", verbosity=0, stdout=_Silent())


def make_monitoring_round(year: int = 2025) -> EvaluationRound:
    """Make the monitoring round of a year with the frozen default rubric."""
    load_plan_000()
    return ensure_monitoring_rounds([year], AT)[0]


def make_participant(
    evaluation_round: EvaluationRound,
    *,
    figures: Mapping[str, Any] | None = None,
    mark: Decimal | None = Decimal(8),
    is_approved: bool = True,
    **changes: Any,
) -> InnovationComplex:
    """Make a recognised complex whose approved filing reaches every share of 2025, judged 8 of 10.

    `figures` replaces figures by code: a text for a count, a pair for a ratio, "no_data" or "not_applicable".
    """
    innovation_complex = make_complex(**changes)
    version = make_version(innovation_complex, evaluation_round.year, is_approved=is_approved)
    if is_approved:
        add_figures(version, {**RATIO_FIGURES, **COUNT_FIGURES, **(figures or {})})
    if mark is not None:
        make_judgement(evaluation_round, innovation_complex, mark=mark)
    return innovation_complex


def make_version(innovation_complex: InnovationComplex, year: int, *, is_approved: bool = True) -> FilingVersion:
    """Make a filing with a sealed version, approved or waiting for the district."""
    filing_round = FilingRound.objects.filter(year=year).first() or FilingRound.objects.create(
        code=f"annual-{year}",
        name=f"{year}年度填报",
        year=year,
        opens_at=datetime(year + 1, 1, 5, 9, 0, tzinfo=AT.tzinfo),
        due_at=datetime(year + 1, 3, 31, 17, 30, tzinfo=AT.tzinfo),
        locks_at=datetime(year + 1, 6, 30, 17, 30, tzinfo=AT.tzinfo),
    )
    filing = Filing.objects.create(
        filing_round=filing_round,
        innovation_complex=innovation_complex,
        district=innovation_complex.reporting_district,
        state=FilingState.SUBMITTED,
        submitted_at=AT,
    )
    version = FilingVersion.objects.create(
        filing=filing,
        number=1,
        responsible_officer="演示责任人",
        submitted_by=make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district),
        digest=f"{next_number():064d}",
        sealed_at=AT,
    )
    if is_approved:
        Filing.objects.filter(pk=filing.pk).update(state=FilingState.COMMISSION_APPROVED, approved_version=version)
    return version


def add_figures(version: FilingVersion, figures: Mapping[str, Any]) -> None:
    """Seal the figures of a version."""
    indicators = {row.code: row for row in Indicator.objects.filter(code__in=figures)}
    FigureValue.objects.bulk_create(
        FigureValue(
            version=version,
            indicator=indicators[code],
            innovation_complex=version.filing.innovation_complex,
            district=version.filing.district,
            year=version.filing.filing_round.year,
            updated_at=AT,
            **_figure(given),
        )
        for code, given in figures.items()
    )


def make_judgement(
    evaluation_round: EvaluationRound, innovation_complex: InnovationComplex, **changes: Any
) -> Judgement:
    values: dict[str, Any] = {
        "item_code": "mechanism",
        "mark": Decimal(8),
        "reason": "演示：章程齐备。",
        "judged_at": AT,
    }
    if "judged_by" not in changes:
        values["judged_by"] = User.objects.filter(role=Role.COMMISSION).first() or make_user(Role.COMMISSION)
    return Judgement.objects.create(
        evaluation_round=evaluation_round, innovation_complex=innovation_complex, **{**values, **changes}
    )


def make_field_of_participants(evaluation_round: EvaluationRound, size: int) -> list[InnovationComplex]:
    """Make participants with spread figures, ties and odd divisions among them, in one district."""
    district = make_district()
    return [
        make_participant(
            evaluation_round,
            reporting_district=district,
            figures={
                "rd_intensity": (str(7 + number % 11), "997"),
                "tackling_tasks": str(number % 4),
                "needs_resolved": str(number % 7),
            },
            mark=Decimal(number % 11),
        )
        for number in range(size)
    ]


def _figure(given: Any) -> dict[str, Any]:
    if given in {"no_data", "not_applicable"}:
        return {"missing_reason": given}
    if isinstance(given, str):
        return {"reported": Decimal(given), "recognised": Decimal(given), "numerator": Decimal(given)}
    numerator, denominator = (Decimal(part) for part in given)
    value = (numerator * 100 / denominator).quantize(Decimal("1E-10"))
    return {
        "reported": value,
        "recognised": value,
        "numerator": numerator,
        "denominator": denominator,
        "covered": 3,
        "members": 3,
        "coverage_share": Decimal(1),
    }


class _Silent:
    def write(self, text: str) -> None:
        """Drop the text."""


def compute(run: ScoreRun) -> ScoreRun:
    """Compute a run to its end in this transaction, as its worker would, without the thread that renews the lease."""
    Job.objects.filter(pk=run.job_id).update(state=JobState.RUNNING, token="factory", attempts=1)
    score_run(lease=Lease(run.job_id, "factory"), run_id=run.pk)
    Job.objects.filter(pk=run.job_id).update(state=JobState.DONE, token="")
    return ScoreRun.objects.get(pk=run.pk)
