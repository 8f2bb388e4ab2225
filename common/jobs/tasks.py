"""The two Celery tasks: perform one job, and sweep up jobs whose wake-up call was lost."""

import importlib
import importlib.util
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from celery import shared_task
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import faults
from common.jobs import periodic
from common.jobs.lease import Lease, LeaseLost
from common.jobs.models import Heartbeat, Job, JobState, Part
from common.jobs.outbox import wake
from common.refusals import Refused

logger = logging.getLogger(__name__)

_HELP = "请系统管理员查看日志后重新发起。"

Handler = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of job does, what it is called, and what it does when it is parked for good."""

    handler: Handler
    label: str
    gives_up: Handler | None = None

    @property
    def may_be_retried(self) -> bool:
        """Tell whether a parked job may run again; otherwise a business record was closed with it."""
        return self.gives_up is None


_kinds: dict[str, Kind] = {}


def handles(kind: str, *, label: str = "", gives_up: Handler | None = None) -> Callable[[Handler], Handler]:
    """Register a function `(lease, **arguments)` as the handler of a kind of job.

    A handler may run twice without harm; it calls `lease.require_held()` last in each transaction that writes.
    `gives_up(reason, **arguments)` runs in the transaction that parks the job, so that the business record says so.
    `label` is the kind's name on the administrator's pages.
    """

    def register(function: Handler) -> Handler:
        if kind in _kinds:
            raise ValueError(f"two handlers for job kind {kind}")
        _kinds[kind] = Kind(function, label or kind, gives_up)
        return function

    return register


def all_kinds() -> dict[str, Kind]:
    """Return every kind of job by name, importing every app's jobs module once."""
    for config in apps.get_app_configs():
        for module in (f"{config.name}.jobs", f"{config.name}.jobs.upkeep"):
            if _exists(module):
                importlib.import_module(module)
    return dict(_kinds)


def kind_of(name: str) -> Kind:
    """Return a kind of job.

    Raises: KeyError for an unknown kind.
    """
    if name not in _kinds:
        all_kinds()
    return _kinds[name]


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


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
            raise Refused("attempts", f"已执行{settings.JOB_MAX_ATTEMPTS}次仍未完成（执行进程每次都意外中止）。{_HELP}")
        with Lease(job_id, token) as lease:
            kind_of(job.kind).handler(lease=lease, **job.as_arguments())
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job_id)
    except Refused as refusal:
        _park(job, token, refusal.sentence, cause=f"refused: {refusal.code}")
    except Exception as error:
        # The page shows this sentence; class, message and trace belong to the log.
        logger.exception("job %s failed at attempt %s", job_id, job.attempts)
        cause = type(error).__name__[:80]
        sentence = f"执行中出现意外错误（{cause}）。"
        if job.attempts >= settings.JOB_MAX_ATTEMPTS:
            _park(job, token, f"{sentence}已尝试{job.attempts}次，不再重试。{_HELP}", cause=cause)
        else:
            retry_at = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS * job.attempts)
            waiting = {"error": f"{sentence}将自动重试。", "cause": cause, "not_before": retry_at}
            _close(job_id, token, state=JobState.QUEUED, **waiting)
    else:
        _close(job_id, token, state=JobState.DONE, error="", cause="", finished_at=timezone.now())


@shared_task(name="common.jobs.sweep", expires=60)
def sweep() -> None:
    """Wake every job that should be running and is not: lost messages, dead workers, due times, due periods."""
    at = timezone.now()
    Heartbeat.objects.beat(Part.WORKER, at=at)
    all_kinds()
    periodic.ask_for_due_work(at=at)
    if faults.is_guard_off("jobs.sweep"):
        return
    for job_id in Job.objects.claimable(at).order_by("not_before", "pk").values_list("pk", flat=True)[:100]:
        wake(job_id)


def _close(job_id: int, token: str, **changes: object) -> bool:
    """Close the attempt; tell whether it was still ours."""
    held = Job.objects.filter(pk=job_id, token=token, state=JobState.RUNNING)
    return bool(held.update(token="", lease_until=None, **changes))


def _park(job: Job, token: str, sentence: str, *, cause: str) -> None:
    """Park a job for good, together with the business record that waits for it."""
    with transaction.atomic():
        is_ours = _close(job.pk, token, state=JobState.FAILED, error=sentence, cause=cause, finished_at=timezone.now())
        kind = _kinds.get(job.kind)
        if is_ours and kind is not None and kind.gives_up is not None:
            kind.gives_up(reason=sentence, **job.as_arguments())
