"""Addresses of tackling tasks and needs."""

from django.urls import path

from common import converters  # noqa: F401 - registers <code：…>
from tasks.views import needs, tackling_tasks

app_name = "tasks"
urlpatterns = [
    path("tasks/", tackling_tasks.list_tasks, name="task-list"),
    path("tasks/new/", tackling_tasks.enter_task, name="task-new"),
    path("tasks/<code:code>/", tackling_tasks.show_task, name="task-detail"),
    path("tasks/<code:code>/edit/", tackling_tasks.edit_task, name="task-edit"),
    path("tasks/<code:code>/moves/<slug:move>/", tackling_tasks.move_task, name="task-move"),
    path("tasks/<code:code>/records/<slug:section>/new/", tackling_tasks.enter_task_record, name="task-record-new"),
    path(
        "tasks/<code:code>/records/<slug:section>/<int:record_id>/edit/",
        tackling_tasks.edit_task_record,
        name="task-record-edit",
    ),
    path(
        "tasks/<code:code>/records/<slug:section>/<int:record_id>/withdraw/",
        tackling_tasks.withdraw_task_record,
        name="task-record-withdraw",
    ),
    path("tasks/<code:code>/share/", tackling_tasks.share_task, name="task-share"),
    path(
        "tasks/<code:code>/parts/<code:complex_code>/confirm/",
        tackling_tasks.confirm_task_part,
        name="task-participation-confirm",
    ),
    path(
        "tasks/<code:code>/parts/<code:complex_code>/withdraw/",
        tackling_tasks.withdraw_task_part,
        name="task-participation-withdraw",
    ),
    path("needs/", needs.list_needs, name="need-list"),
    path("needs/new/", needs.enter_need, name="need-new"),
    path("needs/<code:code>/", needs.show_need, name="need-detail"),
    path("needs/<code:code>/edit/", needs.edit_need, name="need-edit"),
    path("needs/<code:code>/moves/<slug:move>/", needs.move_need, name="need-move"),
    path("needs/<code:code>/records/<slug:section>/new/", needs.enter_need_record, name="need-record-new"),
    path(
        "needs/<code:code>/records/<slug:section>/<int:record_id>/edit/",
        needs.edit_need_record,
        name="need-record-edit",
    ),
    path(
        "needs/<code:code>/records/<slug:section>/<int:record_id>/withdraw/",
        needs.withdraw_need_record,
        name="need-record-withdraw",
    ),
    path("needs/<code:code>/share/", needs.share_need, name="need-share"),
    path(
        "needs/<code:code>/parts/<code:complex_code>/confirm/",
        needs.confirm_need_part,
        name="need-participation-confirm",
    ),
    path(
        "needs/<code:code>/parts/<code:complex_code>/withdraw/",
        needs.withdraw_need_part,
        name="need-participation-withdraw",
    ),
]
