"""Verbs of tackling tasks, one per move of TASK_TRANSITIONS."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from common.refusals import Refused
from common.verdicts import require
from complexes.actions.ledger import change_event, create_event, lock_event, save_move
from complexes.validation.ledger import (
    WAY_TO_UNLOCK,
    check_date,
    counting_complex_ids,
    decide_counted_year,
    last_lock,
)
from tasks.choices import TaskState
from tasks.models import TacklingTask
from tasks.policies import tackling_tasks as policies

_CODE_PREFIX = "GG"


@transaction.atomic
def create_task(*, values: Mapping[str, Any], by: User, at: datetime) -> TacklingTask:
    """Enter a task as proposed.

    Raises: Refused by policy; ValidationError by field.
    """
    return create_event(TacklingTask(**values), prefix=_CODE_PREFIX, by=by, at=at)


@transaction.atomic
def change_task(
    *, task: TacklingTask, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> TacklingTask:
    """Change a task's content.

    Raises: Refused("stale"), or by policy; ValidationError by field.
    """
    return change_event(task, changes, expected_revision=expected_revision, by=by, at=at)


@transaction.atomic
def approve_task(*, task: TacklingTask, approved_on: date, by: User, at: datetime) -> TacklingTask:
    """Record the approval 立项.

    Raises: Refused by state or policy; ValidationError for an impossible date.
    """
    task = lock_event(task)
    require(policies.may_approve_task(by, task))
    task.require_move_to(TaskState.APPROVED)
    check_date("approved_on", approved_on, label="立项日期", at=at)
    return save_move(task, TaskState.APPROVED, kind="approved", changes={"approved_on": approved_on}, by=by, at=at)


@transaction.atomic
def start_task(
    *, task: TacklingTask, started_on: date, is_late_entry: bool = False, by: User, at: datetime
) -> TacklingTask:
    """Record the start; from its year on the task counts.

    Raises: Refused by state or policy, or if the year is locked; ValidationError for an impossible date.
    """
    task = lock_event(task)
    require(policies.may_start_task(by, task))
    task.require_move_to(TaskState.STARTED)
    check_date("started_on", started_on, label="启动日期", at=at, not_before=[("立项日期", task.approved_on)])
    counted_year, is_late = decide_counted_year(task, started_on, is_late_entry=is_late_entry)
    changes = {"started_on": started_on, "counted_year": counted_year, "is_late_entry": is_late}
    return save_move(task, TaskState.STARTED, kind="started", changes=changes, by=by, at=at)


@transaction.atomic
def finish_task(*, task: TacklingTask, finished_on: date, by: User, at: datetime) -> TacklingTask:
    """Record the end of the work.

    Raises: Refused by state or policy; ValidationError for an impossible date.
    """
    task = lock_event(task)
    require(policies.may_finish_task(by, task))
    task.require_move_to(TaskState.FINISHED)
    check_date("finished_on", finished_on, label="完成日期", at=at, not_before=[("启动日期", task.started_on)])
    return save_move(task, TaskState.FINISHED, kind="finished", changes={"finished_on": finished_on}, by=by, at=at)


@transaction.atomic
def cancel_task(*, task: TacklingTask, cancelled_on: date, reason: str, by: User, at: datetime) -> TacklingTask:
    """Cancel the task; it stays in the figures of the years that ended before the day.

    Raises: Refused by state or policy, or if a locked year would lose it; ValidationError by field.
    """
    task = lock_event(task)
    require(policies.may_cancel_task(by, task))
    task.require_move_to(TaskState.CANCELLED)
    check_date(
        "cancelled_on",
        cancelled_on,
        label="取消日期",
        at=at,
        not_before=[("启动日期", task.started_on), ("立项日期", task.approved_on)],
    )
    if not reason.strip():
        raise ValidationError({"reason": "“取消理由”未填写。请说明取消的原因。"})
    _require_open_years(task, cancelled_on)
    return save_move(
        task, TaskState.CANCELLED, kind="cancelled", changes={"cancelled_on": cancelled_on}, reason=reason, by=by, at=at
    )


def _require_open_years(task: TacklingTask, cancelled_on: date) -> None:
    if task.counted_year is None:
        return
    since = max(task.counted_year, cancelled_on.year)
    lock = last_lock(counting_complex_ids(task), since=since)
    if lock is not None:
        raise Refused(
            "period_locked",
            f"该任务已计入{task.counted_year}年度，年度填报“{lock.shown_holder}”已锁定该年度，"
            f"取消日期不能在{lock.year}年12月31日及以前。请填写{lock.year + 1}年1月1日以后的日期，或{WAY_TO_UNLOCK}。",
        )
