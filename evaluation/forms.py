"""Page input of evaluations: a judgement, and the filters of participants and sheets."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import District
from common.forms import PortalModelForm
from common.listing import PageFilterSet
from complexes.models import InnovationComplex
from evaluation.models import Judgement, ScoreSheet
from evaluation.scoring.numbers import grouped
from evaluation.scoring.rules import Item


class JudgementForm(PortalModelForm):
    """A reviewer's mark with its reason."""

    class Meta:
        model = Judgement
        fields = ["mark", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"reason": "写明评分依据，如章程、会议纪要、合同与台账，最多500字。"}

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mark"].measure_unit = f"0—{grouped(item.weight)}分"


class ParticipantFilter(PageFilterSet):
    """Participants of a round by name, district, approval and judgement."""

    q = django_filters.CharFilter(label="名称或编号", method="by_text")
    district = django_filters.ModelChoiceFilter(
        label="填报区县", field_name="reporting_district", queryset=District.objects.all()
    )
    judged = django_filters.ChoiceFilter(
        label="定性评分", choices=[("yes", "已评"), ("no", "未评")], method="by_judgement"
    )

    class Meta(PageFilterSet.Meta):
        model = InnovationComplex
        fields: list[str] = []

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value))

    def by_judgement(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        judged = Exists(
            Judgement.objects.filter(
                innovation_complex=OuterRef("pk"), evaluation_round__code=self.request.resolver_match.kwargs["code"]
            )
        )
        return rows.filter(judged if value == "yes" else ~judged)


class SheetFilter(PageFilterSet):
    """Sheets of a run by name, district and whether they are ranked."""

    q = django_filters.CharFilter(label="名称或编号", method="by_text")
    district = django_filters.ModelChoiceFilter(
        label="填报区县", field_name="innovation_complex__reporting_district", queryset=District.objects.all()
    )
    held = django_filters.ChoiceFilter(label="排名", choices=[("no", "已排名"), ("yes", "暂缓排名")], method="by_hold")

    class Meta(PageFilterSet.Meta):
        model = ScoreSheet
        fields: list[str] = []

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(innovation_complex__name__icontains=value) | Q(innovation_complex__code__icontains=value))

    def by_hold(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(rank__isnull=value == "yes")
