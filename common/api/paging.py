"""Cursor paging by key values: stable while rows are added or removed, whatever the order asked for.

Django REST framework's own cursor counts an offset among rows of equal first key and stops at a thousand; here the
cursor holds all key values of the last row, the primary key among them, so that it names one place in the order.
"""

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000
PAGING_PARAMETERS = ("cursor", "ordering", "page_size")
_SALT = "common.api.cursor"
_WRONG_CURSOR = {"cursor": ["不是此列表的分页位置。请使用上一次响应中的 next 或 previous。"]}


class KeysetPagination(BasePagination):
    """Pages of `page_size` rows with the addresses of the next and the previous page."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the asked page as the view's serializer reads them."""
        size = _page_size(request)
        order = _order(request, view)
        place, is_backward = _read_cursor(request, queryset, order)
        walk = tuple(_opposite(name) for name in order) if is_backward else order
        if place is not None:
            queryset = queryset.filter(_beyond(walk, place))
        keys = [name.removeprefix("-") for name in order]
        rows, places = view.serializer_class.read(queryset.order_by(*walk)[: size + 1], keys)
        has_more = len(rows) > size
        rows, places = rows[:size], places[:size]
        if is_backward:
            rows, places = rows[::-1], places[::-1]
        address = request.build_absolute_uri()
        has_next = bool(rows) and (has_more or is_backward)
        has_previous = bool(rows) and place is not None and (has_more or not is_backward)
        self.next = _address(address, queryset, order, places[-1], is_backward=False) if has_next else None
        self.previous = _address(address, queryset, order, places[0], is_backward=True) if has_previous else None
        return rows

    def get_paginated_response(self, data: list[dict[str, Any]]) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        following = {**address, "example": "http://127.0.0.1:8000/api/v1/…/?cursor=WyJ1bml0cyI"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": following, "previous": {**address, "example": None}, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        allowed = sorted(getattr(view, "ordering_fields", {}))
        parameters = [
            _parameter("cursor", {"type": "string"}, "Place in the list; taken from `next` or `previous`."),
            _parameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
                "Rows per page.",
            ),
        ]
        if allowed:
            choices = [sign + name for name in allowed for sign in ("", "-")]
            parameters.append(
                _parameter("ordering", {"type": "string", "enum": choices}, "Order of the list; `-` for descending.")
            )
        return parameters


class ComputedPagination(KeysetPagination):
    """The same pages over a list that is computed as a whole; the cursor is a place in it."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the asked part of a list."""
        size = _page_size(request)
        start = self._read_start(request)
        address = request.build_absolute_uri()
        self.next = _with_cursor(address, ["computed", start + size]) if start + size < len(queryset) else None
        self.previous = _with_cursor(address, ["computed", max(start - size, 0)]) if start else None
        return list(queryset[start : start + size])

    def _read_start(self, request: Request) -> int:
        cursor = request.query_params.get("cursor")
        if cursor is None:
            return 0
        label, *place = _opened(cursor)
        if label != "computed":
            raise ValidationError(_WRONG_CURSOR)
        return place[0]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _page_size(request: Request) -> int:
    typed = request.query_params.get("page_size")
    if typed is None:
        return DEFAULT_PAGE_SIZE
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:6]) <= MAX_PAGE_SIZE:
        raise ValidationError({"page_size": [f"应为1到{MAX_PAGE_SIZE}之间的整数。"]})
    return int(typed)


def _order(request: Request, view: Any) -> tuple[str, ...]:
    """Return the asked order, out of the view's `ordering_fields`, always ending in the primary key."""
    allowed: Mapping[str, str] = getattr(view, "ordering_fields", {})
    asked = request.query_params.get("ordering")
    if asked is None:
        return tuple(getattr(view, "default_ordering", ("pk",)))
    name = asked.removeprefix("-")
    if name not in allowed:
        choices = "、".join(sorted(allowed)) or "无"
        raise ValidationError({"ordering": [f"不能按此字段排序。可用字段：{choices}。"]})
    return ("-" if asked.startswith("-") else "") + allowed[name], "pk"


def _read_cursor(request: Request, queryset: QuerySet, order: tuple[str, ...]) -> tuple[tuple[Any, ...] | None, bool]:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None, False
    label, *content = _opened(cursor)
    if label != queryset.model._meta.label_lower or tuple(content[0]) != order:
        raise ValidationError(_WRONG_CURSOR)
    _, place, is_backward = content
    return tuple(place), is_backward


def _opened(cursor: str) -> list[Any]:
    """Return what a cursor of ours holds. Raises: ValidationError for any other text."""
    try:
        return signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise ValidationError(_WRONG_CURSOR) from error


def _address(
    address: str, queryset: QuerySet, order: tuple[str, ...], place: tuple[Any, ...], *, is_backward: bool
) -> str:
    values = [value if isinstance(value, int | str) else value.isoformat() for value in place]
    return _with_cursor(address, [queryset.model._meta.label_lower, order, values, is_backward])


def _with_cursor(address: str, content: list[Any]) -> str:
    return replace_query_param(address, "cursor", signing.dumps(content, salt=_SALT))


def _opposite(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], place: tuple[Any, ...]) -> Q:
    """Return the condition that a row stands after the place in the order."""
    beyond = Q()
    equal = Q()
    for name, value in zip(order, place, strict=True):
        column = name.removeprefix("-")
        beyond |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return beyond
