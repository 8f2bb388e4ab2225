"""Page input of innovation needs."""

import django_filters
from django import forms

from common.forms import PortalForm
from complexes.forms.ledger import EventFilters, EventForm, LateEntryForm, ReasonForm
from members.forms import UnitCodeField
from tasks.choices import NeedKind, NeedState
from tasks.models import Need


class NeedForm(EventForm):
    demand_unit = UnitCodeField(label="需求单位代码", help_text="填写需求企业的统一社会信用代码。")

    class Meta:
        model = Need
        fields = ["innovation_complex", "title", "kind", "demand_unit", "raised_on", "description", "proof"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


class MatchNeedForm(PortalForm):
    supply_unit = UnitCodeField(
        label="供给单位代码", required=False, help_text="市内单位的统一社会信用代码；供给方在市外时留空。"
    )
    outside_supplier = forms.CharField(label="市外供给方", max_length=120, required=False)


class SolveNeedForm(PortalForm):
    solved_on = forms.DateField(label="提出解决方案日期")


class ConfirmNeedForm(LateEntryForm):
    confirmed_on = forms.DateField(label="需求方确认日期")
    confirmer = forms.CharField(label="需求方确认人", max_length=60, help_text="需求单位确认人的姓名。")
    proof = forms.CharField(
        label="佐证材料（文号或名称）", max_length=200, help_text="需求方出具的确认单等；没有佐证不能计数。"
    )
    field_order = ["confirmed_on", "confirmer", "proof", "is_late_entry"]


class ReopenNeedForm(ReasonForm):
    """Why the match or the solution did not hold."""


class CloseNeedForm(ReasonForm):
    """Why the need will not be solved."""


class NeedFilters(EventFilters):
    state = django_filters.ChoiceFilter(label="状态", choices=NeedState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="需求类别", choices=NeedKind.choices, empty_label="全部")
