"""Page input about values entered by hand."""

from typing import Any

import django_filters
from django import forms

from common.forms import PortalForm, PortalModelForm
from common.listing import PageFilterSet
from indicators.choices import ActualStatus
from indicators.models import Actual, Indicator, Plan, Target
from indicators.querysets import by_hand


def plans_by_hand() -> Any:
    """Return the plans that have indicators entered by hand."""
    return Plan.objects.filter(targets__indicator__in=by_hand(Indicator.objects.all())).distinct().order_by("code")


class ActualFilters(PageFilterSet):
    """Values by plan, indicator, year and status."""

    plan = django_filters.ModelChoiceFilter(
        queryset=lambda request: plans_by_hand(), to_field_name="code", label="规划", method="of_plan"
    )
    indicator = django_filters.ModelChoiceFilter(
        queryset=lambda request: by_hand(Indicator.objects.order_by("name", "pk")), to_field_name="code", label="指标"
    )
    year = django_filters.NumberFilter(label="年度", min_value=2000, max_value=2100)
    status = django_filters.ChoiceFilter(choices=ActualStatus.choices, label="状态")

    class Meta(PageFilterSet.Meta):
        model = Actual
        fields = ["plan", "indicator", "year", "status"]

    def of_plan(self, rows: Any, name: str, value: Plan) -> Any:
        """Keep the values of indicators that the plan has targets for."""
        return rows.filter(indicator__in=Target.objects.filter(plan=value).values("indicator"))


class ActualForm(PortalModelForm):
    """A value with its source; the indicators offered are those that no ledger gives."""

    class Meta:
        model = Actual
        fields = [
            "indicator",
            "scope",
            "year",
            "value",
            "numerator",
            "denominator",
            "source_document",
            "source_clause",
            "note",
        ]

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = by_hand(Indicator.objects.order_by("position", "pk"))
        if plan is not None:
            rows = rows.filter(targets__plan=plan).distinct()
            self.fields["scope"].initial = plan.scope
        indicator: Any = self.fields["indicator"]
        indicator.queryset = rows
        indicator.label_from_instance = _with_unit
        hints = {
            "scope": "与目标的范围一致，例如“渝北区”。",
            "year": "数值所属的年度，四位数字。",
            "value": "按指标的计量单位填写，只写数字；定性目标做到填1、未做到填0；每个对象的目标填其中最低者。",
            "numerator": "比率也可填分子、分母，由门户相除；填了“数值”则两项留空。",
            "denominator": "与分子同一计量单位，大于0。",
            "source_document": "文件名称或文号。",
            "source_clause": "章节、表号或页码，使他人能找到原数。",
        }
        for name, hint in hints.items():
            self.fields[name].help_text = hint


class ReasonForm(PortalForm):
    """Why a value is withdrawn or restored."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def expected_revision(self) -> int:
        value = self.cleaned_data.get("revision")
        return -1 if value is None else value


def _with_unit(indicator: Indicator) -> str:
    return f"{indicator.name}（{indicator.measure_unit}）"
