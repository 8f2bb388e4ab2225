"""Give every request an id and a channel that its audit events carry, and keep what was refused."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.context import Origin, coming_from
from audit.models import AuditEvent
from common.refusals import forget_refused, last_refused

_REFUSED = {403, 409}


def audit_context(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Mark the request's work as coming from a page or the API; write an event if an act was refused."""

    def middleware(request: HttpRequest) -> HttpResponse:
        channel = "api" if request.path.startswith("/api/") else "page"
        origin = Origin(channel=channel, request_id=secrets.token_hex(8), address=request.META.get("REMOTE_ADDR"))
        with coming_from(origin):
            forget_refused()
            response = get_response(request)
            if request.method == "POST" and response.status_code in _REFUSED and request.user.is_authenticated:
                _note_refusal(request, response)
            return response

    return middleware


def _note_refusal(request: HttpRequest, response: HttpResponse) -> None:
    """Write the refusal on the person's account, outside the transaction that it rolled back."""
    refusal = last_refused()
    person: Any = request.user
    AuditEvent.objects.note(
        "user.refused",
        person,
        by=person,
        at=timezone.now(),
        reason=refusal.sentence if refusal else "",
        changes={
            "address": (None, request.path[:500]),
            "code": (None, refusal.code if refusal else str(response.status_code)),
        },
    )
