"""Give every request an id and a channel that its audit events carry."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.context import Origin, coming_from


def audit_context(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Mark the request's work as coming from a page or the API."""

    def middleware(request: HttpRequest) -> HttpResponse:
        channel = "api" if request.path.startswith("/api/") else "page"
        origin = Origin(channel=channel, request_id=secrets.token_hex(8), address=request.META.get("REMOTE_ADDR"))
        with coming_from(origin):
            return get_response(request)

    return middleware
