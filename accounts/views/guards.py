"""Guards for views: sign-in first, then a policy about the person; rows are narrowed by `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts import policies
from accounts.choices import Permission
from common.verdicts import Verdict

View = Callable[..., HttpResponse]


def guarded_by(ask: Callable[[Any], Verdict]) -> Callable[[View], View]:
    """Answer 403 with the policy's sentence unless it allows the person."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            verdict = ask(request.user)
            if not verdict:
                raise PermissionDenied(verdict.sentence)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def needs(permission: Permission) -> Callable[[View], View]:
    """Answer 403 with a sentence unless the person holds the permission."""
    return guarded_by(lambda user: policies.holds(user, permission))


reads_records = guarded_by(policies.reads_records)
