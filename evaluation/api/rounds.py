"""Evaluation rounds."""

import django_filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet, YearFilter
from common.api.rows import RowSerializer
from common.api.views import RowDetail, RowList
from evaluation.choices import EvaluationKind, EvaluationState
from evaluation.models import EvaluationRound


@extend_schema_serializer(
    examples=example(
        code="monitoring-2025",
        name="2025年度监测",
        kind="monitoring",
        year=2025,
        state="quant_scoring",
        rubric="default",
        rubric_version=1,
        released_run=3,
    )
)
class EvaluationRoundSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=EvaluationKind.choices)
    year = serializers.IntegerField()
    state = serializers.ChoiceField(choices=EvaluationState.choices)
    rubric = serializers.CharField(source="rubric_version.rubric.code")
    rubric_version = serializers.IntegerField(source="rubric_version.number")
    released_run = serializers.IntegerField(
        source="released_run.number", allow_null=True, help_text="The run that districts and clients see."
    )


class EvaluationRoundFilters(RowFilterSet):
    code = CodeFilter()
    year = YearFilter()
    kind = django_filters.ChoiceFilter(choices=EvaluationKind.choices)
    state = django_filters.ChoiceFilter(choices=EvaluationState.choices)


class EvaluationRoundList(RowList):
    """List evaluation rounds."""

    permission_classes = [MayReadRecords]
    queryset = EvaluationRound.objects.all()
    serializer_class = EvaluationRoundSerializer
    filterset_class = EvaluationRoundFilters
    ordering_fields = {"code": "code", "year": "year"}


class EvaluationRoundDetail(RowDetail):
    """Show one evaluation round by its code."""

    permission_classes = [MayReadRecords]
    queryset = EvaluationRound.objects.all()
    serializer_class = EvaluationRoundSerializer
