"""One shape of every refusal of the REST interface."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from common.refusals import Refused

_NOT_FOUND = "没有找到。请核对编号；不在您权限内的内容同样显示为没有找到。"
_INVALID = "请求中有无效的内容，详见 errors。"


class ErrorItemSerializer(serializers.Serializer):
    """What is wrong, and where; `field` is empty when it is the request as a whole."""

    field = serializers.CharField(allow_blank=True)
    cause = serializers.CharField()


class ErrorSerializer(serializers.Serializer):
    """The body of every answer that is not a success."""

    code = serializers.CharField()
    message = serializers.CharField()
    # Any: to the type checker `errors` is also what a bound serializer found wrong.
    errors: Any = ErrorItemSerializer(many=True)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal as {"code", "message", "errors": [{"field", "cause"}]}."""
    if isinstance(error, Refused):
        set_rollback()
        return _answer(status.HTTP_409_CONFLICT, error.code, error.sentence, error.details)
    if isinstance(error, Http404):
        set_rollback()
        return _answer(status.HTTP_404_NOT_FOUND, "not_found", _NOT_FOUND, [])
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        return _answer(error.status_code, "invalid", _INVALID, list(_flatten(error.detail)), headers)
    code = getattr(error.detail, "code", error.default_code)
    return _answer(error.status_code, code, str(error.detail), [], headers)


def _flatten(detail: Any, field: str = "") -> Iterator[tuple[str, str]]:
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
