"""Keep the list of a person's signed-in browsers within its limit."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import User, UserSession


@transaction.atomic
def begin_session(*, user: User, session_key: str, at: datetime) -> None:
    """Note a new sign-in and end the oldest sessions beyond SESSION_PARALLEL_LIMIT."""
    User.objects.select_for_update().get(pk=user.pk)
    UserSession.objects.create(user=user, session_key=session_key, started_at=at)
    kept = UserSession.objects.filter(user=user).order_by("-started_at", "-pk")
    surplus = [row.session_key for row in kept[settings.SESSION_PARALLEL_LIMIT :]]
    Session.objects.filter(session_key__in=surplus).delete()
    UserSession.objects.filter(session_key__in=surplus).delete()


@transaction.atomic
def end_other_sessions(*, user: User, session_key: str) -> None:
    """Sign the person out everywhere else, as after a change of password."""
    others = UserSession.objects.filter(user=user).exclude(session_key=session_key)
    Session.objects.filter(session_key__in=others.values("session_key")).delete()
    others.delete()
