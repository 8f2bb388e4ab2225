"""End sessions that idle too long, live too long, or were pushed out by newer ones."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_SEEN_STEP_SECONDS = 60


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out after SESSION_IDLE_SECONDS without a request or SESSION_ABSOLUTE_SECONDS after signing in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "_auth_user_id" in request.session:
            now = timezone.now().timestamp()
            seen_at = request.session.get("seen_at", now)
            started_at = request.session.get("started_at", now)
            is_idle = now - seen_at > settings.SESSION_IDLE_SECONDS
            if is_idle or now - started_at > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
                request.session["ended_because"] = "idle" if is_idle else "age"
            elif now - seen_at > _SEEN_STEP_SECONDS or "seen_at" not in request.session:
                request.session["seen_at"] = now
        return get_response(request)

    return middleware
