"""Innovation needs; a need counts once the demand side has confirmed its solution."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.views import RowDetail, RowList
from complexes.api.ledger import LEDGER_ORDERING, LedgerFilters, LedgerSerializer
from tasks.choices import NeedKind, NeedState
from tasks.models import Need


@extend_schema_serializer(
    examples=example(
        code="XQ-00001",
        complex="CQ-2024-001",
        complexes=["CQ-2024-001"],
        participations=[],
        title="演示需求：耐高温涂层",
        counted_year=2025,
        is_late_entry=False,
        updated_at="2025-05-06T11:00:00+08:00",
        kind="five_basics",
        state="confirmed",
        demand_unit="91500107MA5U000011",
        supply_unit=None,
        raised_on="2025-02-01",
        solved_on="2025-04-01",
        confirmed_on="2025-05-01",
    )
)
class NeedSerializer(LedgerSerializer):
    kind = serializers.ChoiceField(choices=NeedKind.choices)
    state = serializers.ChoiceField(choices=NeedState.choices)
    demand_unit = serializers.CharField(source="demand_unit.code")
    supply_unit = serializers.CharField(source="supply_unit.code", allow_null=True)
    raised_on = serializers.DateField()
    solved_on = serializers.DateField(allow_null=True)
    confirmed_on = serializers.DateField(allow_null=True)


class NeedFilters(LedgerFilters):
    kind = django_filters.ChoiceFilter(choices=NeedKind.choices)
    state = django_filters.ChoiceFilter(choices=NeedState.choices)


class NeedList(RowList):
    """List the needs that complexes within the caller's reach own or share."""

    permission_classes = [MayReadRecords]
    queryset = Need.objects.current()
    serializer_class = NeedSerializer
    filterset_class = NeedFilters
    ordering_fields = LEDGER_ORDERING


class NeedDetail(RowDetail):
    """Show one need by its code."""

    permission_classes = [MayReadRecords]
    queryset = Need.objects.current()
    serializer_class = NeedSerializer
