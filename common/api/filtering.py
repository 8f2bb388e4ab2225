"""Strict filters: what is not known or not well formed is refused, never ignored."""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from common.api.paging import PAGING_PARAMETERS

FIRST_YEAR = 2000
LAST_YEAR = 2100
# A `+` that was not escaped in the address arrives as a blank.
_BLANK_OFFSET = re.compile(r" (\d\d:?\d\d)$")


@extend_schema_field({"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR})
class YearFilter(django_filters.Filter):
    """A calendar year."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


@extend_schema_field({"type": "string", "maxLength": 120})
class CodeFilter(django_filters.CharFilter):
    """A stable code; one that the caller may not see finds nothing, just like one that does not exist."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=120, **kwargs)


class MomentField(forms.Field):
    """A moment with its offset, or a day, which stands for its first moment."""

    default_error_messages = {
        "invalid": "应为带时区的时间，如 2026-01-31T08:00:00+08:00，或日期 2026-01-31。",
    }

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        text = _BLANK_OFFSET.sub(r"+\1", str(value))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            text += "T00:00:00+08:00"
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise forms.ValidationError(self.default_error_messages["invalid"], code="invalid")
        return moment


@extend_schema_field({"type": "string", "format": "date-time"})
class MomentFilter(django_filters.Filter):
    """Rows changed at or after a moment."""

    field_class = MomentField


class RowFilterSet(django_filters.FilterSet):
    """Filters of one resource, each declared; none is derived from a model."""


class StrictFilterBackend(DjangoFilterBackend):
    """Filters of the view's `filterset_class`; an unknown query parameter is a 400."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        refuse_unknown(request, known, also=PAGING_PARAMETERS)
        return super().filter_queryset(request, queryset, view)


def refuse_unknown(request: Request, known: set[str], also: tuple[str, ...] = ()) -> None:
    """Refuse query parameters that the address does not know.

    Raises: ValidationError naming each of them.
    """
    unknown = sorted(set(request.query_params) - known - set(also))
    if unknown:
        choices = "、".join(sorted(known)) or "无"
        raise ValidationError({name: [f"未知的查询条件。可用条件：{choices}。"] for name in unknown})
