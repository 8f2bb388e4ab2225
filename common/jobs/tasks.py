"""The two Celery tasks: perform one job, and sweep up jobs whose wake-up call was lost."""

import importlib
import importlib.util
import logging
import secrets
from collections.abc import Callable
from datetime import timedelta

from celery import shared_task
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from common import faults
from common.jobs.lease import Lease, LeaseLost
from common.jobs.models import Job, JobState
from common.jobs.outbox import wake
from common.refusals import Refused

logger = logging.getLogger(__name__)

Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register a function `(lease, **arguments)` as the handler of a kind of job.

    A handler may run twice without harm; it calls `lease.require_held()` last in each transaction that writes.
    """

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(kind, function) is not function:
            raise ValueError(f"two handlers for job kind {kind}")
        return function

    return register


def handler_of(kind: str) -> Handler:
    """Return the handler of a kind, importing every app's jobs module once."""
    if kind not in _handlers:
        for config in apps.get_app_configs():
            if importlib.util.find_spec(f"{config.name}.jobs"):
                importlib.import_module(f"{config.name}.jobs")
    return _handlers[kind]


@shared_task(name="common.jobs.perform")
def perform(job_id: int) -> None:
    """Claim one job and run its handler; leave at once if somebody else holds it."""
    at = timezone.now()
    token = secrets.token_hex(16)
    lease_until = at + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    if not Job.objects.claim(job_id, token=token, at=at, lease_until=lease_until):
        return
    job = Job.objects.get(pk=job_id)
    faults.hit("job.claimed")
    try:
        if job.attempts > settings.JOB_MAX_ATTEMPTS:
            raise Refused("attempts", f"已尝试 {settings.JOB_MAX_ATTEMPTS} 次仍未完成,请系统管理员查看日志后重新发起。")
        with Lease(job_id, token) as lease:
            handler_of(job.kind)(lease=lease, **job.as_arguments())
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job_id)
    except Refused as refusal:
        _finish(job_id, token, state=JobState.FAILED, error=refusal.sentence)
    except Exception as error:
        logger.exception("job %s failed", job_id)
        is_last = job.attempts >= settings.JOB_MAX_ATTEMPTS
        retry_at = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS * job.attempts)
        _finish(
            job_id,
            token,
            state=JobState.FAILED if is_last else JobState.QUEUED,
            error=f"{type(error).__name__}: {error}",
            not_before=retry_at,
        )
    else:
        _finish(job_id, token, state=JobState.DONE, error="")


@shared_task(name="common.jobs.sweep")
def sweep() -> None:
    """Wake every job that should be running and is not: lost messages, dead workers, due times."""
    for job_id in Job.objects.claimable(timezone.now()).order_by("not_before", "pk").values_list("pk", flat=True)[:100]:
        wake(job_id)


def _finish(job_id: int, token: str, **changes: object) -> None:
    """Close the attempt, unless another worker has taken the job over."""
    Job.objects.filter(pk=job_id, token=token, state=JobState.RUNNING).update(
        token="", lease_until=None, finished_at=timezone.now(), **changes
    )
