"""Plans, the policy documents whose numeric statements are tracked."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.permissions import MayReadPolicy
from common.api.examples import example
from common.api.filtering import CodeFilter, RowFilterSet, YearFilter
from common.api.rows import RowSerializer
from common.api.views import RowDetail, RowList
from indicators.models import Plan


@extend_schema_serializer(
    examples=example(
        code="cq-complex-2024-2027",
        name="重庆市产业创新综合体建设方案（2024—2027年）",
        document="000",
        issuer="重庆市经济和信息化委员会、重庆市科学技术局",
        scope="全市",
        issued_on="2024-09-25",
        starts_on="2024-09-25",
        ends_on="2027-12-31",
        note="",
    )
)
class PlanSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    document = serializers.CharField(help_text="Key of the document in the portal's list of sources.")
    issuer = serializers.CharField()
    scope = serializers.CharField()
    issued_on = serializers.DateField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    note = serializers.CharField(allow_blank=True, help_text="Where a day is not the document's own.")


class PlanFilters(RowFilterSet):
    code = CodeFilter()
    year = YearFilter(method="filter_year", label="In force in that year.")

    def filter_year(self, rows: QuerySet, name: str, year: int) -> QuerySet:
        return rows.filter(starts_on__year__lte=year, ends_on__year__gte=year)


class PlanList(RowList):
    """List plans."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = Plan.objects.all()
    serializer_class = PlanSerializer
    filterset_class = PlanFilters
    ordering_fields = {"code": "code", "issued_on": "issued_on"}


class PlanDetail(RowDetail):
    """Show one plan by its code."""

    permission_classes = [MayReadPolicy]
    is_public_policy = True
    queryset = Plan.objects.all()
    serializer_class = PlanSerializer
