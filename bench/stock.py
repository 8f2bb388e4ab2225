"""The yardsticks that are pages: a page of the base template with one query, a list of values as the manual has it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import engines
from rest_framework import generics, pagination, serializers

from accounts.models import District
from accounts.views.guards import reads_records
from indicators.api.values import ValueList as PortalValueList
from indicators.models import FigureValue

_PAGE = '{% extends "base.html" %}{% block content %}{{ count }}{% endblock %}'


@reads_records
def trivial_page(request: HttpRequest) -> HttpResponse:
    """Show the base template around one count."""
    page = engines["django"].from_string(_PAGE)
    return HttpResponse(page.render({"count": District.objects.count()}, request))


class ValueSerializer(serializers.ModelSerializer):
    complex = serializers.CharField(source="innovation_complex.code")
    district = serializers.CharField(source="district.code")
    indicator = serializers.CharField(source="indicator.code")
    coverage = serializers.DecimalField(source="coverage_share", max_digits=None, decimal_places=None)
    state = serializers.CharField(source="version.filing.state")
    version = serializers.IntegerField(source="version.number")
    is_approved = serializers.BooleanField(source="is_of_approved_version")
    updated_at = serializers.DateTimeField(source="changed_at")

    class Meta:
        model = FigureValue
        fields = (
            "complex",
            "district",
            "indicator",
            "year",
            "reported",
            "recognised",
            "numerator",
            "denominator",
            "covered",
            "members",
            "coverage",
            "missing_reason",
            "state",
            "version",
            "is_approved",
            "updated_at",
        )


class StockPagination(pagination.CursorPagination):
    ordering = "pk"
    page_size = 1000


class ValueList(generics.ListAPIView):
    """The same rows as the portal's list, by Django REST framework's own serializer and cursor."""

    serializer_class = ValueSerializer
    pagination_class = StockPagination
    permission_classes = PortalValueList.permission_classes
    filter_backends: list[Any] = []
    schema = None

    def get_queryset(self) -> QuerySet:
        view = PortalValueList(request=self.request)
        rows = view.get_queryset()
        return rows.select_related("innovation_complex", "district", "indicator", "version__filing")
