"""Ask for background work: a row in the caller's transaction, a wake-up call after commit."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import faults
from common.jobs.models import Job

logger = logging.getLogger(__name__)


def enqueue(kind: str, *, key: str, by: Any = None, not_before: datetime | None = None, **arguments: int | str) -> Job:
    """Ask once for a piece of work; a second call with the same kind and key returns the first job.

    Effects: one job row in the caller's transaction; one message to Celery after commit. A lost message is
    harmless: the sweep finds the row.
    """
    job, is_new = Job.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={"arguments": arguments, "requested_by": by, "not_before": not_before or timezone.now()},
    )
    if is_new:
        transaction.on_commit(lambda: wake(job.pk))
    return job


def wake(job_id: int) -> None:
    """Send the wake-up call; without Redis the sweep takes its place."""
    from common.jobs.tasks import perform  # noqa: PLC0415 - the task module imports this one

    faults.hit("outbox.before_wake")
    if getattr(settings, "JOB_WAKE_IS_OFF", False):
        return
    try:
        perform.apply_async(args=[job_id], retry=False)
    except Exception as error:  # whatever the broker's client raises, the row stays
        logger.warning("job %s waits for the sweep: broker not reachable (%s)", job_id, type(error).__name__)
