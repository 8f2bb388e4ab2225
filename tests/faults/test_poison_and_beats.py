"""Poison jobs are parked while others finish (goal J11); two beats do nothing twice (J7)."""

import time

import pytest
from django.utils import timezone

from common.jobs.models import Heartbeat, Job, JobState, Part
from common.jobs.outbox import enqueue
from tests.faults.processes import count_for, wait_for

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

KINDS = {"JOB_TEST_KINDS": "tests.faults.kinds"}
POISONS = ["fault_raise", "fault_exit", "fault_loop", "fault_memory"]


def test_poison_jobs_are_parked_while_others_finish(broker, start_worker):
    """Those that raise, exit, loop and want two gigabytes; each is tried three times and closed with its cause."""
    start_worker(children=3, **KINDS, JOB_TIME_LIMIT="1", JOB_LEASE_SECONDS="1", JOB_MEMORY_MB="1536")
    poisons = [enqueue(kind, key="poison") for kind in POISONS]
    good = [enqueue("tidy_jobs", key=f"good-{number}") for number in range(5)]
    wait_for(
        lambda: Job.objects.filter(pk__in=[job.pk for job in good], state=JobState.DONE).count() == 5,
        what="the sound jobs finish",
    )
    wait_for(
        lambda: Job.objects.filter(pk__in=[job.pk for job in poisons], state=JobState.FAILED).count() == len(POISONS),
        what="the poison jobs are parked",
        seconds=30,
    )
    causes = dict(Job.objects.filter(kind__in=POISONS).values_list("kind", "cause"))
    assert causes == {
        "fault_raise": "RuntimeError",
        "fault_memory": "MemoryError",
        "fault_exit": "refused: attempts",
        "fault_loop": "refused: attempts",
    }
    # The fourth claim of those that took their process along only closes them.
    tries = dict(Job.objects.filter(kind__in=POISONS).values_list("kind", "attempts"))
    assert tries == {"fault_raise": 3, "fault_memory": 3, "fault_exit": 4, "fault_loop": 4}


def test_two_beats_do_each_period_once(broker, start_worker):
    """Two workers, each with a beat of its own, over some periods of two seconds; one pair is killed in between."""
    first = start_worker(children=1, **KINDS)
    start_worker(children=1, **KINDS)
    periods = count_for(20) + 2
    wait_for(lambda: traces().count() >= 1, what="the first period is served")
    first.kill_group()
    begun = time.time()
    start_worker(children=1, **KINDS)
    wait_for(lambda: traces().count() >= periods, seconds=30 + 3 * periods, what="further periods are served")
    numbers = sorted(int(key.removeprefix("period:")) for key in traces().values_list("key", flat=True))
    executed = Job.objects.filter(kind="fault_seen").count()
    assert executed == len(numbers) == len(set(numbers))
    # No period since the restart was left out: the last beat's periods stand without a gap.
    since = [number for number in numbers if number * 2 > begun]
    assert since == list(range(since[0], since[0] + len(since))) if since else True
    assert Heartbeat.objects.get(part=Part.BEAT).at.timestamp() > timezone.now().timestamp() - 5


def test_without_the_key_of_the_period_two_beats_do_it_twice(broker, start_worker):
    """Negative control: jobs keyed by the moment at which a beat asks are done once per beat."""
    start_worker(children=1, **KINDS)
    start_worker(children=1, **KINDS, FAULT_GUARDS_OFF="jobs.period")
    wait_for(lambda: Job.objects.filter(kind="fault_trace", key__startswith="moment:").exists(), what="a second asking")
    moments = Job.objects.filter(kind="fault_trace").count()
    numbers = {key for key in traces().values_list("key", flat=True)}
    assert moments > len(numbers)


def traces():
    return Job.objects.filter(kind="fault_trace", state=JobState.DONE)
