"""Complexes with their lead unit, fields and districts."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, MomentFilter, RowFilterSet
from common.api.rows import CodeListField, RowSerializer
from common.api.views import RowDetail, RowList
from complexes.choices import ComplexKind, ComplexState
from complexes.models import InnovationComplex


@extend_schema_serializer(
    examples=example(
        code="CQ-2024-001",
        name="演示智能装备产业创新综合体",
        kind="enterprise_led",
        lead_unit="91500107MA5U000011",
        fields=["d2025-01"],
        reporting_district="500107",
        co_districts=[],
        state="recognised",
        cultivated_on="2024-10-01",
        recognised_on="2024-12-20",
        exited_on=None,
        updated_at="2026-02-01T09:30:00+08:00",
    )
)
class ComplexSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ComplexKind.choices)
    lead_unit = serializers.CharField(source="lead_unit_code", allow_null=True)
    # Any: this field has the name under which a serializer keeps all its fields.
    fields: Any = CodeListField(source="fields.code")
    reporting_district = serializers.CharField(source="reporting_district.code")
    co_districts = CodeListField(source="co_districts.code")
    state = serializers.ChoiceField(choices=ComplexState.choices)
    cultivated_on = serializers.DateField(allow_null=True)
    recognised_on = serializers.DateField(allow_null=True)
    exited_on = serializers.DateField(allow_null=True)
    updated_at = serializers.DateTimeField()


class ComplexFilters(RowFilterSet):
    code = CodeFilter()
    kind = django_filters.ChoiceFilter(choices=ComplexKind.choices)
    state = django_filters.ChoiceFilter(choices=ComplexState.choices)
    district = CodeFilter(field_name="reporting_district__code")
    field = CodeFilter(method="filter_field")
    lead_unit = CodeFilter(field_name="lead_unit_code")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    def filter_field(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        chosen = InnovationComplex.fields.through.objects.filter(industryfield__code=code)
        return rows.filter(pk__in=chosen.values("innovationcomplex"))


class ComplexList(RowList):
    """List complexes that the caller may see."""

    permission_classes = [MayReadRecords]
    queryset = InnovationComplex.objects.with_lead_unit()
    serializer_class = ComplexSerializer
    filterset_class = ComplexFilters
    ordering_fields = {"code": "code", "name": "name", "updated_at": "updated_at"}


class ComplexDetail(RowDetail):
    """Show one complex by its code."""

    permission_classes = [MayReadRecords]
    queryset = InnovationComplex.objects.with_lead_unit()
    serializer_class = ComplexSerializer
