"""Units with their standings."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, MomentFilter, RowFilterSet
from common.api.rows import RowSerializer
from common.api.views import RowDetail, RowList
from common.relations import rows_at
from members.choices import StandingKind, UnitKind
from members.models import Unit


class StandingSerializer(RowSerializer):
    order = ("valid_from", "pk")
    only = {"withdrawn_at__isnull": True}

    kind = serializers.ChoiceField(choices=StandingKind.choices)
    number = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, help_text="The day it ends; null while it holds.")


@extend_schema_serializer(
    examples=example(
        code="91500107MA5U000011",
        credit_code="91500107MA5U000011",
        name="演示智能装备有限公司",
        kind="enterprise",
        home_district="500107",
        standings=[{"kind": "high_tech", "number": "演示0001", "valid_from": "2024-11-28", "valid_to": None}],
        updated_at="2026-02-01T09:30:00+08:00",
    )
)
class UnitSerializer(RowSerializer):
    code = serializers.CharField(help_text="The credit code, or an internal code of a body without one.")
    credit_code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    home_district = serializers.CharField(source="home_district.code")
    standings = StandingSerializer(many=True)
    updated_at = serializers.DateTimeField()


class UnitFilters(RowFilterSet):
    code = CodeFilter()
    credit_code = CodeFilter()
    kind = django_filters.ChoiceFilter(choices=UnitKind.choices)
    district = CodeFilter(field_name="home_district__code")
    complex = CodeFilter(method="filter_complex", label="A complex of which the unit is or was a member.")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    def filter_complex(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        memberships = rows_at(Unit, "memberships").visible_to(self.request.user)
        return rows.filter(pk__in=memberships.filter(innovation_complex__code=code).values("unit"))


class UnitList(RowList):
    """List units that the caller may see."""

    permission_classes = [MayReadRecords]
    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    filterset_class = UnitFilters
    ordering_fields = {"code": "code", "name": "name", "updated_at": "updated_at"}


class UnitDetail(RowDetail):
    """Show one unit by its code, which is the credit code where there is one."""

    permission_classes = [MayReadRecords]
    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
