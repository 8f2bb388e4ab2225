"""What the administrator does to background work."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.models import AuditEvent
from common.jobs.models import Job, JobState
from common.jobs.outbox import wake
from common.refusals import Refused
from common.verdicts import require
from portal.policies import may_retry_job


@transaction.atomic
def retry_job(*, job: Job, by: User, at: datetime) -> Job:
    """Put a failed job back into the queue with all its attempts.

    Raises: Refused by role, by state, or if a business record was closed together with the job.
    Effects: one audit event; one wake-up call after commit.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    require(may_retry_job(by, job))
    if job.state != JobState.FAILED:
        raise Refused("state", f"这项后台任务{job.get_state_display()}，不需要重试。只有执行失败的任务可以重试。")
    changes = {"state": (job.state, JobState.QUEUED), "attempts": (job.attempts, 0)}
    job.state, job.attempts = JobState.QUEUED, 0
    job.done = job.total = 0
    job.not_before, job.finished_at = at, None
    job.save(update_fields=["state", "attempts", "done", "total", "not_before", "finished_at"])
    AuditEvent.objects.record("job.retried", job, by=by, at=at, changes=changes)
    transaction.on_commit(lambda: wake(job.pk))
    return job
