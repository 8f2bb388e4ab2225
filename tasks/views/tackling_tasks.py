"""Pages of tackling tasks."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from complexes.views import ledger, subrecords
from tasks.actions import tackling_tasks
from tasks.choices import TaskState
from tasks.forms.tackling_tasks import (
    ApproveTaskForm,
    CancelTaskForm,
    FinishTaskForm,
    StartTaskForm,
    TaskFilters,
    TaskForm,
)
from tasks.models import TacklingTask, TacklingTaskParticipation
from tasks.policies import tackling_tasks as policies
from tasks.views.sections import TASK_FRAME

_MOVES = (
    ledger.Move(
        name="approve",
        label="登记立项",
        states=frozenset({TaskState.PROPOSED}),
        ask=policies.may_approve_task,
        act=tackling_tasks.approve_task,
        form=ApproveTaskForm,
    ),
    ledger.Move(
        name="start",
        label="登记启动",
        states=frozenset({TaskState.APPROVED}),
        ask=policies.may_start_task,
        act=tackling_tasks.start_task,
        form=StartTaskForm,
        hint="启动后从启动日期所在年度起累计计入。",
    ),
    ledger.Move(
        name="finish",
        label="登记完成",
        states=frozenset({TaskState.STARTED}),
        ask=policies.may_finish_task,
        act=tackling_tasks.finish_task,
        form=FinishTaskForm,
        hint="完成不改变计数。",
    ),
    ledger.Move(
        name="cancel",
        label="取消任务",
        states=frozenset({TaskState.PROPOSED, TaskState.APPROVED, TaskState.STARTED}),
        ask=policies.may_cancel_task,
        act=tackling_tasks.cancel_task,
        form=CancelTaskForm,
        hint="取消后不能恢复。",
        tone="danger",
    ),
)


def _explain(task: TacklingTask) -> list[str]:
    """Say in which years the task counts, and why."""
    if task.counted_year is None:
        if task.state == TaskState.CANCELLED:
            return ["启动前已取消，不计数。"]
        return ["尚不计数：已立项并启动的任务才计数，从启动日期所在年度起累计计入。"]
    assert task.started_on is not None, "a task is counted from its start"
    innovation_complex = task.innovation_complex
    if innovation_complex.cultivated_on is None or task.started_on < innovation_complex.cultivated_on:
        return [
            f"启动日期{task.started_on}早于“{innovation_complex.name}”进入培育的日期，不计入该综合体；"
            "其他参与综合体按各自进入培育的日期判断。"
        ]
    sentences = [ledger.explain_year(task, "启动日期", task.started_on)]
    if task.cancelled_on is not None:
        last_year = task.cancelled_on.year - 1
        counted = f"只计入{task.counted_year}至{last_year}年度" if last_year >= task.counted_year else "不计入任何年度"
        sentences.append(f"已于{task.cancelled_on}取消：取消日期所在年度起不再计入，因此{counted}。")
    return sentences


def _more(user: Any, task: Any) -> Mapping[str, Any]:
    return {"sections": subrecords.shown_sections(TASK_FRAME, task, user=user)}


TASKS = ledger.Noun(
    app="tasks",
    name="task",
    argument="task",
    label="攻关任务",
    model=TacklingTask,
    parts=TacklingTaskParticipation,
    form=TaskForm,
    filters=TaskFilters,
    create=tackling_tasks.create_task,
    change=tackling_tasks.change_task,
    moves=_MOVES,
    explain=_explain,
    related=("undertaker",),
    more=_more,
    empty="还没有攻关任务。由区县填报人员登记，立项并启动后计数。",
)


@reads_records
@require_GET
def list_tasks(request: SignedInRequest) -> HttpResponse:
    return ledger.show_list(request, TASKS)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_task(request: SignedInRequest) -> HttpResponse:
    return ledger.enter_event(request, TASKS)


@reads_records
@require_GET
def show_task(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.show_detail(request, TASKS, code)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_task(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.edit_event(request, TASKS, code)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def move_task(request: SignedInRequest, code: str, move: str) -> HttpResponse:
    return ledger.move_event(request, TASKS, code, move)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def share_task(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.share_event(request, TASKS, code)


@needs(Permission.EDIT_RECORDS)
@require_POST
def confirm_task_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.confirm_part(request, TASKS, code, complex_code)


@needs(Permission.EDIT_RECORDS)
@require_POST
def withdraw_task_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.withdraw_part(request, TASKS, code, complex_code)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_task_record(request: SignedInRequest, code: str, section: str) -> HttpResponse:
    return subrecords.enter_row(request, TASK_FRAME, ledger.find_event(request, TASKS, code), section)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_task_record(request: SignedInRequest, code: str, section: str, record_id: int) -> HttpResponse:
    task = ledger.find_event(request, TASKS, code)
    return subrecords.edit_row(request, TASK_FRAME, task, section, record_id)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def withdraw_task_record(request: SignedInRequest, code: str, section: str, record_id: int) -> HttpResponse:
    task = ledger.find_event(request, TASKS, code)
    return subrecords.withdraw_row(request, TASK_FRAME, task, section, record_id)
