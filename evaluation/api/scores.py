"""Scores: the sheets of runs, line by line."""

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet, YearFilter
from common.api.rows import DerivedField, ExactDecimalField, RoundedDecimalField, Row, RowSerializer
from common.api.views import RowList
from evaluation.choices import LineOutcome, RunState
from evaluation.models import ScoreRun, ScoreSheet


@extend_schema_field({"type": "object", "additionalProperties": True})
class InputsField(serializers.JSONField):
    """What a line was computed from."""


class ScoreLineSerializer(RowSerializer):
    order = ("position", "pk")

    item = serializers.CharField(source="item_code")
    name = serializers.CharField(source="item_name")
    outcome = serializers.ChoiceField(choices=LineOutcome.choices)
    inputs = InputsField()
    rule = serializers.CharField()
    formula = serializers.CharField(allow_blank=True)
    mark = ExactDecimalField(allow_null=True)
    max = ExactDecimalField(source="max_mark")
    explanation = serializers.CharField()


@extend_schema_serializer(
    examples=example(
        round="monitoring-2025",
        run=3,
        year=2025,
        complex="CQ-2024-001",
        district="500107",
        total="86.43",
        total_unrounded="86.42857142857143",
        applicable_max="90",
        rank=2,
        grade=None,
        hold_reason="",
        lines=[
            {
                "item": "rd_intensity",
                "name": "整体研发投入强度",
                "outcome": "scored",
                "inputs": {"numerator": "480", "denominator": "12500", "target": "2"},
                "rule": "达成度计分，下限0，上限1",
                "formula": "min(1, 3.84 ÷ 2) × 25",
                "mark": "25",
                "max": "25",
                "explanation": "3.84%已超过目标2%，得满分25分。",
            }
        ],
        finished_at="2026-04-02T10:00:00+08:00",
    )
)
class ScoreSerializer(RowSerializer):
    round = serializers.CharField(source="run.evaluation_round.code")
    run = serializers.IntegerField(source="run.number")
    year = serializers.IntegerField(source="run.evaluation_round.year")
    complex = serializers.CharField(source="innovation_complex.code")
    district = serializers.CharField(source="innovation_complex.reporting_district.code")
    total = RoundedDecimalField(allow_null=True, help_text="Rounded to two places for display.")
    total_unrounded = ExactDecimalField(source="total", allow_null=True, help_text="Ranks come from this.")
    applicable_max = ExactDecimalField(allow_null=True, help_text="Marks of the items that apply.")
    rank = serializers.IntegerField(allow_null=True, help_text="Equal unrounded totals share a rank; null when held.")
    grade = DerivedField(allow_null=True, help_text="Null until the round's grades are decided.")
    hold_reason = serializers.CharField(allow_blank=True)
    lines = ScoreLineSerializer(many=True)
    finished_at = serializers.DateTimeField(source="run.finished_at")

    @classmethod
    def derive(cls, row: Row) -> None:
        row["grade"] = None


class ScoreFilters(RowFilterSet):
    round = CodeFilter(field_name="run__evaluation_round__code")
    run = django_filters.NumberFilter(
        field_name="run__number", min_value=1, max_value=32767, decimal_places=0, label="Needs `round` beside it."
    )
    year = YearFilter(field_name="run__evaluation_round__year")
    complex = CodeFilter(field_name="innovation_complex__code")
    district = CodeFilter(field_name="innovation_complex__reporting_district__code")


class ScoreList(RowList):
    """List score sheets: of each round the released run, or for its organisers the newest complete one."""

    permission_classes = [MayReadRecords]
    queryset = ScoreSheet.objects.all()
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilters
    ordering_fields = {"complex": "innovation_complex__code"}
    default_ordering = ("-run", "innovation_complex__code", "pk")

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        asked = self.request.query_params
        if "run" in asked:
            if not asked.get("round"):
                raise ValidationError({"round": ["指定 run 时须同时指定 round。"]})
            return rows
        runs = ScoreRun.objects.visible_to(self.request.user).filter(
            evaluation_round=OuterRef("run__evaluation_round"), state=RunState.COMPLETE
        )
        return rows.filter(run=Subquery(runs.order_by("-number").values("pk")[:1]))
