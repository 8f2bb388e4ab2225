"""Shared shape of the REST interface: paging, strict filters, one shape of errors."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, generics, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from common.refusals import Refused

_PAGING = {"page_size", "cursor", "format"}


class StableCursorPagination(CursorPagination):
    """Cursor paging over an order that ends in a unique key; `page_size` up to 1000."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = "pk"

    def get_page_size(self, request: Request) -> int:
        typed = request.query_params.get(self.page_size_query_param)
        if typed is None:
            return self.page_size
        if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:6]) <= self.max_page_size:
            raise exceptions.ValidationError({"page_size": [f"应为1到{self.max_page_size}之间的整数。"]})
        return int(typed)

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        """Return the asked order, out of the view's `ordering_fields`, always ending in the primary key."""
        allowed: Mapping[str, str] = getattr(view, "ordering_fields", {})
        asked = request.query_params.get("ordering")
        if asked is None:
            return tuple(getattr(view, "default_ordering", ("pk",)))
        names = []
        for item in asked.split(","):
            name = item.removeprefix("-")
            if name not in allowed:
                choices = "、".join(sorted(allowed)) or "无"
                raise exceptions.ValidationError({"ordering": [f"不能按“{name}”排序。可用字段:{choices}。"]})
            names.append(("-" if item.startswith("-") else "") + allowed[name])
        return (*names, "pk")


class StrictFilterBackend(DjangoFilterBackend):
    """Filters of the view's `filterset_class`; an unknown query parameter is a 400."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        extra = set(getattr(view, "extra_parameters", ()))
        unknown = set(request.query_params) - known - extra - _PAGING - {"ordering"}
        if unknown:
            choices = "、".join(sorted(known | extra)) or "无"
            raise exceptions.ValidationError(
                {name: [f"未知的筛选条件。可用条件:{choices}。"] for name in sorted(unknown)}
            )
        return super().filter_queryset(request, queryset, view)


class ListView(generics.ListAPIView):
    """A list of rows that the caller may see: `get_queryset` starts from `visible_to(request.user)`.

    `ordering_fields` maps names of the interface to model lookups; `default_ordering` ends in the primary key.
    """

    ordering_fields: Mapping[str, str] = {}
    default_ordering: tuple[str, ...] = ("pk",)


class DetailView(generics.RetrieveAPIView):
    """One row by its stable code; hidden and missing rows answer the same bytes."""

    filter_backends: list[Any] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = set(request.query_params) - {"format"}
        if unknown:
            raise exceptions.ValidationError({name: ["此地址不接受查询条件。"] for name in sorted(unknown)})


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal as {"code", "message", "errors": [{"field", "cause"}]}."""
    if isinstance(error, Refused):
        set_rollback()
        return _answer(status.HTTP_409_CONFLICT, error.code, error.sentence, error.details)
    if isinstance(error, Http404):
        return _answer(
            status.HTTP_404_NOT_FOUND, "not_found", "没有找到。请核对编号;不在您权限内的内容同样显示为没有找到。", []
        )
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        message = "请求中有无效的内容,详见 errors。"
        return _answer(error.status_code, "invalid", message, list(_flatten(error.detail)), headers)
    code = getattr(error.detail, "code", error.default_code)
    return _answer(error.status_code, code, str(error.detail), [], headers)


def _flatten(detail: Any, field: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, field)
    else:
        yield field, str(detail)


def _answer(
    code: int, name: str, message: str, errors: list[tuple[str, str]], headers: dict[str, str] | None = None
) -> Response:
    body = {
        "code": name,
        "message": message,
        "errors": [{"field": field, "cause": cause} for field, cause in errors],
    }
    return Response(body, status=code, headers=headers)


class UnknownResource(APIView):
    """Every other address below the interface: the same 404 as a hidden row."""

    permission_classes: list[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
