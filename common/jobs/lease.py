"""Leases in PostgreSQL: a worker that dies loses its job after JOB_LEASE_SECONDS, not after Redis's timeout."""

import logging
import os
import signal
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from common import faults
from common.jobs.models import Job, JobState

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the job over; this one leaves without writing."""


class Lease:
    """Keep a claimed job alive and report progress from a thread with its own connection.

    A job that works for longer than JOB_TIME_LIMIT takes its process along, which counts as one attempt.
    The thread's connection also makes progress visible while the handler's transaction is open.
    """

    def __init__(self, job_id: int, token: str) -> None:
        self.job_id = job_id
        self.token = token
        self._progress: tuple[int, int] | None = None
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease-{job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._wanted.set()
        self._thread.join()

    def report(self, done: int, total: int) -> None:
        """Publish progress soon, without waiting for it."""
        self._progress = (done, total)
        self._wanted.set()

    def require_held(self) -> None:
        """Lock the job row and check that the lease is still ours.

        Call it as the last statement of each transaction that writes: a worker thought dead cannot commit late,
        and the row lock is too short to stop the renewal.
        Raises: LeaseLost.
        """
        if faults.is_guard_off("jobs.lease"):
            return
        held = Job.objects.select_for_update().filter(pk=self.job_id, token=self.token, state=JobState.RUNNING)
        if not held.exists():
            raise LeaseLost(self.job_id)

    def _renew(self) -> None:
        try:
            begun = time.monotonic()
            while not self._ended.is_set():
                if time.monotonic() - begun > settings.JOB_TIME_LIMIT:
                    logger.error("job %s exceeded %s s, its process ends itself", self.job_id, settings.JOB_TIME_LIMIT)
                    os.kill(os.getpid(), signal.SIGKILL)
                self._wanted.wait(settings.JOB_LEASE_SECONDS / 4)
                self._wanted.clear()
                self._write()
            if self._progress:
                self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        """Extend the lease and store the progress; a database that is away for a moment is asked again."""
        changes: dict[str, Any] = {"lease_until": timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)}
        if self._progress:
            changes["done"], changes["total"] = self._progress
        try:
            Job.objects.filter(pk=self.job_id, token=self.token, state=JobState.RUNNING).update(**changes)
        except DatabaseError as error:
            logger.warning("lease of job %s not renewed: %s", self.job_id, type(error).__name__)
            connection.close()
