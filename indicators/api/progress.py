"""Progress of a plan: a row per target, for the city, a district or a complex; the figures of the progress page."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import MayReadRecords
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet, YearFilter, refuse_unknown
from common.api.paging import ComputedPagination
from common.api.rows import ExactDecimalField, RowSerializer
from indicators.choices import Comparator, ProgressStatus
from indicators.models import Plan
from indicators.progress import progress_rows, resolve_scope


class ForecastSerializer(RowSerializer):
    value = ExactDecimalField(allow_null=True)
    low = ExactDecimalField(allow_null=True)
    high = ExactDecimalField(allow_null=True)
    points = serializers.IntegerField(help_text="Years behind it.")
    method = serializers.CharField(source="sentence")


@extend_schema_serializer(
    examples=example(
        target="rd_intensity-2025",
        plan="cq-complex-2024-2027",
        indicator="rd_intensity",
        name="整体研发投入强度",
        scope="全市",
        measure_unit="%",
        comparator="gt",
        target_value="2",
        target_year=2025,
        year=2025,
        actual="2.5142857142",
        numerator="8800",
        denominator="350000",
        coverage="14个综合体中12个已审定",
        filed=12,
        due=14,
        covered=48,
        members=52,
        overlap=3,
        unapproved=None,
        unapproved_complexes=2,
        attainment="1.2571428571",
        met=True,
        expected="2",
        status="met",
        gap="-0.5142857142",
        forecast=None,
        definition="企业成员研发经费内部支出之和 ÷ 同一批企业营业收入之和。",
        basis="",
        note="",
    )
)
class ProgressSerializer(RowSerializer):
    target = serializers.CharField()
    plan = serializers.CharField()
    indicator = serializers.CharField()
    name = serializers.CharField()
    scope = serializers.CharField(help_text="全市, or the name of the district or complex.")
    measure_unit = serializers.CharField()
    comparator = serializers.ChoiceField(choices=Comparator.choices)
    target_value = ExactDecimalField(allow_null=True, help_text="The city's value, or the share of the scope.")
    target_year = serializers.IntegerField(allow_null=True)
    year = serializers.IntegerField(help_text="Year of the actual.")
    actual = ExactDecimalField(allow_null=True, help_text="From approved figures only.")
    numerator = ExactDecimalField(allow_null=True)
    denominator = ExactDecimalField(allow_null=True)
    coverage = serializers.CharField(allow_blank=True, help_text="In words: how much of the scope is approved.")
    filed = serializers.IntegerField(help_text="Complexes with an approved figure.")
    due = serializers.IntegerField(help_text="Complexes that should have one.")
    covered = serializers.IntegerField(allow_null=True)
    members = serializers.IntegerField(allow_null=True)
    overlap = serializers.IntegerField(help_text="Claims by further complexes, left out of the actual.")
    unapproved = ExactDecimalField(allow_null=True, help_text="Handed in and not yet approved; never in a verdict.")
    unapproved_complexes = serializers.IntegerField()
    attainment = ExactDecimalField(allow_null=True, help_text="1 is the target; uncapped.")
    met = serializers.BooleanField(allow_null=True, help_text="Null while nothing can be said.")
    expected = ExactDecimalField(allow_null=True)
    status = serializers.ChoiceField(choices=ProgressStatus.choices)
    gap = ExactDecimalField(allow_null=True, help_text="What is missing; negative if the target is exceeded.")
    forecast = ForecastSerializer(allow_null=True)
    definition = serializers.CharField()
    basis = serializers.CharField(allow_blank=True, help_text="How the share was found.")
    note = serializers.CharField(allow_blank=True)


class ProgressQuestion(RowFilterSet):
    """What progress is asked for; `plan` and `year` are needed."""

    plan = CodeFilter(required=True)
    year = YearFilter(required=True)
    district = CodeFilter()
    complex = CodeFilter()


class ProgressList(generics.GenericAPIView):
    """Show each target of a plan beside what was achieved. An unknown code answers like one out of reach: 404."""

    permission_classes = [MayReadRecords]
    queryset = Plan.objects.all()
    serializer_class = ProgressSerializer
    filterset_class = ProgressQuestion
    pagination_class = ComputedPagination

    @extend_schema(operation_id="progress_list", responses=ProgressSerializer(many=True))
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set(ProgressQuestion.base_filters), also=("cursor", "page_size"))
        form = ProgressQuestion(request.query_params, queryset=self.queryset).form
        if not form.is_valid():
            raise ValidationError(form.errors)
        asked = form.cleaned_data
        plan = Plan.objects.filter(code=asked["plan"]).first()
        if plan is None:
            raise Http404
        scope = resolve_scope(user=request.user, district_code=asked["district"], complex_code=asked["complex"])
        rows = progress_rows(plan=plan, year=asked["year"], scope=scope, today=timezone.localdate())
        page = self.paginate_queryset(ProgressSerializer.convert(rows))
        return self.get_paginated_response(page)
