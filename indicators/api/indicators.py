"""Indicators with their definition cards."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadPolicy
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet
from common.api.rows import CodeListField, RowSerializer
from common.api.views import RowDetail, RowList
from indicators.choices import Direction, IndicatorKind
from indicators.models import Indicator, Target


@extend_schema_serializer(
    examples=example(
        code="rd_intensity",
        name="整体研发投入强度",
        plans=["cq-complex-2024-2027"],
        measure_unit="%",
        decimals=2,
        scale=100,
        direction="up",
        kind="flow",
        is_filed=True,
        numerator="研发经费内部支出之和（万元）",
        denominator="营业收入之和（万元）",
        definition="企业成员研发经费内部支出之和 ÷ 同一批企业营业收入之和。",
        source="市方案（2024—2027年）§一(二)",
    )
)
class IndicatorSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    plans = CodeListField(source="targets.plan.code", help_text="Plans with a target on this indicator.")
    measure_unit = serializers.CharField()
    decimals = serializers.IntegerField(help_text="Decimal places on pages; values here are exact.")
    scale = serializers.IntegerField(help_text="Value = numerator ÷ denominator × scale.")
    direction = serializers.ChoiceField(choices=Direction.choices)
    kind = serializers.ChoiceField(choices=IndicatorKind.choices)
    is_filed = serializers.BooleanField(help_text="False if the portal counts it from its own register.")
    numerator = serializers.CharField(allow_blank=True)
    denominator = serializers.CharField(allow_blank=True)
    definition = serializers.CharField()
    # Any: this field has the name of an attribute that every field has.
    source: Any = serializers.CharField()


class IndicatorFilters(RowFilterSet):
    code = CodeFilter()
    plan = CodeFilter(method="filter_plan", label="A plan with a target on the indicator.")
    kind = django_filters.ChoiceFilter(choices=IndicatorKind.choices)
    direction = django_filters.ChoiceFilter(choices=Direction.choices)

    def filter_plan(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        return rows.filter(pk__in=Target.objects.filter(plan__code=code).values("indicator"))


class IndicatorList(RowList):
    """List indicators."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = Indicator.objects.all()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilters
    ordering_fields = {"code": "code"}
    default_ordering = ("position", "pk")


class IndicatorDetail(RowDetail):
    """Show one indicator by its code."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = Indicator.objects.all()
    serializer_class = IndicatorSerializer
