"""Build the demo data: fourteen complexes with their year, or a data set of any size."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import District, User
from common.jobs.tasks import perform
from common.refusals import Refused
from evaluation.actions.judgements import record_judgement
from evaluation.actions.participants import participants_of
from evaluation.actions.runs import release_run, start_run
from evaluation.models import EvaluationRound
from indicators.actions.rounds import ensure_filing_rounds
from indicators.models import FilingRound
from portal.demo.accounts import create_district_officers
from portal.demo.blueprint import SKETCHES
from portal.demo.bulk_filings import BulkFiler
from portal.demo.filings import cast_of, file_round
from portal.demo.ledgers import LedgerWriter, extra_sketches

SEED = 2027
_YEARS = [2024, 2025]
_MARKS = (Decimal("8.5"), Decimal(9), Decimal("7.5"), Decimal(8), Decimal("9.5"), Decimal(7))


def require_private_database() -> None:
    """Refuse invented data anywhere but in the private database.

    Raises: Refused("not_private").
    """
    if not settings.IS_EMBEDDED:
        raise Refused("not_private", "Demo accounts and demo data exist only in the private database of `make run`.")


def build_demo_world(*, at: datetime, report: Callable[[str], object]) -> None:
    """Write the fourteen demo complexes, their filings of 2024 and 2025, and one finished run of 2025.

    The round of 2024 lies in the past and is locked; that of 2025 is open.
    """
    require_private_database()
    ensure_filing_rounds(years=[2024], at=at - timedelta(weeks=15))
    ensure_filing_rounds(years=[2025], at=at - timedelta(weeks=4))
    ledgers = LedgerWriter(sketches=list(SKETCHES), years=_YEARS, at=at - timedelta(weeks=16), seed=SEED).write()
    report(f"Demo data: {len(ledgers.complexes)} complexes, {len(ledgers.units)} units")
    casts = cast_of({innovation_complex.reporting_district_id for innovation_complex in ledgers.complexes})
    for year in _YEARS:
        goals = {
            innovation_complex: sketch.filing_2024 if year == 2024 else sketch.filing_2025
            for innovation_complex, sketch in zip(ledgers.complexes, ledgers.sketches, strict=True)
        }
        file_round(FilingRound.objects.get(year=year), goals, casts=casts)
        report(f"Demo data: filings of {year} in every state")
    run_evaluation(year=2025, at=at)
    report("Demo data: one finished score run of 2025")


def build_large_world(*, complexes: int, years: list[int], at: datetime, report: Callable[[str], object]) -> None:
    """Add invented complexes, with their ledgers and approved filings, to what there is."""
    require_private_database()
    sketches = extra_sketches(complexes, seed=SEED + complexes)
    with transaction.atomic():
        create_district_officers(District.objects.filter(valid_to__isnull=True), at=at)
    ledgers = LedgerWriter(sketches=sketches, years=years, at=at - timedelta(weeks=16), seed=SEED).write()
    report(f"Demo data: {len(ledgers.complexes)} more complexes, {len(ledgers.units)} more units")
    casts = cast_of({innovation_complex.reporting_district_id for innovation_complex in ledgers.complexes})
    for year in years:
        filed = BulkFiler(FilingRound.objects.get(year=year), ledgers.complexes, casts).file()
        report(f"Demo data: {filed} filings of {year} approved")


def run_evaluation(*, year: int, at: datetime) -> None:
    """Judge the approved complexes of the year's monitoring round, run it in this process, release the result."""
    evaluation_round = EvaluationRound.objects.get(code=f"monitoring-{year}")
    judge = User.objects.get(username="city3")
    approved = participants_of(evaluation_round).filter(
        filings__filing_round__year=year, filings__approved_version__isnull=False
    )
    for number, innovation_complex in enumerate(approved.order_by("code")):
        record_judgement(
            evaluation_round=evaluation_round,
            innovation_complex=innovation_complex,
            item_code="mechanism",
            mark=_MARKS[number % len(_MARKS)],
            reason="演示：理事会与专家委员会运行规范，合作协议齐备。",
            expected_revision=-1,
            by=judge,
            at=at,
        )
    run = start_run(evaluation_round=evaluation_round, by=judge, at=at)
    perform(run.job_id)
    release_run(run=run, by=User.objects.get(username="city1"), at=at)
