"""A score run survives the death of its worker: the pattern for every fault test (goals J1, J2, J3, J4)."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from common.jobs.models import Job, JobState
from common.jobs.tasks import perform, sweep
from evaluation.actions.runs import start_run
from evaluation.choices import RunState
from evaluation.models import EvaluationRound, ScoreLine, ScoreRun
from tests.factories import make_user
from tests.factories.evaluation import AT, make_field_of_participants, make_monitoring_round
from tests.faults.processes import Broker, Worker, count_for, wait_for

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SIZE, ITEMS = 30, 6  # three chunks of ten sheets (SCORE_RUN_CHUNK of the test settings)
# Every hook that a run of three chunks passes, with the hit at which to strike.
POINTS = [
    *("job.claimed:1", "score_run.pinned:1", "score_run.ranked:1"),
    *(f"score_run.lines_written:{hit}" for hit in (1, 2, 3)),
    *(f"score_run.chunk_stored:{hit}" for hit in (1, 2, 3)),
]
Start = Callable[..., Worker]


def drawn_points(first: str, *, nightly: int, seed: int) -> list[str]:
    """Return a point in mid-run and others drawn with a fixed seed."""
    draw = random.Random(seed)
    return [first, *(draw.choice(POINTS) for _ in range(count_for(nightly) - 1))]


def run_in_peace(evaluation_round: EvaluationRound, by: Any) -> ScoreRun:
    """Compute a run in this process: what every disturbed run must equal."""
    run = start_run(evaluation_round=evaluation_round, by=by, at=AT)
    perform(run.job_id)
    return ScoreRun.objects.get(pk=run.pk)


def state_of(run: ScoreRun) -> str:
    return ScoreRun.objects.values_list("state", flat=True).get(pk=run.pk)


def require_equal(run: ScoreRun, reference: ScoreRun) -> None:
    """Check that a disturbed run ended with the same result and nothing twice."""
    run.refresh_from_db()
    assert (run.state, run.digest, run.error) == (RunState.COMPLETE, reference.digest, "")
    assert (run.sheets.count(), ScoreLine.objects.filter(sheet__run=run).count()) == (SIZE, SIZE * ITEMS)


@pytest.fixture
def reference(stopped_broker: Broker) -> ScoreRun:
    evaluation_round = make_monitoring_round()
    make_field_of_participants(evaluation_round, SIZE)
    return run_in_peace(evaluation_round, make_user(Role.COMMISSION))


def strike_whole_worker(run_round: EvaluationRound, start_worker: Start, directory: Path, point: str) -> ScoreRun:
    """Start a run and kill worker and children together at a point."""
    release = directory / f"release-{time.monotonic_ns()}"
    worker = start_worker(FAULT_POINT=point, FAULT_ACTION="wait", FAULT_RELEASE=str(release))
    run = start_run(evaluation_round=run_round, by=make_user(Role.COMMISSION), at=AT)
    wait_for(Path(f"{release}.reached").exists, what=f"the run reaches {point}")
    worker.kill_group()
    return run


@pytest.mark.parametrize("point", drawn_points("score_run.chunk_stored:2", nightly=50, seed=2))
def test_run_ends_with_the_same_digest_after_the_worker_was_killed(point, broker, start_worker, reference, tmp_path):
    run = strike_whole_worker(reference.evaluation_round, start_worker, tmp_path, point)
    assert state_of(run) != RunState.COMPLETE
    start_worker()
    seconds = wait_for(lambda: state_of(run) == RunState.COMPLETE, what="the run is resumed after the kill")
    require_equal(run, reference)
    assert Job.objects.get(pk=run.job_id).attempts == 2
    assert seconds <= 60


def test_without_the_sweep_the_killed_run_stays_lost(broker, start_worker, reference, tmp_path):
    """Negative control: the guard is off, the lease has run out, the sweep's turn has come and gone."""
    run = strike_whole_worker(reference.evaluation_round, start_worker, tmp_path, "score_run.chunk_stored:2")
    start_worker(children=1, has_beat=False, FAULT_GUARDS_OFF="jobs.sweep")
    wait_for(
        lambda: Job.objects.filter(pk=run.job_id, lease_until__lt=timezone.now()).exists(), what="the lease runs out"
    )
    probe_round = make_monitoring_round(2024)
    for _ in range(2):
        sweep.apply_async()
        # One child takes messages in order: when the probe is done, the sweep before it has been served.
        probe = start_run(evaluation_round=probe_round, by=run.started_by, at=AT)
        wait_for(lambda run=probe: state_of(run) == RunState.COMPLETE, what="the probe behind the sweep is done")
    assert state_of(run) == RunState.COMPUTING
    assert ScoreLine.objects.filter(sheet__run=run).count() == 20 * ITEMS
    sweep()
    wait_for(lambda: state_of(run) == RunState.COMPLETE, what="one sweep with the guard on brings the run back")
    require_equal(run, reference)


@pytest.mark.parametrize("point", drawn_points("score_run.lines_written:2", nightly=50, seed=1))
def test_run_ends_with_the_same_digest_after_a_child_was_killed(point, broker, start_worker, reference, tmp_path):
    start_worker(FAULT_POINT=point, FAULT_ONCE=str(tmp_path / "struck"))
    run = start_run(evaluation_round=reference.evaluation_round, by=make_user(Role.COMMISSION), at=AT)
    wait_for(lambda: state_of(run) == RunState.COMPLETE, what="the run is resumed after the child's death")
    assert (tmp_path / "struck").exists()
    require_equal(run, reference)


def test_run_asked_for_while_redis_is_down_runs_when_it_is_back(stopped_broker, start_worker, reference):
    person = make_user(Role.COMMISSION)
    client = Client()
    client.force_login(person)
    begun = time.monotonic()
    answer = client.post(reverse("evaluation:run-start", args=[reference.evaluation_round.code]))
    assert answer.status_code == 302
    assert time.monotonic() - begun <= 2
    run = ScoreRun.objects.get(started_by=person)
    assert Job.objects.get(pk=run.job_id).state == JobState.QUEUED
    stopped_broker.start()
    start_worker()
    wait_for(lambda: state_of(run) == RunState.COMPLETE, seconds=30, what="the waiting job runs")
    require_equal(run, reference)
    assert Job.objects.get(pk=run.job_id).attempts == 1


def test_emptied_redis_loses_no_run(broker, start_worker, reference, tmp_path):
    """The wake-up call is gone before any worker saw it; beat's sweep takes its place."""
    run = start_run(evaluation_round=reference.evaluation_round, by=make_user(Role.COMMISSION), at=AT)
    broker.stop()
    broker.start()
    start_worker()
    wait_for(lambda: state_of(run) == RunState.COMPLETE, what="the sweep wakes the job")
    require_equal(run, reference)
