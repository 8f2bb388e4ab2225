"""Guards for views: sign-in first, then a policy about the person; rows are narrowed by `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.middleware import HtmxDetails

from accounts import policies
from accounts.choices import Permission
from accounts.models import User
from common.verdicts import Verdict

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """The request as a guarded view sees it: the person is known.

    It exists for the type checker; at run time a view receives Django's own request.
    """

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
GuardedView = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def signed_in(view: GuardedView[P]) -> View[P]:
    """Send strangers to the sign-in page; one who sent a form comes back to the page that it was on."""
    reading = login_required(cast(View[P], view))

    @wraps(view)
    def signed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            query = urlencode({"next": _page_of_form(request), "lost": "form"})
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
        return reading(request, *args, **kwargs)

    return signed


def _page_of_form(request: HttpRequest) -> str:
    """Return the path of the portal's page that sent the form, or the home page."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referrer)
        return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def guarded_by(ask: Callable[[Any], Verdict]) -> Callable[[GuardedView[P]], View[P]]:
    """Answer 403 with the policy's sentence unless it allows the person."""

    def decorate(view: GuardedView[P]) -> View[P]:
        @signed_in
        @wraps(view)
        def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            verdict = ask(request.user)
            if not verdict:
                raise PermissionDenied(verdict.sentence)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def needs(permission: Permission) -> Callable[[GuardedView[P]], View[P]]:
    """Answer 403 with a sentence unless the person holds the permission."""
    return guarded_by(lambda user: policies.holds(user, permission))


def reads_records(view: GuardedView[P]) -> View[P]:
    """Answer 403 with a sentence unless the person's role works with records."""
    return guarded_by(policies.reads_records)(view)
