"""Lists on pages: filter, count, page — the same few queries whatever the number of rows."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from common.forms import PortalForm
from common.violations import with_violations_in_words

PAGE_SIZE = 25


class PageFilterSet(django_filters.FilterSet):
    """Filters of a page's list; a filter named `district` is offered to city-wide readers only."""

    class Meta:
        form = PortalForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (self.request and self.request.user.may_read_city):
            self.filters.pop("district", None)
        for field in self.filters.values():
            if isinstance(field, django_filters.ChoiceFilter | django_filters.ModelChoiceFilter):
                field.extra["empty_label"] = "全部"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows with the filter that made it."""

    filterset: django_filters.FilterSet
    page: Page
    is_filtered: bool


def list_rows(
    request: HttpRequest, filterset_class: type[django_filters.FilterSet], rows: QuerySet, *, size: int = PAGE_SIZE
) -> Listing:
    """Filter and page the rows; a wrong filter value shows its error and filters nothing."""
    filterset = filterset_class(request.GET or None, queryset=rows, request=request)
    page = Paginator(filterset.qs, size).get_page(request.GET.get("page"))
    is_filtered = any(value for name, value in request.GET.items() if name != "page")
    return Listing(filterset=filterset, page=page, is_filtered=is_filtered)


def first_errors(error: Any) -> dict[str, list[str]]:
    """Return a ValidationError's sentences by field."""
    worded = with_violations_in_words(error)
    return worded.message_dict if hasattr(worded, "error_dict") else {NON_FIELD_ERRORS: worded.messages}
