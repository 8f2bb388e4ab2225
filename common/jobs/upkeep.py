"""Upkeep of the job table itself."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common.jobs.lease import Lease
from common.jobs.models import Job, JobState
from common.jobs.periodic import all_recurrences, recurs
from common.jobs.tasks import handles

KEPT_FOR = timedelta(days=30)


@handles("tidy_jobs", label="清理过期的周期任务记录")
@transaction.atomic
def tidy_jobs(*, lease: Lease) -> None:
    """Remove finished rows of recurring work after thirty days; what people asked for stays."""
    kinds = [recurrence.kind for recurrence in all_recurrences()]
    old = Job.objects.filter(
        kind__in=kinds, key__startswith="period:", state=JobState.DONE, finished_at__lt=timezone.now() - KEPT_FOR
    )
    old.delete()
    lease.require_held()


recurs("tidy_jobs", every=timedelta(days=1))
