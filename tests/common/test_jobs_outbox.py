"""The outbox: a row in the caller's transaction, one wake-up call after commit, nothing lost and nothing twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.jobs.lease import Lease, LeaseLost
from common.jobs.models import Job, JobState
from common.jobs.outbox import enqueue
from common.jobs.tasks import handles, perform, sweep
from common.refusals import Refused

effects: list[Any] = []


@handles("test_effect")
def record_effect(*, lease: Lease, **arguments: Any) -> None:
    effects.append(arguments)
    lease.report(1, 2)


@handles("test_poison", gives_up=lambda **arguments: effects.append(arguments))
def fail(*, lease: Lease, **arguments: Any) -> None:
    raise RuntimeError("演示 secret detail")


@handles("test_refused", gives_up=lambda **arguments: effects.append(arguments))
def refuse(*, lease: Lease, **arguments: Any) -> None:
    raise Refused("code", "演示：不能办理。")


@pytest.fixture(autouse=True)
def _no_effects(settings: Any) -> None:
    settings.JOB_WAKE_IS_OFF = True
    effects.clear()


def refreshed(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def later(seconds: float) -> Any:
    return timezone.now() + timedelta(seconds=seconds)


@pytest.mark.django_db
def test_enqueue_rolled_back_leaves_nothing():
    with transaction.atomic():
        enqueue("test_effect", key="a")
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_wake_up_call_waits_for_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        enqueue("test_effect", key="a")
        enqueue("test_effect", key="a")
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_same_key_is_asked_for_once():
    first = enqueue("test_effect", key="a", number=1)
    second = enqueue("test_effect", key="a", number=2)
    assert (first, second.arguments, Job.objects.count()) == (second, {"number": 1}, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [{"state": "unknown"}, {"done": 2, "total": 1}],
)
def test_database_refuses_impossible_rows(broken):
    job = enqueue("test_effect", key="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**broken)


@pytest.mark.django_db(transaction=True)
def test_delivered_three_times_takes_effect_once():
    job = enqueue("test_effect", key="a", number=7)
    for _ in range(3):
        perform(job.pk)
    assert effects == [{"number": 7}]
    job = refreshed(job)
    assert (job.state, job.attempts, job.percent, job.token, job.lease_until) == (JobState.DONE, 1, 100, "", None)
    assert job.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_delivered_to_ten_workers_at_once_takes_effect_once():
    job = enqueue("test_effect", key="a")
    barrier = threading.Barrier(10)

    def deliver() -> None:
        barrier.wait()
        perform(job.pk)
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (effects, refreshed(job).attempts) == ([{}], 1)


@pytest.mark.django_db(transaction=True)
def test_poison_job_is_parked_after_the_last_attempt(settings):
    settings.JOB_LEASE_SECONDS = 0.01
    job = enqueue("test_poison", key="a", number=3)
    for attempt in range(1, settings.JOB_MAX_ATTEMPTS):
        perform(job.pk)
        job = refreshed(job)
        assert (job.state, job.attempts, job.finished_at) == (JobState.QUEUED, attempt, None)
        Job.objects.update(not_before=timezone.now())
    assert effects == []
    perform(job.pk)
    job = refreshed(job)
    assert (job.state, job.attempts) == (JobState.FAILED, settings.JOB_MAX_ATTEMPTS)
    assert effects == [{"reason": job.error, "number": 3}]
    assert "secret" not in job.error
    perform(job.pk)
    assert len(effects) == 1


@pytest.mark.django_db(transaction=True)
def test_job_that_kills_its_worker_each_time_is_parked(settings):
    job = enqueue("test_refused", key="a")
    Job.objects.update(attempts=settings.JOB_MAX_ATTEMPTS, state=JobState.RUNNING, token="dead", lease_until=later(-1))
    perform(job.pk)
    job = refreshed(job)
    assert (job.state, effects) == (JobState.FAILED, [{"reason": job.error}])
    assert job.error.startswith(f"已执行{settings.JOB_MAX_ATTEMPTS}次仍未完成")


@pytest.mark.django_db(transaction=True)
def test_refusal_fails_at_once_with_its_sentence():
    job = enqueue("test_refused", key="a")
    perform(job.pk)
    assert (refreshed(job).state, refreshed(job).error) == (JobState.FAILED, "演示：不能办理。")
    assert effects == [{"reason": "演示：不能办理。"}]


@pytest.mark.django_db(transaction=True)
def test_unknown_kind_is_retried_and_parked_without_stopping_others(settings):
    unknown, known = enqueue("test_unknown", key="a"), enqueue("test_effect", key="a")
    for job in (unknown, known):
        perform(job.pk)
    assert (refreshed(unknown).state, refreshed(known).state) == (JobState.QUEUED, JobState.DONE)


@pytest.mark.django_db
def test_one_of_two_claims_succeeds():
    job = enqueue("test_effect", key="a")
    now = later(1)
    answers = [Job.objects.claim(job.pk, token=token, at=now, lease_until=later(60)) for token in ("one", "two")]
    assert (answers, refreshed(job).token) == ([True, False], "one")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "is_claimable"),
    [
        ({"state": "queued"}, True),
        ({"state": "queued", "not_before": timedelta(seconds=60)}, False),
        ({"state": "running", "lease_until": timedelta(seconds=-1)}, True),
        ({"state": "running", "lease_until": timedelta(seconds=60)}, False),
        ({"state": "done"}, False),
        ({"state": "failed"}, False),
    ],
)
def test_claimable_are_due_jobs_and_those_whose_lease_ran_out(changes, is_claimable):
    enqueue("test_effect", key="a", not_before=later(-10))
    now = timezone.now()
    Job.objects.update(
        **{name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    )
    assert Job.objects.claimable(now).exists() is is_claimable


@pytest.fixture
def taken_over(db: None) -> tuple[Lease, Job]:
    """A worker whose job was claimed by another one in the meantime."""
    job = enqueue("test_effect", key="a")
    Job.objects.claim(job.pk, token="slow", at=later(1), lease_until=later(-1))
    Job.objects.claim(job.pk, token="next", at=later(1), lease_until=later(60))
    return Lease(job.pk, "slow"), job


def write_late(lease: Lease) -> None:
    with transaction.atomic():
        Job.objects.filter(pk=lease.job_id).update(error="written late")
        lease.require_held()


def test_worker_that_lost_its_lease_cannot_write_late(taken_over):
    lease, job = taken_over
    with pytest.raises(LeaseLost):
        write_late(lease)
    assert refreshed(job).error == ""


def test_without_the_lease_check_the_late_write_gets_through(taken_over, monkeypatch):
    """Negative control of the check above."""
    monkeypatch.setenv("FAULT_GUARDS_OFF", "jobs.lease")
    lease, job = taken_over
    write_late(lease)
    assert refreshed(job).error == "written late"


@pytest.mark.django_db(transaction=True)
def test_worker_that_was_overtaken_changes_nothing_at_its_end():
    job = enqueue("test_overtaken", key="a")
    perform(job.pk)
    job = refreshed(job)
    assert (job.state, job.token) == (JobState.RUNNING, "next")


@handles("test_overtaken")
def lose_the_lease(*, lease: Lease, **arguments: Any) -> None:
    Job.objects.filter(pk=lease.job_id).update(token="next")
    write_late(lease)


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_and_progress_shown_while_the_handler_works(settings):
    settings.JOB_LEASE_SECONDS = 60
    job = enqueue("test_effect", key="a")
    Job.objects.claim(job.pk, token="mine", at=later(1), lease_until=later(0))
    with Lease(job.pk, "mine") as lease:
        lease.report(3, 4)
    job = refreshed(job)
    assert (job.done, job.total, job.percent, job.is_open) == (3, 4, 75, True)
    assert job.lease_until > later(30)


@pytest.mark.django_db(transaction=True)
def test_sweep_wakes_what_is_due_and_nothing_else(settings, monkeypatch):
    lost, waiting = enqueue("test_effect", key="lost"), enqueue("test_effect", key="later", not_before=later(60))
    woken: list[int] = []
    settings.JOB_WAKE_IS_OFF = False
    monkeypatch.setattr(perform, "apply_async", lambda args, retry: woken.extend(args))
    sweep()
    recurring = Job.objects.filter(kind__in=["link_audit", "tidy_jobs"]).values_list("pk", flat=True)
    assert (sorted(woken), refreshed(waiting).state) == (sorted([lost.pk, *recurring]), JobState.QUEUED)


@pytest.mark.django_db(transaction=True)
def test_broker_error_never_reaches_the_caller(settings, monkeypatch, caplog):
    def fail_to_publish(args: Any, retry: bool) -> None:
        raise OSError("no broker")

    settings.JOB_WAKE_IS_OFF = False
    monkeypatch.setattr(perform, "apply_async", fail_to_publish)
    job = enqueue("test_effect", key="a")
    assert refreshed(job).state == JobState.QUEUED
    assert "waits for the sweep" in caplog.text


def test_two_handlers_for_one_kind_are_a_mistake():
    with pytest.raises(ValueError, match="two handlers"):
        handles("test_effect")(record_effect)
