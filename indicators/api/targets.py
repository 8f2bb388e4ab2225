"""Targets: the numeric statements of plans, with the clauses that say them."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadPolicy
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet, YearFilter
from common.api.rows import ExactDecimalField, RowSerializer
from common.api.views import RowDetail, RowList
from indicators.choices import Attribute, Comparator
from indicators.models import Target


class BaselineSerializer(RowSerializer):
    order = ("year", "pk")

    value = ExactDecimalField()
    year = serializers.IntegerField()
    citation = serializers.CharField()


class CitationSerializer(RowSerializer):
    order = ("position",)

    document = serializers.CharField()
    section = serializers.CharField()
    wording = serializers.CharField()
    comparator = serializers.ChoiceField(choices=Comparator.choices)
    value = ExactDecimalField(allow_null=True)


@extend_schema_serializer(
    examples=example(
        code="rd_intensity-2025",
        plan="cq-complex-2024-2027",
        indicator="rd_intensity",
        name="整体研发投入强度",
        measure_unit="%",
        scope="全市",
        comparator="gt",
        value="2",
        low=None,
        high=None,
        baselines=[],
        target_year=2025,
        is_cumulative=False,
        is_cumulative_assumed=False,
        is_outlook=False,
        attribute="undeclared",
        note="“超”2%:恰为2.00%不算达成。",
        citations=[
            {
                "document": "000",
                "section": "§一(二)",
                "wording": "整体研发投入强度超2%",
                "comparator": "gt",
                "value": "2",
            }
        ],
    )
)
class TargetSerializer(RowSerializer):
    code = serializers.CharField()
    plan = serializers.CharField(source="plan.code")
    indicator = serializers.CharField(source="indicator.code")
    name = serializers.CharField()
    measure_unit = serializers.CharField(source="indicator.measure_unit")
    scope = serializers.CharField()
    comparator = serializers.ChoiceField(choices=Comparator.choices)
    value = ExactDecimalField(allow_null=True)
    low = ExactDecimalField(allow_null=True)
    high = ExactDecimalField(allow_null=True)
    baselines = BaselineSerializer(many=True)
    target_year = serializers.IntegerField(allow_null=True)
    is_cumulative = serializers.BooleanField()
    is_cumulative_assumed = serializers.BooleanField(help_text="The document does not say whether it is cumulative.")
    is_outlook = serializers.BooleanField()
    attribute = serializers.ChoiceField(choices=Attribute.choices)
    note = serializers.CharField(allow_blank=True)
    citations = CitationSerializer(many=True)


class TargetFilters(RowFilterSet):
    code = CodeFilter()
    plan = CodeFilter(field_name="plan__code")
    indicator = CodeFilter(field_name="indicator__code")
    year = YearFilter(field_name="target_year")
    comparator = django_filters.ChoiceFilter(choices=Comparator.choices)
    attribute = django_filters.ChoiceFilter(choices=Attribute.choices)


class TargetList(RowList):
    """List the targets of the plans."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = Target.objects.all()
    serializer_class = TargetSerializer
    filterset_class = TargetFilters
    ordering_fields = {"code": "code"}
    default_ordering = ("plan", "position", "pk")


class TargetDetail(RowDetail):
    """Show one target by its code."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = Target.objects.all()
    serializer_class = TargetSerializer
