"""Page input of the pages that read several apps."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet

from accounts.models import User
from audit.models import AuditEvent
from common.forms import PortalForm
from common.jobs.models import Job, JobState
from common.jobs.tasks import all_kinds
from common.listing import PageFilterSet
from complexes.models import InnovationComplex
from indicators.models import Plan
from indicators.progress.scopes import reachable_districts
from portal import history
from portal.policies import audited_types_read_by

CITY = "city"
_SUGGESTIONS = 500
_SUGGESTED = {"list": "complex-suggestions", "autocomplete": "off"}


class ProgressForm(PortalForm):
    """Plan, year and scope. What is not chosen has a default: the first plan, the newest approved year.

    A district or complex beyond the person's reach is answered by the view, like one that does not exist.
    """

    plan = forms.ModelChoiceField(
        queryset=Plan.objects.order_by("code"), to_field_name="code", label="规划", empty_label=None, required=False
    )
    year = forms.IntegerField(label="年度", min_value=2015, max_value=2035, required=False)
    district = forms.CharField(label="区县", required=False, max_length=12)

    def __init__(self, data: Any, *, user: Any, newest_year: int) -> None:
        self.first_plan = Plan.objects.order_by("code").first()
        own = user.district.code if user.may_read_district else CITY
        defaults = {"plan": self.first_plan.code if self.first_plan else "", "year": newest_year, "district": own}
        typed = data.dict() if data else {}
        if typed.get("complex") and not typed.get("district"):
            defaults.pop("district")
        complexes = InnovationComplex.objects.visible_to(user).filter(cultivated_on__isnull=False).order_by("code")
        self.suggestions = list(complexes.values_list("code", "name")[:_SUGGESTIONS])
        super().__init__({**defaults, **{name: value for name, value in typed.items() if value}})
        self.fields["complex"] = forms.CharField(
            label="综合体编号（可不填）", required=False, max_length=12, widget=forms.TextInput(attrs=_SUGGESTED)
        )
        districts = [(row.code, row.name) for row in reachable_districts(user)]
        self.fields["district"].widget = forms.Select(choices=[(CITY, "全市"), *districts])

    @property
    def has_plan(self) -> bool:
        return self.first_plan is not None


class ProgressRowsForm(ProgressForm):
    """The number whose rows are asked for."""

    indicator = forms.CharField(max_length=60)
    page = forms.IntegerField(min_value=1, max_value=100000, required=False)


class JobFilters(PageFilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=JobState.choices)
    kind = django_filters.ChoiceFilter(label="种类", choices=lambda: _kind_choices())

    class Meta(PageFilterSet.Meta):
        model = Job
        fields: ClassVar[list[str]] = ["state", "kind"]


def _kind_choices() -> list[tuple[str, str]]:
    return sorted((name, kind.label) for name, kind in all_kinds().items())


class SearchForm(PortalForm):
    q = forms.CharField(label="检索", required=False, max_length=60)


class HistoryFilters(PageFilterSet):
    """Filters of one record's history."""

    since = django_filters.DateFilter(label="起始日期", field_name="occurred_at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label="截止日期", field_name="occurred_at", lookup_expr="date__lte")

    class Meta:
        model = AuditEvent
        form = PortalForm
        fields: ClassVar[list[str]] = []


class AuditFilters(HistoryFilters):
    """Filters of the list of events: object, act, person, period."""

    object_type = django_filters.ChoiceFilter(label="对象类型")
    act = django_filters.ChoiceFilter(label="事项", choices=history.acts, method="filter_act")
    person = django_filters.CharFilter(label="操作人姓名或账户", method="filter_person")
    q = django_filters.CharFilter(label="对象名称或编号", field_name="object_label", lookup_expr="icontains")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = audited_types_read_by(self.request.user) if self.request else []
        choices = [(name, str(apps.get_model(name)._meta.verbose_name)) for name in types]
        self.filters["object_type"].extra["choices"] = sorted(choices, key=lambda pair: pair[1])

    def filter_act(self, rows: QuerySet[AuditEvent], name: str, act: str) -> QuerySet[AuditEvent]:
        return rows.filter(kind__endswith=f".{act}")

    def filter_person(self, rows: QuerySet[AuditEvent], name: str, text: str) -> QuerySet[AuditEvent]:
        people = User.objects.filter(Q(full_name__icontains=text) | Q(username__iexact=text))
        return rows.filter(actor__in=people.values("pk"))
