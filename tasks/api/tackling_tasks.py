"""Tackling tasks; a task counts once approved and started, unless cancelled."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.rows import ExactDecimalField
from common.api.views import RowDetail, RowList
from complexes.api.ledger import LEDGER_ORDERING, LedgerFilters, LedgerSerializer
from tasks.choices import TaskMode, TaskState
from tasks.models import TacklingTask


@extend_schema_serializer(
    examples=example(
        code="GG-00001",
        complex="CQ-2024-001",
        complexes=["CQ-2024-001", "CQ-2024-002"],
        participations=[{"complex": "CQ-2024-002", "confirmed_at": "2025-04-02T10:00:00+08:00"}],
        title="演示任务：高精度减速器",
        counted_year=2025,
        is_late_entry=False,
        updated_at="2025-04-02T10:00:00+08:00",
        mode="open_call",
        state="started",
        undertaker="91500107MA5U000011",
        budget_wan_yuan="860",
        approved_on="2025-03-01",
        started_on="2025-04-01",
        finished_on=None,
        cancelled_on=None,
    )
)
class TacklingTaskSerializer(LedgerSerializer):
    mode = serializers.ChoiceField(choices=TaskMode.choices)
    state = serializers.ChoiceField(choices=TaskState.choices)
    undertaker = serializers.CharField(source="undertaker.code", allow_null=True)
    budget_wan_yuan = ExactDecimalField(allow_null=True, help_text="万元")
    approved_on = serializers.DateField(allow_null=True)
    started_on = serializers.DateField(allow_null=True)
    finished_on = serializers.DateField(allow_null=True)
    cancelled_on = serializers.DateField(allow_null=True)


class TacklingTaskFilters(LedgerFilters):
    mode = django_filters.ChoiceFilter(choices=TaskMode.choices)
    state = django_filters.ChoiceFilter(choices=TaskState.choices)


class TacklingTaskList(RowList):
    """List the tackling tasks that complexes within the caller's reach own or share."""

    permission_classes = [MayReadRecords]
    queryset = TacklingTask.objects.current()
    serializer_class = TacklingTaskSerializer
    filterset_class = TacklingTaskFilters
    ordering_fields = LEDGER_ORDERING


class TacklingTaskDetail(RowDetail):
    """Show one tackling task by its code."""

    permission_classes = [MayReadRecords]
    queryset = TacklingTask.objects.current()
    serializer_class = TacklingTaskSerializer
