"""Page input about targets and shares."""

from typing import Any

import django_filters
from django import forms

from accounts.models import District
from common.forms import PortalModelForm
from common.listing import PageFilterSet
from complexes.models import InnovationComplex
from indicators.choices import Comparator
from indicators.models import ComplexTarget, Indicator, Plan, PlanGroup, Target
from indicators.progress.scopes import reachable_districts

NO_OVERRIDE = -1


class TargetFilters(PageFilterSet):
    """Targets by plan, indicator, year and comparator."""

    plan = django_filters.ModelChoiceFilter(
        queryset=Plan.objects.order_by("code"), to_field_name="code", label="规划", empty_label="全部规划"
    )
    indicator = django_filters.ModelChoiceFilter(
        queryset=Indicator.objects.order_by("position", "pk"),
        to_field_name="code",
        label="指标",
        empty_label="全部指标",
    )
    year = django_filters.NumberFilter(field_name="target_year", label="目标年度", min_value=2000, max_value=2100)
    comparator = django_filters.ChoiceFilter(choices=Comparator.choices, label="比较方式", empty_label="全部")

    class Meta(PageFilterSet.Meta):
        model = Target
        fields = ["plan", "indicator", "year", "comparator"]


class IndicatorFilters(PageFilterSet):
    """Indicators by name and by the plan that sets targets for them."""

    name = django_filters.CharFilter(lookup_expr="icontains", label="指标名称", max_length=80)
    plan = django_filters.ModelChoiceFilter(
        queryset=Plan.objects.order_by("code"), to_field_name="code", label="规划", method="of_plan"
    )

    class Meta(PageFilterSet.Meta):
        model = Indicator
        fields = ["name", "plan"]

    def of_plan(self, rows: Any, name: str, plan: Plan | None) -> Any:
        """Keep the indicators for which the plan sets a target."""
        return rows if plan is None else rows.filter(pk__in=plan.targets.values("indicator"))


def _groups_of_plan(request: Any) -> Any:
    if request is None:
        return PlanGroup.objects.none()
    return PlanGroup.objects.filter(plan__code=request.resolver_match.kwargs["code"]).order_by("position", "pk")


class PlanTargetFilters(PageFilterSet):
    """The targets of one plan's page by group (with the groups below it), comparator and year."""

    group = django_filters.ModelChoiceFilter(
        queryset=_groups_of_plan, to_field_name="code", label="产业、行动、任务", method="in_group_or_below"
    )
    comparator = django_filters.ChoiceFilter(choices=Comparator.choices, label="比较方式")
    year = django_filters.NumberFilter(field_name="target_year", label="目标年度", min_value=2000, max_value=2100)

    class Meta(PageFilterSet.Meta):
        model = Target
        fields = ["group", "comparator", "year"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["group"].label_from_instance = lambda group: f"{group.get_kind_display()}：{group.name}"

    def in_group_or_below(self, rows: Any, name: str, group: PlanGroup | None) -> Any:
        """Keep the targets of the group and of every group below it."""
        if group is None:
            return rows
        parents = dict(PlanGroup.objects.filter(plan=group.plan_id).values_list("pk", "parent"))
        below = {group.pk}
        while more := {pk for pk, parent in parents.items() if parent in below} - below:
            below |= more
        return rows.filter(groups__in=below).distinct()


def _own_districts(request: Any) -> Any:
    return District.objects.none() if request is None else reachable_districts(request.user)


class ShareFilters(PageFilterSet):
    """Complexes by district and name, for the grid of shares of one plan."""

    plan = django_filters.ModelChoiceFilter(
        queryset=Plan.objects.filter(targets__planned_complexes__isnull=False).distinct().order_by("code"),
        to_field_name="code",
        label="规划",
        empty_label=None,
        method="keep_all",
    )
    name = django_filters.CharFilter(lookup_expr="icontains", label="综合体名称", max_length=80)
    district = django_filters.ModelChoiceFilter(
        field_name="reporting_district",
        queryset=_own_districts,
        to_field_name="code",
        label="填报区县",
        empty_label="全部区县",
    )

    class Meta(PageFilterSet.Meta):
        model = InnovationComplex
        fields = ["plan", "name", "district"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["plan"].empty_label = None

    def keep_all(self, rows: Any, name: str, value: Any) -> Any:
        """The plan chooses the columns, not the rows."""
        return rows


class ShareForm(PortalModelForm):
    """The commission's share of one target for one complex; `revision` is −1 while the default share stands."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=NO_OVERRIDE)

    class Meta:
        model = ComplexTarget
        fields = ["value", "reason"]

    def __init__(self, *args: Any, measure_unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "revision" not in self.fields:
            self.fields["revision"] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, min_value=NO_OVERRIDE, initial=NO_OVERRIDE
            )
        self.fields["value"].measure_unit = measure_unit
        self.fields["value"].help_text = f"计量单位：{measure_unit}；最多两位小数。"
        self.fields["reason"].help_text = "写明调整依据，将随分解目标一并展示并记入审计。"

    @property
    def expected_revision(self) -> int:
        """The revision that the page showed; a page without it is taken as stale by an impossible number."""
        value = self.cleaned_data.get("revision")
        return -2 if value is None else value
