"""Targets: the numeric statements of plans, with the clauses that say them."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadPolicy
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet, YearFilter
from common.api.rows import CodeListField, ExactDecimalField, RowSerializer
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
        from_year=None,
        to_year=None,
        population="",
        parent=None,
        groups=[],
        is_cumulative=False,
        is_cumulative_assumed=False,
        is_outlook=False,
        attribute="undeclared",
        warning="",
        note="“超”2%：恰为2.00%不算达成。",
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
    from_year = serializers.IntegerField(allow_null=True, help_text="First year of a growth period.")
    to_year = serializers.IntegerField(allow_null=True, help_text="Last year of a growth period.")
    population = serializers.CharField(
        allow_blank=True, help_text="Whom coverage and per_unit speak of; or the series compared with."
    )
    # Any: this field has the name of an attribute that every field has.
    parent: Any = serializers.CharField(
        source="parent.code",
        allow_null=True,
        help_text="Target of which this is a part, as printed; nothing is derived.",
    )
    groups = CodeListField(source="groups.code", help_text="Sectors, actions or tasks of the plan.")
    is_cumulative = serializers.BooleanField()
    is_cumulative_assumed = serializers.BooleanField(help_text="The document does not say whether it is cumulative.")
    is_outlook = serializers.BooleanField()
    attribute = serializers.ChoiceField(choices=Attribute.choices)
    warning = serializers.CharField(allow_blank=True, help_text="A contradiction or slip of the document.")
    note = serializers.CharField(allow_blank=True)
    citations = CitationSerializer(many=True)


class TargetFilters(RowFilterSet):
    code = CodeFilter()
    plan = CodeFilter(field_name="plan__code")
    indicator = CodeFilter(field_name="indicator__code")
    year = YearFilter(field_name="target_year")
    parent = CodeFilter(field_name="parent__code")
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
