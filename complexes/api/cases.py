"""Synergy cases; a case counts from the day it was selected."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.views import RowDetail, RowList
from complexes.api.ledger import LEDGER_ORDERING, LedgerFilters, LedgerSerializer
from complexes.choices import CaseKind, CaseState
from complexes.models import Case


@extend_schema_serializer(
    examples=example(
        code="AL-00001",
        complex="CQ-2024-001",
        complexes=["CQ-2024-001"],
        participations=[],
        title="演示案例：中试平台共建共用",
        counted_year=2025,
        is_late_entry=False,
        updated_at="2025-12-20T16:00:00+08:00",
        kind="technology",
        state="selected",
        submitted_on="2025-11-20",
        selected_on="2025-12-18",
    )
)
class CaseSerializer(LedgerSerializer):
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    state = serializers.ChoiceField(choices=CaseState.choices)
    submitted_on = serializers.DateField(allow_null=True)
    selected_on = serializers.DateField(allow_null=True)


class CaseFilters(LedgerFilters):
    kind = django_filters.ChoiceFilter(choices=CaseKind.choices)
    state = django_filters.ChoiceFilter(choices=CaseState.choices)


class CaseList(RowList):
    """List the cases that complexes within the caller's reach own or share."""

    permission_classes = [MayReadRecords]
    queryset = Case.objects.current()
    serializer_class = CaseSerializer
    filterset_class = CaseFilters
    ordering_fields = LEDGER_ORDERING


class CaseDetail(RowDetail):
    """Show one case by its code."""

    permission_classes = [MayReadRecords]
    queryset = Case.objects.current()
    serializer_class = CaseSerializer
