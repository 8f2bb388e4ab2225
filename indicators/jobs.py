"""Background work of filings: rounds open and lock by themselves."""

from django.db import transaction
from django.utils import timezone

from audit.context import Origin, coming_from
from common.jobs.lease import Lease
from common.jobs.tasks import handles
from indicators.actions import rounds
from indicators.models import FilingRound


@handles("open_round", label="填报轮次开放")
@transaction.atomic
def open_round(*, lease: Lease, round_id: int) -> None:
    """Make the missing filings of a round."""
    with coming_from(Origin(channel="job")):
        rounds.open_round(filing_round=FilingRound.objects.get(pk=round_id), by=None, at=timezone.now())
    lease.require_held()


@handles("lock_round", label="填报轮次锁定")
@transaction.atomic
def lock_round(*, lease: Lease, round_id: int) -> None:
    """Lock the approved filings of a round whose lock time has come."""
    with coming_from(Origin(channel="job")):
        rounds.lock_round(filing_round=FilingRound.objects.get(pk=round_id), by=None, at=timezone.now())
    lease.require_held()
