"""Recurring work: one row per kind and period, whoever asks and however often."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from common.jobs.models import Heartbeat, Job, JobState, Part
from common.jobs.periodic import Recurrence, ask_for_due_work
from common.jobs.tasks import all_kinds, perform, sweep

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_wake(settings: Any) -> None:
    settings.JOB_WAKE_IS_OFF = True
    all_kinds()


@pytest.mark.parametrize(
    ("moment", "is_same"),
    [(NOON.replace(hour=0), True), (NOON.replace(hour=23, minute=59), True), (NOON + timedelta(days=1), False)],
)
def test_a_key_names_one_period(moment, is_same):
    daily = Recurrence("anything", timedelta(days=1))
    assert (daily.key_at(moment) == daily.key_at(NOON)) is is_same


@pytest.mark.django_db
def test_each_period_is_asked_for_once():
    for hours in (0, 1, 2, 24, 25, 72):
        ask_for_due_work(at=NOON + timedelta(hours=hours))
    assert Job.objects.filter(kind="tidy_jobs").count() == 3


@pytest.mark.django_db(transaction=True)
def test_ten_sweeps_at_once_ask_once():
    barrier = threading.Barrier(10)

    def ask() -> None:
        barrier.wait()
        ask_for_due_work(at=NOON)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.filter(kind="tidy_jobs").count() == 1


@pytest.mark.django_db
def test_sweep_leaves_a_sign_of_life():
    sweep()
    assert Heartbeat.objects.get(part=Part.WORKER).at >= timezone.now() - timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_tidying_removes_old_rows_of_recurring_work_only():
    old, now = timezone.now() - timedelta(days=31), timezone.now()
    facts = {"not_before": old, "state": JobState.DONE, "finished_at": old}
    Job.objects.create(kind="tidy_jobs", key="period:1", **facts)
    kept = {
        Job.objects.create(kind="tidy_jobs", key="period:2", **{**facts, "finished_at": now}),
        Job.objects.create(kind="tidy_jobs", key="period:3", **{**facts, "state": JobState.FAILED}),
        Job.objects.create(kind="score_run", key="run:1", **facts),
    }
    job = Job.objects.create(kind="tidy_jobs", key="period:4", not_before=old)
    perform(job.pk)
    assert set(Job.objects.all()) == {*kept, job}
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
