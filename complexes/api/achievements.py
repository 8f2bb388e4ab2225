"""Achievements of every kind; one counts in the year of the day on which it happened."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.rows import ExactDecimalField
from common.api.views import RowDetail, RowList
from complexes.api.ledger import LEDGER_ORDERING, LedgerFilters, LedgerSerializer
from complexes.choices import AchievementState
from complexes.kinds import KINDS
from complexes.models import Achievement

_KINDS = [(kind.code, kind.label) for kind in KINDS.values()]


@extend_schema_serializer(
    examples=example(
        code="CG-00001",
        complex="CQ-2024-001",
        complexes=["CQ-2024-001"],
        participations=[],
        title="演示：智能网联汽车域控制器测试方法",
        counted_year=2025,
        is_late_entry=False,
        updated_at="2025-12-20T16:00:00+08:00",
        kind="standard",
        state="drafting",
        happened_on="2025-04-18",
        stage_on="2025-09-01",
        unit="91500107MA5U000011",
        amount_wan_yuan=None,
        partner="",
        details={"level": "national", "role": "lead", "act": "establish"},
    )
)
class AchievementSerializer(LedgerSerializer):
    kind = serializers.ChoiceField(choices=_KINDS)
    state = serializers.ChoiceField(choices=AchievementState.choices, help_text="The stage, since `stage_on`.")
    happened_on = serializers.DateField()
    stage_on = serializers.DateField()
    unit = serializers.CharField(source="unit.code", allow_null=True)
    amount_wan_yuan = ExactDecimalField(allow_null=True)
    partner = serializers.CharField()
    details = serializers.DictField(help_text="Particulars of the kind by name.")


class AchievementFilters(LedgerFilters):
    kind = django_filters.ChoiceFilter(choices=_KINDS)
    state = django_filters.ChoiceFilter(choices=AchievementState.choices)


class AchievementList(RowList):
    """List the achievements that complexes within the caller's reach own or share."""

    permission_classes = [MayReadRecords]
    queryset = Achievement.objects.current()
    serializer_class = AchievementSerializer
    filterset_class = AchievementFilters
    ordering_fields = LEDGER_ORDERING


class AchievementDetail(RowDetail):
    """Show one achievement by its code."""

    permission_classes = [MayReadRecords]
    queryset = Achievement.objects.current()
    serializer_class = AchievementSerializer
