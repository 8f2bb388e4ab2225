"""Which unit belongs to which complex, since when and by which contract."""

from datetime import date

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet
from common.api.rows import RowSerializer
from common.api.views import RowList
from complexes.choices import MemberRole
from complexes.models import Membership
from complexes.querysets import MembershipQuerySet


@extend_schema_serializer(
    examples=example(
        complex="CQ-2024-001",
        unit="91500107MA5U000011",
        role="lead",
        joined_on="2024-10-01",
        left_on=None,
        contract="演示协议2024-01",
    )
)
class MembershipSerializer(RowSerializer):
    complex = serializers.CharField(source="innovation_complex.code")
    unit = serializers.CharField(source="unit.code")
    role = serializers.ChoiceField(choices=MemberRole.choices)
    joined_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True, help_text="The first day outside; null while it lasts.")
    contract = serializers.CharField(source="contract.number", allow_null=True)


class MembershipFilters(RowFilterSet):
    complex = CodeFilter(field_name="innovation_complex__code")
    unit = CodeFilter(field_name="unit__code")
    district = CodeFilter(field_name="innovation_complex__reporting_district__code")
    role = django_filters.ChoiceFilter(choices=MemberRole.choices)
    on = django_filters.DateFilter(method="filter_on", label="In force on that day.")

    def filter_on(self, rows: MembershipQuerySet, name: str, day: date) -> MembershipQuerySet:
        return rows.on(day)


class MembershipList(RowList):
    """List memberships, past ones included, of the complexes that the caller may see."""

    permission_classes = [MayReadRecords]
    queryset = Membership.objects.all()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilters
    ordering_fields = {"complex": "innovation_complex__code", "unit": "unit__code", "joined_on": "joined_on"}
