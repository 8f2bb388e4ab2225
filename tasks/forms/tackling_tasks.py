"""Page input of tackling tasks."""

import django_filters
from django import forms

from common.forms import PortalForm
from complexes.forms.ledger import EventFilters, EventForm, LateEntryForm, ReasonForm
from members.forms import UnitCodeField
from tasks.choices import TaskMode, TaskState
from tasks.models import TacklingTask


class TaskForm(EventForm):
    undertaker = UnitCodeField(label="承担单位代码", required=False, help_text="填写单位的统一社会信用代码。")

    class Meta:
        model = TacklingTask
        fields = ["innovation_complex", "title", "mode", "undertaker", "budget_wan_yuan", "description", "proof"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


class ApproveTaskForm(PortalForm):
    approved_on = forms.DateField(label="立项日期")


class StartTaskForm(LateEntryForm):
    started_on = forms.DateField(label="启动日期")
    field_order = ["started_on", "is_late_entry"]


class FinishTaskForm(PortalForm):
    finished_on = forms.DateField(label="完成日期")


class CancelTaskForm(ReasonForm):
    cancelled_on = forms.DateField(label="取消日期", help_text="从取消日期所在年度起不再计入；此前各年度的计数不变。")
    field_order = ["cancelled_on", "reason"]


class TaskFilters(EventFilters):
    state = django_filters.ChoiceFilter(label="状态", choices=TaskState.choices, empty_label="全部")
    mode = django_filters.ChoiceFilter(label="组织方式", choices=TaskMode.choices, empty_label="全部")
