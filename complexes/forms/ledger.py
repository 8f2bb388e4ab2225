"""Page input that cases, tackling tasks and needs share."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import District
from common.forms import PortalForm, PortalModelForm
from common.normalising import to_half_width
from common.relations import rows_at
from complexes.models import InnovationComplex
from complexes.querysets import LedgerQuerySet
from complexes.validation.ledger import LATE_ENTRY_LABEL
from members.forms import UnitCodeField

FIRST_YEAR = 2015
LAST_YEAR = 2035


class EventForm(PortalModelForm):
    """Content of an event; the owner is chosen once, among the active complexes that the person's district reports.

    A field of the form that takes a unit by its code shows the unit's code.
    """

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["innovation_complex"]
        else:
            owners = InnovationComplex.objects.reported_by(user.district_id).active().order_by("code")
            owner: Any = self.fields["innovation_complex"]
            owner.queryset = owners
        for name, field in self.fields.items():
            if isinstance(field, UnitCodeField) and self.initial.get(name):
                self.initial[name] = getattr(self.instance, name)


class LateEntryForm(PortalForm):
    """Part of a move from which an event counts: what to do if its year is locked."""

    is_late_entry = forms.BooleanField(
        label=LATE_ENTRY_LABEL,
        required=False,
        help_text="仅当该日期所在年度的填报已锁定时才起作用，页面和填报中会注明“补报”。",
    )


class ReasonForm(PortalForm):
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ShareForm(PortalForm):
    """A further complex by its exact code; it is told apart only among complexes that are public by their state."""

    innovation_complex = forms.CharField(
        label="综合体编号", max_length=12, help_text="如 CQ-0001。对方填报区县确认后，该综合体才计入本事项。"
    )

    def clean_innovation_complex(self) -> InnovationComplex:
        code = to_half_width(self.cleaned_data["innovation_complex"]).upper()
        found = InnovationComplex.objects.active().filter(code=code).first()
        if found is None:
            raise forms.ValidationError(f"没有编号为“{code}”且在培育或建设期内的综合体。请核对综合体编号。")
        return found


class EventFilters(django_filters.FilterSet):
    """Search and filters of a ledger; the district only for those who read the whole city."""

    q = django_filters.CharFilter(label="编号或名称", method="filter_text")
    complex = django_filters.CharFilter(label="综合体编号或名称", method="filter_complex")
    district = django_filters.ModelChoiceFilter(
        label="填报区县",
        queryset=District.objects.in_order(),
        field_name="innovation_complex__reporting_district",
        empty_label="全部",
    )
    counted_year = django_filters.NumberFilter(
        label="计入年度", field_name="counted_year", min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    late = django_filters.ChoiceFilter(
        label="补报", choices=[("yes", "仅补报"), ("no", "不含补报")], method="filter_late", empty_label="全部"
    )

    part = django_filters.ChoiceFilter(
        label="参与确认", choices=[("waiting", "有待确认的参与")], method="filter_part", empty_label="全部"
    )

    withdrawn = django_filters.ChoiceFilter(
        label="已撤销",
        choices=[("with", "含已撤销"), ("only", "仅已撤销")],
        method="filter_withdrawn",
        empty_label="不含已撤销",
    )

    class Meta:
        form = PortalForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("withdrawn") not in {"with", "only"}:
            # A filter left empty is not asked; what is withdrawn shows only when it is asked for.
            self.queryset: Any = self.queryset.current()
        if self.request is not None and not self.request.user.may_read_city:
            del self.filters["district"]

    def filter_text(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        text = to_half_width(text)
        return rows.filter(Q(code__icontains=text) | Q(title__icontains=text))

    def filter_complex(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        text = to_half_width(text)
        named = InnovationComplex.objects.filter(Q(code__iexact=text) | Q(name__icontains=text)).values("pk")
        parts = rows_at(rows.model, "participations")
        shared = parts.filter(event=OuterRef("pk"), innovation_complex__in=named)
        return rows.filter(Q(innovation_complex__in=named) | Exists(shared))

    def filter_part(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        parts = rows_at(rows.model, "participations")
        waiting = parts.filter(event=OuterRef("pk"), confirmed_at__isnull=True)
        user = self.request.user
        if not user.may_read_city:
            waiting = waiting.filter(innovation_complex__reporting_district=user.district_id)
        return rows.filter(Exists(waiting))

    def filter_withdrawn(self, rows: LedgerQuerySet, name: str, choice: str) -> LedgerQuerySet:
        return rows.withdrawn() if choice == "only" else rows

    def filter_late(self, rows: QuerySet, name: str, choice: str) -> QuerySet:
        return rows.filter(is_late_entry=choice == "yes")
