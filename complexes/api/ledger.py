"""What cases, tackling tasks and needs have in common: an owner, complexes that share the event, the year it counts."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework import serializers

from common.api.filtering import CodeFilter, MomentFilter, RowFilterSet, YearFilter
from common.api.rows import DerivedListField, Row, RowSerializer

LEDGER_ORDERING = {"code": "code", "updated_at": "updated_at"}


class ParticipationSerializer(RowSerializer):
    order = ("innovation_complex__code",)

    complex = serializers.CharField(source="innovation_complex.code")
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="Null until that complex's district confirms.")


class LedgerSerializer(RowSerializer):
    """`complexes` are those that count the event: the owner first, then the confirmed participants."""

    code = serializers.CharField()
    complex = serializers.CharField(source="innovation_complex.code", help_text="The complex that owns the event.")
    complexes = DerivedListField(help_text="Every complex that counts the event; the owner first.")
    participations = ParticipationSerializer(many=True)
    title = serializers.CharField()
    counted_year = serializers.IntegerField(allow_null=True, help_text="Null until the deciding date is set.")
    is_late_entry = serializers.BooleanField(help_text="补报: counted in a later year than that of its date.")
    updated_at = serializers.DateTimeField()

    @classmethod
    def derive(cls, row: Row) -> None:
        confirmed = (item["complex"] for item in row["participations"] if item["confirmed_at"])
        row["complexes"] = [row["complex"], *confirmed]


class LedgerFilters(RowFilterSet):
    code = CodeFilter()
    complex = CodeFilter(method="filter_complex", label="A complex that counts the event.")
    district = CodeFilter(field_name="innovation_complex__reporting_district__code")
    year = YearFilter(field_name="counted_year")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    def filter_complex(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        participations = rows.model._meta.get_field("participations").related_model.objects
        confirmed = participations.filter(
            event=OuterRef("pk"), innovation_complex__code=code, confirmed_at__isnull=False
        )
        return rows.filter(Q(innovation_complex__code=code) | Exists(confirmed))
