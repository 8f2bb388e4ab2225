"""Input of the pages of decisions on complexes."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import District
from common.forms import PortalForm
from common.listing import PageFilterSet
from complexes.choices import DECISION_LABELS, ComplexState, DecisionState
from complexes.models import InnovationComplex, LifecycleDecision
from complexes.validation.complexes import possible_decisions


class DecisionForm(PortalForm):
    to_state = forms.ChoiceField(label="决定", choices=[], widget=forms.RadioSelect)
    number = forms.CharField(
        label="文号", required=False, max_length=60, help_text="予以认定须填写认定文号；其他决定有文号的请填写。"
    )
    decided_on = forms.DateField(label="决定日期", help_text="决定文件上的日期，不能晚于今天。")
    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="写明审查意见或依据。"
    )

    def __init__(self, *args: Any, innovation_complex: InnovationComplex, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_state"].choices = [
            (state.value, DECISION_LABELS[ComplexState(innovation_complex.state), state])
            for state in possible_decisions(innovation_complex)
        ]


def _districts(request: Any) -> QuerySet[District]:
    return District.objects.in_order()


class DecisionFilters(PageFilterSet):
    q = django_filters.CharFilter(label="综合体或文号", method="search")
    state = django_filters.ChoiceFilter(label="状态", choices=DecisionState.choices)
    district = django_filters.ModelChoiceFilter(
        label="填报区县",
        field_name="innovation_complex__reporting_district",
        to_field_name="code",
        queryset=_districts,
    )

    def search(self, rows: QuerySet[LifecycleDecision], name: str, value: str) -> QuerySet[LifecycleDecision]:
        """Find by part of the complex's name or code, or of the number."""
        text = value.strip()
        return rows.filter(
            Q(innovation_complex__name__icontains=text)
            | Q(innovation_complex__code__icontains=text)
            | Q(number__icontains=text)
        )
