"""Filing rounds: plan, open, lock. Opening and locking are jobs that may run again without harm."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from audit.records import record_many
from common.jobs import outbox
from common.models import Job
from common.verdicts import require
from complexes.models import InnovationComplex, ReportingTerm
from indicators.choices import FilingState
from indicators.models import Filing, FilingRound
from indicators.policies import filings as policies
from indicators.validation import filings as validation

OPENING_HOUR, CLOSING_HOUR = time(9, 0), time(17, 30)


@transaction.atomic
def plan_round(*, filing_round: FilingRound, by: User, at: datetime) -> FilingRound:
    """Store a new round; it opens and locks by itself when its times come.

    Raises: Refused by role; ValidationError by field. Effects: two jobs that wait for their times.
    """
    require(policies.may_plan_round(by))
    return _store_round(filing_round, by=by, at=at)


@transaction.atomic
def ensure_filing_rounds(*, years: Iterable[int], at: datetime) -> list[FilingRound]:
    """Plan the yearly rounds that are missing, opening today, and return the new ones.

    A round is due seven weeks after it opens and locked six weeks later; the commission may plan other dates.
    """
    opens_on = timezone.localdate(at)
    known = set(FilingRound.objects.values_list("year", flat=True))
    return [
        _store_round(
            FilingRound(
                code=f"annual-{year}",
                name=f"{year}年度填报",
                year=year,
                opens_at=_office_time(opens_on, OPENING_HOUR),
                due_at=_office_time(opens_on + timedelta(weeks=7), CLOSING_HOUR),
                locks_at=_office_time(opens_on + timedelta(weeks=13), CLOSING_HOUR),
            ),
            by=None,
            at=at,
        )
        for year in sorted(set(years) - known)
    ]


@transaction.atomic
def extend_round(
    *, filing_round: FilingRound, due_at: datetime, locks_at: datetime, reason: str, by: User, at: datetime
) -> FilingRound:
    """Give a round later times, so that filings that are late or need a correction can still be submitted.

    Filings that are locked already stay locked.
    Raises: Refused by role; ValidationError by field. Effects: one audit event, one job that waits for the new lock.
    """
    filing_round = FilingRound.objects.select_for_update().get(pk=filing_round.pk)
    require(policies.may_extend_round(by))
    validation.check_extension(filing_round, due_at=due_at, locks_at=locks_at, reason=reason, at=at)
    changes = {"due_at": (filing_round.due_at, due_at), "locks_at": (filing_round.locks_at, locks_at)}
    filing_round.due_at, filing_round.locks_at = due_at, locks_at
    filing_round.full_clean()
    filing_round.save(update_fields=["due_at", "locks_at"])
    AuditEvent.objects.record(
        "filinground.extended", filing_round, by=by, at=at, changes=changes, reason=reason.strip()
    )
    _ask_for_lock(filing_round, by=by)
    return filing_round


def closing_time(day: date) -> datetime:
    """Return the end of office hours of a day, at which rounds are due and locked."""
    return _office_time(day, CLOSING_HOUR)


def _office_time(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=timezone.get_default_timezone())


def _store_round(filing_round: FilingRound, *, by: User | None, at: datetime) -> FilingRound:
    filing_round.full_clean()
    filing_round.save(force_insert=True)
    AuditEvent.objects.record("filinground.planned", filing_round, by=by, at=at)
    outbox.enqueue(
        "open_round", key=filing_round.code, by=by, not_before=filing_round.opens_at, round_id=filing_round.pk
    )
    _ask_for_lock(filing_round, by=by)
    return filing_round


def _ask_for_lock(filing_round: FilingRound, *, by: User | None) -> None:
    """Ask for the job at the lock time; one asked for an earlier time then finds nothing to lock."""
    key = f"{filing_round.code} {filing_round.locks_at.isoformat()}"
    outbox.enqueue("lock_round", key=key, by=by, not_before=filing_round.locks_at, round_id=filing_round.pk)


@transaction.atomic
def request_opening(*, filing_round: FilingRound, by: User, at: datetime) -> Job:
    """Ask for a job that opens the round, or adds the complexes that joined since.

    Raises: Refused by role, before the opening time and once the round is locked. Effects: one job.
    """
    require(policies.may_open_round(by, filing_round, at))
    return outbox.enqueue("open_round", key=f"{filing_round.code} {at.isoformat()}", by=by, round_id=filing_round.pk)


@transaction.atomic
def open_round(*, filing_round: FilingRound, by: User | None, at: datetime) -> int:
    """Make one filing per active complex cultivated by 31 December of the year; return how many were new.

    However often it runs, a complex has one filing. The filing belongs to the district that reported for the complex
    on that day. `by` is empty for the scheduled job.
    Raises: Refused by role, before the opening time and once the round is locked.
    """
    filing_round = FilingRound.objects.select_for_update().get(pk=filing_round.pk)
    require(policies.may_open_round(by, filing_round, at) if by else policies.round_takes_filings(filing_round, at))
    terms = ReportingTerm.objects.filter(innovation_complex=OuterRef("pk"), valid_from__lte=filing_round.last_day)
    missing = (
        InnovationComplex.objects.active()
        .filter(cultivated_on__lte=filing_round.last_day)
        .exclude(filings__filing_round=filing_round)
        .annotate(
            filing_district=Coalesce(
                Subquery(terms.order_by("-valid_from").values("district_id")[:1]),
                "reporting_district_id",
                output_field=BigIntegerField(),
            )
        )
        .order_by("pk")
    )
    filings = Filing.objects.bulk_create(
        [
            Filing(
                filing_round=filing_round,
                innovation_complex=innovation_complex,
                district_id=innovation_complex.filing_district,
            )
            for innovation_complex in missing
        ],
        batch_size=1000,
    )
    opened = {filing.pk: {"state": (None, filing.state)} for filing in filings}
    record_many("filing.opened", filings, by=by, at=at, changes=opened)
    return len(filings)


@transaction.atomic
def lock_round(*, filing_round: FilingRound, by: User | None, at: datetime) -> int:
    """Lock the approved filings of a round whose lock time has come; return how many. The others stay as they are."""
    due = (
        Filing.objects.select_for_update(of=("self",))
        .filter(filing_round=filing_round, filing_round__locks_at__lte=at, state=FilingState.COMMISSION_APPROVED)
        .select_related("filing_round", "innovation_complex")
        .order_by("pk")
    )
    filings = list(due)
    for filing in filings:
        filing.move_to(FilingState.LOCKED)
        filing.updated_at = at
    Filing.objects.bulk_update(filings, ["state", "updated_at"], batch_size=1000)
    moved = {"state": (FilingState.COMMISSION_APPROVED.value, FilingState.LOCKED.value)}
    record_many("filing.locked", filings, by=by, at=at, changes={filing.pk: moved for filing in filings})
    return len(filings)
