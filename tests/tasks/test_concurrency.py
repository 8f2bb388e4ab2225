"""Two people meet at one task; a seal and a move meet at one year."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.choices import Role
from common.metrics import evaluate
from common.refusals import Refused
from complexes.actions.locks import lock_period
from tasks.actions import tackling_tasks as actions
from tasks.choices import TaskState
from tasks.models import TacklingTask
from tests.factories import make_complex, make_task, make_user

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)


def start_thread(act: Callable[[], Any], outcomes: list[str]) -> threading.Thread:
    def run() -> None:
        try:
            act()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until_blocked(thread: threading.Thread) -> None:
    """Return once another connection waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            # Not pg_stat_activity: within a transaction it is read once.
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the other side did not wait")


def test_of_two_people_who_move_the_same_task_exactly_one_wins() -> None:
    innovation_complex = make_complex()
    task = make_task(innovation_complex, state=TaskState.PROPOSED, approved_on=None, started_on=None, counted_year=None)
    people = [make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district) for _ in range(2)]
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def approve(person: Any) -> None:
        barrier.wait(timeout=10)
        actions.approve_task(task=task, approved_on=DAY, by=person, at=AT)

    threads = [start_thread(lambda person=person: approve(person), outcomes) for person in people]
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["done", "state"]
    task.refresh_from_db()
    assert (task.state, task.revision) == (TaskState.APPROVED, 1)


@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_a_start_waits_for_a_seal_of_its_year(ends: str) -> None:
    innovation_complex = make_complex()
    task = make_task(innovation_complex, state=TaskState.APPROVED, started_on=None, counted_year=None)
    person = make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district)
    outcomes: list[str] = []
    with transaction.atomic():
        lock_period(innovation_complex=innovation_complex, year=2026, holder="filing：演示")
        sealed = evaluate("tackling_tasks", year=2026, complex_ids=[innovation_complex.pk])[0].value
        thread = start_thread(lambda: actions.start_task(task=task, started_on=DAY, by=person, at=AT), outcomes)
        wait_until_blocked(thread)
        transaction.set_rollback(ends == "rollback")
    thread.join(timeout=20)
    assert sealed == 0
    assert outcomes == (["period_locked"] if ends == "commit" else ["done"])
    state = TacklingTask.objects.get(pk=task.pk).state
    assert state == (TaskState.APPROVED if ends == "commit" else TaskState.STARTED)
