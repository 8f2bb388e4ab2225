"""Values: the sealed figures of complexes, year by year."""

from typing import Any

import django_filters
from django.db.models import BooleanField, Case, F, Q, QuerySet, When
from django.db.models.functions import Greatest
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from accounts.choices import Permission
from common.api.examples import example
from common.api.filtering import CodeFilter, MomentFilter, RowFilterSet, YearFilter
from common.api.rows import ExactDecimalField, RowSerializer
from common.api.views import RowList
from indicators.choices import FilingState, MissingReason
from indicators.models import FigureValue


@extend_schema_serializer(
    examples=example(
        complex="CQ-2024-001",
        district="500107",
        indicator="rd_intensity",
        year=2025,
        reported="3.84",
        recognised="3.84",
        numerator="480",
        denominator="12500",
        covered=5,
        members=6,
        coverage="0.913",
        missing_reason="",
        state="commission_approved",
        version=2,
        is_approved=True,
        updated_at="2026-03-10T09:00:00+08:00",
    )
)
class ValueSerializer(RowSerializer):
    complex = serializers.CharField(source="innovation_complex.code")
    district = serializers.CharField(
        source="district.code", help_text="Reported for the complex on 31 December of the year."
    )
    indicator = serializers.CharField(source="indicator.code")
    year = serializers.IntegerField()
    reported = ExactDecimalField(allow_null=True)
    recognised = ExactDecimalField(allow_null=True, help_text="Null until the commission approves the version.")
    numerator = ExactDecimalField(allow_null=True)
    denominator = ExactDecimalField(allow_null=True)
    covered = serializers.IntegerField(allow_null=True, help_text="Members with both figures.")
    members = serializers.IntegerField(allow_null=True, help_text="Members that should have both.")
    coverage = ExactDecimalField(
        source="coverage_share", allow_null=True, help_text="0–1, share of the members' revenue; null for counts."
    )
    missing_reason = serializers.ChoiceField(choices=MissingReason.choices, allow_blank=True)
    state = serializers.ChoiceField(source="version.filing.state", choices=FilingState.choices)
    version = serializers.IntegerField(source="version.number")
    is_approved = serializers.BooleanField(source="is_of_approved_version")
    updated_at = serializers.DateTimeField(source="changed_at", help_text="Last change of the figure or its filing.")


class ValueFilters(RowFilterSet):
    complex = CodeFilter(field_name="innovation_complex__code")
    district = CodeFilter(field_name="district__code")
    indicator = CodeFilter(field_name="indicator__code")
    year = YearFilter()
    state = django_filters.ChoiceFilter(field_name="version__filing__state", choices=FilingState.choices)
    round = CodeFilter(field_name="version__filing__filing_round__code")
    since = MomentFilter(method="filter_since", label="Changed at or after that moment.")

    def filter_since(self, rows: QuerySet, name: str, moment: object) -> QuerySet:
        return rows.filter(Q(updated_at__gte=moment) | Q(version__filing__updated_at__gte=moment))


class ValueList(RowList):
    """List figures: of each filing its newest sealed version, or its approved one for callers who see only that."""

    permission_classes = [MayReadRecords]
    queryset = FigureValue.objects.all()
    serializer_class = ValueSerializer
    filterset_class = ValueFilters
    ordering_fields = {
        "complex": "innovation_complex__code",
        "indicator": "indicator__code",
        "year": "year",
        "updated_at": "changed_at",
    }

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        user = self.request.user
        if user.is_authenticated and (user.may_read_district or user.holds(Permission.READ_EVALUATION)):
            rows = rows.of_newest_versions()
        return rows.annotate(
            changed_at=Greatest("updated_at", "version__filing__updated_at"),
            is_of_approved_version=Case(
                When(version=F("version__filing__approved_version"), then=True),
                default=False,
                output_field=BooleanField(),
            ),
        )
