"""Kinds of jobs that misbehave, or leave a trace; workers of fault tests load them with JOB_TEST_KINDS."""

import os
import time
from datetime import timedelta
from typing import Any

from common.jobs.lease import Lease
from common.jobs.models import Job
from common.jobs.periodic import recurs
from common.jobs.tasks import handles


@handles("fault_raise")
def raise_error(*, lease: Lease, **arguments: Any) -> None:
    raise RuntimeError("演示")


@handles("fault_exit")
def exit_process(*, lease: Lease, **arguments: Any) -> None:
    os._exit(3)


@handles("fault_loop")
def loop(*, lease: Lease, **arguments: Any) -> None:
    while True:
        time.sleep(0.05)


@handles("fault_memory")
def take_memory(*, lease: Lease, **arguments: Any) -> None:
    bytearray(2 * 1024**3)


@handles("fault_trace")
def leave_trace(*, lease: Lease, **arguments: Any) -> None:
    """Leave one row per execution, so that a test can count them."""
    Job.objects.create(kind="fault_seen", key=f"{lease.job_id}-{lease.token}", not_before="2099-01-01T00:00:00Z")


recurs("fault_trace", every=timedelta(seconds=2))
