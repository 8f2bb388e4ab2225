"""Yearly reports of units. Missing is not zero: an unknown figure is null."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, MomentFilter, RowFilterSet, YearFilter
from common.api.rows import ExactDecimalField, RowSerializer
from common.api.views import RowList
from members.choices import GapReason, ReportState
from members.models import UnitReport


@extend_schema_serializer(
    examples=example(
        unit="91500107MA5U000011",
        year=2025,
        revenue_wan_yuan="12500.5",
        rd_wan_yuan="480",
        new_product_sales_wan_yuan=None,
        staff=260,
        rd_staff=41,
        state="reported",
        gap_reason="",
        updated_at="2026-02-01T09:30:00+08:00",
    )
)
class UnitReportSerializer(RowSerializer):
    unit = serializers.CharField(source="unit.code")
    year = serializers.IntegerField()
    revenue_wan_yuan = ExactDecimalField(allow_null=True, help_text="万元")
    rd_wan_yuan = ExactDecimalField(allow_null=True, help_text="万元")
    new_product_sales_wan_yuan = ExactDecimalField(allow_null=True, help_text="万元")
    staff = serializers.IntegerField(allow_null=True, help_text="人, at the end of the year")
    rd_staff = serializers.IntegerField(allow_null=True, help_text="人")
    state = serializers.ChoiceField(choices=ReportState.choices)
    gap_reason = serializers.ChoiceField(choices=GapReason.choices, allow_blank=True)
    updated_at = serializers.DateTimeField()


class UnitReportFilters(RowFilterSet):
    unit = CodeFilter(field_name="unit__code")
    year = YearFilter()
    district = CodeFilter(field_name="unit__home_district__code")
    state = django_filters.ChoiceFilter(choices=ReportState.choices)
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class UnitReportList(RowList):
    """List the yearly reports of the units that the caller may see."""

    permission_classes = [MayReadRecords]
    queryset = UnitReport.objects.all()
    serializer_class = UnitReportSerializer
    filterset_class = UnitReportFilters
    ordering_fields = {"unit": "unit__code", "year": "year", "updated_at": "updated_at"}
