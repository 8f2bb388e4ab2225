"""Sign in, sign out, change the password."""

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import sessions
from accounts.forms import ChangePasswordForm, SignInForm
from accounts.views.guards import SignedInRequest, signed_in


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; open a session for the right password."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        now = timezone.now()
        request.session["started_at"] = request.session["seen_at"] = now.timestamp()
        request.session.pop("ended_because", None)
        sessions.begin_session(user=form.get_user(), session_key=_session_key(request), at=now)
        return redirect(_next_address(request))
    if request.method == "POST" and "username" in form.cleaned_data:
        sessions.note_failed_sign_in(username=form.cleaned_data["username"], at=timezone.now())
    ended_because = request.session.get("ended_because", "")
    context = {
        "form": form,
        "ended_because": ended_because,
        "is_form_lost": request.GET.get("lost") == "form",
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "age_hours": settings.SESSION_ABSOLUTE_SECONDS // 3600,
    }
    return render(request, "accounts/sign_in.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the session."""
    if request.user.is_authenticated:
        sessions.note_sign_out(user=request.user, at=timezone.now())
    logout(request)
    return redirect("accounts:sign-in")


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "POST"])
def change_password(request: SignedInRequest) -> HttpResponse:
    """Set a new password and sign out every other browser."""
    form = ChangePasswordForm(request.user, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        sessions.change_password(user=form.user, password=form.cleaned_data["new_password1"], at=timezone.now())
        update_session_auth_hash(request, form.user)
        sessions.end_other_sessions(user=form.user, session_key=_session_key(request))
        return render(request, "accounts/password_changed.html")
    return render(request, "accounts/change_password.html", {"form": form})


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict | None = None
) -> HttpResponse:
    """Answer a sign-in attempt on a locked account."""
    context = {"failure_limit": settings.AXES_FAILURE_LIMIT, "lock_minutes": round(settings.AXES_COOLOFF_TIME * 60)}
    return render(request, "accounts/locked_out.html", context, status=429)


def _session_key(request: HttpRequest) -> str:
    """Return the key of the session that signing in has opened."""
    key = request.session.session_key
    assert key is not None
    return key


def _next_address(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)
