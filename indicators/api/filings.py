"""Filing rounds and the filings in them."""

import django_filters
from django.db.models import BooleanField, Case, F, Max, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, MomentFilter, RowFilterSet, YearFilter
from common.api.rows import RowSerializer
from common.api.views import RowDetail, RowList
from indicators.choices import OPEN_FILING_STATES, FilingState, RoundKind
from indicators.models import Filing, FilingRound


@extend_schema_serializer(
    examples=example(
        code="2025",
        name="2025年度填报",
        kind="annual",
        year=2025,
        opens_at="2026-01-05T00:00:00+08:00",
        due_at="2026-03-31T23:59:59+08:00",
        locks_at="2026-04-30T23:59:59+08:00",
    )
)
class FilingRoundSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=RoundKind.choices)
    year = serializers.IntegerField()
    opens_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    locks_at = serializers.DateTimeField()


class FilingRoundFilters(RowFilterSet):
    code = CodeFilter()
    year = YearFilter()
    kind = django_filters.ChoiceFilter(choices=RoundKind.choices)


class FilingRoundList(RowList):
    """List filing rounds."""

    permission_classes = [MayReadRecords]
    is_public_policy = True
    queryset = FilingRound.objects.all()
    serializer_class = FilingRoundSerializer
    filterset_class = FilingRoundFilters
    ordering_fields = {"code": "code", "year": "year", "due_at": "due_at"}


class FilingRoundDetail(RowDetail):
    """Show one filing round by its code."""

    permission_classes = [MayReadRecords]
    is_public_policy = True
    queryset = FilingRound.objects.all()
    serializer_class = FilingRoundSerializer


@extend_schema_serializer(
    examples=example(
        round="2025",
        complex="CQ-2024-001",
        district="500107",
        year=2025,
        state="commission_approved",
        version=2,
        approved_version=2,
        due_at="2026-03-31T23:59:59+08:00",
        late=False,
        submitted_at="2026-03-02T15:20:00+08:00",
        updated_at="2026-03-10T09:00:00+08:00",
    )
)
class FilingSerializer(RowSerializer):
    round = serializers.CharField(source="filing_round.code")
    complex = serializers.CharField(source="innovation_complex.code")
    district = serializers.CharField(
        source="district.code", help_text="Reported for the complex on 31 December of the year."
    )
    year = serializers.IntegerField(source="filing_round.year")
    state = serializers.ChoiceField(choices=FilingState.choices)
    version = serializers.IntegerField(source="latest_number", allow_null=True, help_text="Newest sealed version.")
    approved_version = serializers.IntegerField(source="approved_version.number", allow_null=True)
    due_at = serializers.DateTimeField(source="filing_round.due_at")
    late = serializers.BooleanField(source="is_late", help_text="Submitted after `due_at`, or due and not submitted.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class FilingFilters(RowFilterSet):
    round = CodeFilter(field_name="filing_round__code")
    year = YearFilter(field_name="filing_round__year")
    complex = CodeFilter(field_name="innovation_complex__code")
    district = CodeFilter(field_name="district__code")
    state = django_filters.ChoiceFilter(choices=FilingState.choices)
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class FilingList(RowList):
    """List the filings of complexes within the caller's reach."""

    permission_classes = [MayReadRecords]
    queryset = Filing.objects.all()
    serializer_class = FilingSerializer
    filterset_class = FilingFilters
    ordering_fields = {
        "complex": "innovation_complex__code",
        "year": "filing_round__year",
        "updated_at": "updated_at",
    }

    def get_queryset(self) -> QuerySet:
        moment = Case(
            When(state__in=OPEN_FILING_STATES, then=Value(timezone.now())),
            default=Coalesce(F("submitted_at"), Value(timezone.now())),
        )
        return (
            super()
            .get_queryset()
            .annotate(latest_number=Max("versions__number"))
            .alias(judged_at=moment)
            .annotate(
                is_late=Case(
                    When(judged_at__gt=F("filing_round__due_at"), then=True),
                    default=False,
                    output_field=BooleanField(),
                )
            )
        )
