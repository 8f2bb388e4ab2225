"""Keep the list of a person's signed-in browsers within its limit."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import User, UserSession
from audit.models import AuditEvent


@transaction.atomic
def begin_session(*, user: User, session_key: str, at: datetime) -> None:
    """Note a new sign-in and end the oldest sessions beyond SESSION_PARALLEL_LIMIT."""
    User.objects.select_for_update().get(pk=user.pk)
    UserSession.objects.create(user=user, session_key=session_key, started_at=at)
    AuditEvent.objects.note("user.signed_in", user, by=user, at=at)
    kept = UserSession.objects.filter(user=user).order_by("-started_at", "-pk")
    surplus = [row.session_key for row in kept[settings.SESSION_PARALLEL_LIMIT :]]
    Session.objects.filter(session_key__in=surplus).delete()
    UserSession.objects.filter(session_key__in=surplus).delete()


def note_sign_out(*, user: User, at: datetime) -> None:
    """Write that the person has signed out."""
    AuditEvent.objects.note("user.signed_out", user, by=user, at=at)


def note_failed_sign_in(*, username: str, at: datetime) -> None:
    """Write that somebody gave a wrong password for an account; attempts on no account are kept by axes alone."""
    user = User.objects.filter(username=username).first()
    if user is not None:
        AuditEvent.objects.note("user.sign_in_failed", user, by=None, at=at)


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime) -> None:
    """Store a new password, checked by the form. Effects: one audit event."""
    user.set_password(password)
    user.save(update_fields=["password"])
    AuditEvent.objects.record("user.password_changed", user, by=user, at=at)


@transaction.atomic
def end_other_sessions(*, user: User, session_key: str) -> None:
    """Sign the person out everywhere else, as after a change of password."""
    others = UserSession.objects.filter(user=user).exclude(session_key=session_key)
    Session.objects.filter(session_key__in=others.values("session_key")).delete()
    others.delete()
