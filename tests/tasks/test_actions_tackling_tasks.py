"""Every pair of states of a tackling task, its dates, and the year it counts in."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from audit.models import AuditEvent
from common.metrics import evaluate
from common.refusals import Refused
from complexes.models import InnovationComplex
from tasks.actions import tackling_tasks as actions
from tasks.choices import TASK_TRANSITIONS, TaskMode, TaskState
from tasks.models import TacklingTask
from tests.factories import make_complex, make_period_lock, make_task, make_task_participation

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)

DATES: dict[str, dict[str, Any]] = {
    TaskState.PROPOSED: {"approved_on": None, "started_on": None, "counted_year": None},
    TaskState.APPROVED: {"started_on": None, "counted_year": None},
    TaskState.STARTED: {},
    TaskState.FINISHED: {"finished_on": date(2025, 12, 1)},
    TaskState.CANCELLED: {"cancelled_on": date(2025, 12, 1)},
}

ACTIONS: dict[str, Callable[[TacklingTask, User], TacklingTask]] = {
    TaskState.APPROVED: lambda task, by: actions.approve_task(task=task, approved_on=DAY, by=by, at=AT),
    TaskState.STARTED: lambda task, by: actions.start_task(task=task, started_on=DAY, by=by, at=AT),
    TaskState.FINISHED: lambda task, by: actions.finish_task(task=task, finished_on=DAY, by=by, at=AT),
    TaskState.CANCELLED: lambda task, by: actions.cancel_task(
        task=task, cancelled_on=DAY, reason="演示理由", by=by, at=AT
    ),
}


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def task_in(state: str, innovation_complex: InnovationComplex, **changes: Any) -> TacklingTask:
    return make_task(innovation_complex, state=state, **{**DATES[state], **changes})


@pytest.mark.parametrize("start", TaskState.values)
@pytest.mark.parametrize("end", list(ACTIONS))
def test_every_pair_of_states(start: str, end: str, innovation_complex: InnovationComplex, filer: User) -> None:
    task = task_in(start, innovation_complex)
    if end in TASK_TRANSITIONS[start]:
        assert ACTIONS[end](task, filer).state == end
    with pytest.raises(Refused) as caught:
        ACTIONS[end](task, filer)
    assert caught.value.code == "state"
    task.refresh_from_db()
    assert task.state == (end if end in TASK_TRANSITIONS[start] else start)


@pytest.mark.parametrize("start", TaskState.values)
def test_no_action_leads_back_to_proposed(start: str) -> None:
    assert TaskState.PROPOSED not in TASK_TRANSITIONS[start]
    with pytest.raises(Refused):
        TacklingTask(state=start).move_to(TaskState.PROPOSED)


def test_create_gives_the_next_number_and_names_who_entered_it(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    values = {"innovation_complex": innovation_complex, "title": "演示任务", "mode": TaskMode.JOINT}
    first = actions.create_task(values=values, by=filer, at=AT)
    second = actions.create_task(values={**values, "title": "演示任务二"}, by=filer, at=AT)
    assert (first.code, second.code) == ("GG-00001", "GG-00002")
    assert (first.state, first.entered_by, first.counted_year) == (TaskState.PROPOSED, filer, None)
    assert AuditEvent.objects.filter(object_id=first.pk).values_list("kind", "actor").get() == (
        "tacklingtask.created",
        filer.pk,
    )


def test_a_move_writes_the_state_its_date_and_one_event(innovation_complex: InnovationComplex, filer: User) -> None:
    task = task_in(TaskState.APPROVED, innovation_complex)
    moved = actions.start_task(task=task, started_on=DAY, by=filer, at=AT)
    assert (moved.started_on, moved.counted_year, moved.is_late_entry, moved.revision) == (DAY, 2026, False, 1)
    event = AuditEvent.objects.get(object_id=task.pk)
    assert (event.kind, event.actor, event.changes) == (
        "tacklingtask.started",
        filer,
        {
            "started_on": [None, "2026-03-01"],
            "counted_year": [None, 2026],
            "state": ["approved", "started"],
        },
    )


@pytest.mark.parametrize(
    ("end", "start", "changes", "field"),
    [
        (TaskState.STARTED, TaskState.APPROVED, {"approved_on": date(2026, 3, 2)}, "started_on"),
        (
            TaskState.FINISHED,
            TaskState.STARTED,
            {"started_on": date(2026, 3, 2), "counted_year": 2026},
            "finished_on",
        ),
        (
            TaskState.CANCELLED,
            TaskState.STARTED,
            {"started_on": date(2026, 3, 2), "counted_year": 2026},
            "cancelled_on",
        ),
    ],
)
def test_a_date_before_the_preceding_one_is_refused(
    end: str, start: str, changes: dict[str, Any], field: str, innovation_complex: InnovationComplex, filer: User
) -> None:
    task = task_in(start, innovation_complex, **changes)
    with pytest.raises(ValidationError) as caught:
        ACTIONS[end](task, filer)
    assert list(caught.value.message_dict) == [field]


def test_a_date_in_the_future_is_refused_and_today_is_shanghais(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    task = task_in(TaskState.PROPOSED, innovation_complex)
    late_evening = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 00:30 on the 21st in Shanghai
    with pytest.raises(ValidationError) as caught:
        actions.approve_task(task=task, approved_on=date(2026, 11, 22), by=filer, at=late_evening)
    assert caught.value.message_dict == {
        "approved_on": ["“立项日期”2026-11-22晚于今天（2026-11-21）。请填写已经发生的日期。"]
    }
    assert actions.approve_task(task=task, approved_on=date(2026, 11, 21), by=filer, at=late_evening).state == (
        TaskState.APPROVED
    )


def test_a_cancellation_needs_a_reason(innovation_complex: InnovationComplex, filer: User) -> None:
    task = task_in(TaskState.STARTED, innovation_complex)
    with pytest.raises(ValidationError) as caught:
        actions.cancel_task(task=task, cancelled_on=DAY, reason="  ", by=filer, at=AT)
    assert list(caught.value.message_dict) == ["reason"]


def start_in_2025(task: TacklingTask, filer: User, *, is_late_entry: bool) -> TacklingTask:
    return actions.start_task(task=task, started_on=date(2025, 6, 1), is_late_entry=is_late_entry, by=filer, at=AT)


@pytest.mark.parametrize(
    ("locked_years", "counted_year", "is_late"),
    [([], 2025, False), ([2024], 2025, False), ([2025], 2026, True), ([2026], 2027, True), ([2025, 2026], 2027, True)],
)
def test_the_counted_year_is_the_first_one_after_every_lock(
    locked_years: list[int], counted_year: int, is_late: bool, innovation_complex: InnovationComplex, filer: User
) -> None:
    for year in locked_years:
        make_period_lock(innovation_complex, year)
    make_period_lock(make_complex(), 2030)
    task = task_in(TaskState.APPROVED, innovation_complex)
    if is_late:
        with pytest.raises(Refused) as caught:
            start_in_2025(task, filer, is_late_entry=False)
        assert caught.value.code == "period_locked"
        assert f"勾选“作为补报计入当前开放年度”（将计入{counted_year}年度" in caught.value.sentence
    started = start_in_2025(task, filer, is_late_entry=True)
    assert (started.counted_year, started.is_late_entry) == (counted_year, is_late)
    counts = [
        evaluate("tackling_tasks", year=year, complex_ids=[innovation_complex.pk])[0].value
        for year in range(2024, 2028)
    ]
    assert counts == [1 if year >= counted_year else 0 for year in range(2024, 2028)]


@pytest.mark.parametrize(("confirmed_at", "counted_year"), [(AT, 2026), (None, 2025)])
def test_only_confirmed_participants_locks_matter(
    confirmed_at: datetime | None, counted_year: int, innovation_complex: InnovationComplex, filer: User
) -> None:
    task = task_in(TaskState.APPROVED, innovation_complex)
    participant = make_complex()
    make_task_participation(task, participant, confirmed_at=confirmed_at)
    make_period_lock(participant, 2025)
    assert start_in_2025(task, filer, is_late_entry=True).counted_year == counted_year


def test_a_counted_task_may_be_cancelled_only_after_its_locked_years(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    make_period_lock(innovation_complex, 2025)
    task = task_in(TaskState.STARTED, innovation_complex)
    with pytest.raises(Refused) as caught:
        actions.cancel_task(task=task, cancelled_on=date(2025, 12, 31), reason="演示理由", by=filer, at=AT)
    assert caught.value.code == "period_locked"
    cancelled = actions.cancel_task(task=task, cancelled_on=date(2026, 1, 1), reason="演示理由", by=filer, at=AT)
    assert cancelled.state == TaskState.CANCELLED
    values = [
        evaluate("tackling_tasks", year=year, complex_ids=[innovation_complex.pk])[0].value for year in (2025, 2026)
    ]
    assert values == [1, 0]


def test_a_task_counted_in_a_locked_year_may_be_finished_but_not_changed(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    make_period_lock(innovation_complex, 2025)
    task = task_in(TaskState.STARTED, innovation_complex)
    with pytest.raises(Refused) as caught:
        actions.change_task(task=task, changes={"title": "新名称"}, expected_revision=0, by=filer, at=AT)
    assert caught.value.code == "period_locked"
    assert actions.finish_task(task=task, finished_on=DAY, by=filer, at=AT).state == TaskState.FINISHED


def test_a_task_without_a_lock_may_be_changed(innovation_complex: InnovationComplex, filer: User) -> None:
    make_period_lock(innovation_complex, 2024)
    task = task_in(TaskState.STARTED, innovation_complex)
    changed = actions.change_task(task=task, changes={"title": "新名称"}, expected_revision=0, by=filer, at=AT)
    assert (changed.title, changed.revision) == ("新名称", 1)


def test_a_stale_change_is_refused(innovation_complex: InnovationComplex, filer: User) -> None:
    task = task_in(TaskState.STARTED, innovation_complex)
    actions.change_task(task=task, changes={"title": "先改的名称"}, expected_revision=0, by=filer, at=AT)
    with pytest.raises(Refused) as caught:
        actions.change_task(task=task, changes={"title": "后改的名称"}, expected_revision=0, by=filer, at=AT)
    assert caught.value.code == "stale"
    task.refresh_from_db()
    assert task.title == "先改的名称"


def test_a_day_of_an_absurd_year_is_refused(innovation_complex: InnovationComplex, filer: User) -> None:
    task = task_in(TaskState.PROPOSED, innovation_complex)
    with pytest.raises(ValidationError) as caught:
        actions.approve_task(task=task, approved_on=date(1999, 12, 31), by=filer, at=AT)
    assert caught.value.message_dict == {"approved_on": ["“立项日期”1999-12-31早于2000-01-01。请核对年份后重新填写。"]}
