"""Guards for views: sign-in first, then a policy about the person; rows are narrowed by `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
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
    """Send strangers to the sign-in page."""
    return login_required(cast(View[P], view))


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
