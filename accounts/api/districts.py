"""Districts with their validity and successors."""

from datetime import date

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadPolicy
from accounts.choices import DistrictKind
from accounts.models import District
from accounts.querysets import DistrictQuerySet
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet
from common.api.rows import CodeListField, RowSerializer
from common.api.views import RowDetail, RowList


@extend_schema_serializer(
    examples=example(
        code="500112",
        name="渝北区",
        kind="district",
        valid_from="1997-06-18",
        valid_to="2025-11-05",
        successors=["500109", "CQ-LJXQ"],
    )
)
class DistrictSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=DistrictKind.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, help_text="Last valid day; null while the district exists.")
    successors = CodeListField(source="successions.successor.code")


class DistrictFilters(RowFilterSet):
    code = CodeFilter()
    kind = django_filters.ChoiceFilter(choices=DistrictKind.choices)
    valid_on = django_filters.DateFilter(method="filter_valid_on")

    def filter_valid_on(self, rows: DistrictQuerySet, name: str, day: date) -> DistrictQuerySet:
        return rows.valid_on(day)


class DistrictList(RowList):
    """List districts and functional areas, ended ones included."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = District.objects.all()
    serializer_class = DistrictSerializer
    filterset_class = DistrictFilters
    ordering_fields = {"code": "code", "name": "name", "valid_from": "valid_from"}
    default_ordering = ("position", "pk")


class DistrictDetail(RowDetail):
    """Show one district."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = District.objects.all()
    serializer_class = DistrictSerializer
