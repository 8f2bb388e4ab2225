"""Signing in and out: lock-out, limits of a session, change of password."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import UserSession
from audit.models import AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "demo-2027"
NEW_PASSWORD = "chongqing-8848"


def enter(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(reverse("accounts:sign-in"), {"username": username, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("portal:home")).status_code == 200


def age_session(client: Client, **seconds: int) -> None:
    """Let time pass for a session: move its marks into the past."""
    session = client.session
    for name, shift in seconds.items():
        session[name] -= shift
    session.save()


def test_sign_in_opens_the_home_page(client: Client) -> None:
    user = make_user(Role.COMMISSION)

    response = enter(client, user.username)

    assert (response.status_code, response.url) == (302, reverse("portal:home"))
    assert UserSession.objects.get().user == user


def test_sign_in_returns_to_the_page_asked_for_but_never_elsewhere(client: Client) -> None:
    user = make_user(Role.COMMISSION)
    page, outside = reverse("accounts:password-change"), "https://example.org/"

    asked = enter(client, user.username, QUERY_STRING=f"next={page}")
    client.post(reverse("accounts:sign-out"))
    led_away = enter(client, user.username, QUERY_STRING=f"next={outside}")

    assert (asked.url, led_away.url) == (page, reverse("portal:home"))


def test_sign_in_with_wrong_password_keeps_the_name_and_says_what_to_do(client: Client) -> None:
    user = make_user(Role.COMMISSION)

    response = enter(client, user.username, "wrong")

    form = response.context["form"]
    assert response.status_code == 200
    assert form.non_field_errors() == ["用户名或密码不正确。请核对大小写后重试；连续5次失败将锁定15分钟。"]
    assert form["username"].value() == user.username
    assert not is_signed_in(client)


def test_sign_in_of_an_inactive_account_is_refused(client: Client) -> None:
    user = make_user(Role.COMMISSION, is_active=False)

    enter(client, user.username)

    assert not is_signed_in(client)


def test_five_failures_lock_the_account_for_that_address_only(client: Client) -> None:
    user = make_user(Role.COMMISSION)
    near, far = {"REMOTE_ADDR": "127.0.0.7"}, {"REMOTE_ADDR": "127.0.0.8"}

    statuses = [enter(client, user.username, "wrong", **near).status_code for _ in range(5)]
    right_but_locked = enter(client, user.username, **near)
    from_another_address = enter(client, user.username, **far)

    assert statuses == [200, 200, 200, 200, 429]
    assert right_but_locked.status_code == 429
    assert "已锁定 15 分钟" in right_but_locked.content.decode()
    assert from_another_address.status_code == 302


def test_failures_of_one_account_do_not_lock_another(client: Client) -> None:
    user, other = make_user(Role.COMMISSION), make_user(Role.COMMISSION)
    for _ in range(5):
        enter(client, user.username, "wrong")

    assert enter(client, other.username).status_code == 302


def test_sign_out_needs_a_form(client: Client) -> None:
    client.force_login(make_user(Role.COMMISSION))

    by_link = client.get(reverse("accounts:sign-out"))
    by_form = client.post(reverse("accounts:sign-out"))

    assert (by_link.status_code, by_form.status_code) == (405, 302)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ({"seen_at": settings.SESSION_IDLE_SECONDS + 1}, "idle"),
        ({"started_at": settings.SESSION_ABSOLUTE_SECONDS + 1}, "age"),
    ],
)
def test_session_ends_when_idle_or_old_and_says_why(client: Client, marks: dict[str, int], reason: str) -> None:
    enter(client, make_user(Role.COMMISSION).username)
    age_session(client, **marks)

    response = client.get(reverse("portal:home"), follow=True)

    assert response.redirect_chain[0][0] == f"{reverse('accounts:sign-in')}?next={reverse('portal:home')}"
    assert response.context["ended_because"] == reason


def test_session_just_within_both_limits_goes_on_and_its_clock_restarts(client: Client) -> None:
    enter(client, make_user(Role.COMMISSION).username)
    age_session(client, seen_at=settings.SESSION_IDLE_SECONDS - 5, started_at=settings.SESSION_ABSOLUTE_SECONDS - 5)
    before = client.session["seen_at"]

    assert is_signed_in(client)
    assert client.session["seen_at"] - before > settings.SESSION_IDLE_SECONDS - 60


def test_fourth_browser_ends_the_oldest() -> None:
    user = make_user(Role.COMMISSION)
    browsers = [Client() for _ in range(settings.SESSION_PARALLEL_LIMIT + 1)]

    for browser in browsers:
        enter(browser, user.username)

    assert [is_signed_in(browser) for browser in browsers] == [False, True, True, True]
    assert UserSession.objects.filter(user=user).count() == settings.SESSION_PARALLEL_LIMIT


def test_change_of_password_signs_out_every_other_browser() -> None:
    user = make_user(Role.COMMISSION)
    here, there = Client(), Client()
    enter(here, user.username)
    enter(there, user.username)

    response = here.post(
        reverse("accounts:password-change"),
        {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
    )

    assert response.status_code == 200
    assert [is_signed_in(here), is_signed_in(there)] == [True, False]
    assert enter(Client(), user.username).status_code == 200
    assert enter(Client(), user.username, NEW_PASSWORD).status_code == 302
    assert AuditEvent.objects.filter(kind="user.password_changed").count() == 1


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        (("wrong", NEW_PASSWORD, NEW_PASSWORD), "old_password", "原密码不正确。请重新输入原密码。"),
        ((PASSWORD, NEW_PASSWORD, "else"), "new_password2", "两次输入的新密码不一致。请重新输入。"),
    ],
)
def test_change_of_password_names_the_mistake(
    client: Client, values: tuple[str, str, str], field: str, sentence: str
) -> None:
    enter(client, make_user(Role.COMMISSION).username)

    response = client.post(
        reverse("accounts:password-change"),
        dict(zip(("old_password", "new_password1", "new_password2"), values, strict=True)),
    )

    assert response.context["form"].errors[field] == [sentence]


def test_administration_is_entered_by_the_same_sign_in(client: Client) -> None:
    stranger = client.get(reverse("admin:index"), follow=True)
    client.force_login(make_user(Role.COMMISSION))
    officer = client.get(reverse("admin:index"), follow=True)
    client.force_login(make_user(Role.ADMINISTRATOR))
    administrator = client.get(reverse("admin:index"))

    assert stranger.redirect_chain[-1][0] == f"{reverse('accounts:sign-in')}?next={reverse('admin:index')}"
    assert (officer.status_code, administrator.status_code) == (403, 200)


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("z" * 151, "“用户名”超过150字，现为151字。请核对后重新输入。"),
        ("z" * 100_000, "“用户名”超过150字，现为100000字。请核对后重新输入。"),
        ("city\x001", "“用户名”含有不可见的控制字符。请删除后重新输入。"),
        ("", "“用户名”未填写。请填写后再登录。"),
    ],
)
def test_sign_in_with_a_name_that_no_account_can_have_says_so_at_the_field(
    client: Client, username: str, sentence: str
) -> None:
    response = enter(client, username)

    page = response.content.decode()
    assert (response.status_code, response.context["form"].errors) == (200, {"username": [sentence]})
    assert "有内容需要更正</h2>" in page
    assert "尚未保存" not in page


def test_sign_in_without_a_password_says_so(client: Client) -> None:
    response = enter(client, "city1", "")

    assert response.context["form"].errors == {"password": ["“密码”未填写。请填写后再登录。"]}


def test_password_rules_address_the_person_politely(client: Client) -> None:
    client.force_login(make_user(Role.COMMISSION))

    page = client.get(reverse("accounts:password-change")).content.decode()

    assert "你" not in page
    assert "密码至少9个字符" in page


@pytest.mark.parametrize(
    ("referrer", "page"),
    [
        ("http://testserver/indicators/rounds/?page=2", "/indicators/rounds/?page=2"),
        ("https://example.org/indicators/rounds/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client: Client, referrer: str, page: str) -> None:
    sent = client.post(reverse("indicators:round-open", args=["annual-2025"]), HTTP_REFERER=referrer)
    assert (sent.status_code, sent.url.partition("?")[0]) == (302, reverse("accounts:sign-in"))
    assert "会话已过期，未保存的内容请重新填写。" in client.get(sent.url).content.decode()

    user = make_user(Role.COMMISSION)
    back = client.post(sent.url, {"username": user.username, "password": PASSWORD})
    assert back.url == page


def test_an_empty_sign_in_is_answered_at_both_fields(client: Client) -> None:
    response = client.post(reverse("accounts:sign-in"))

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["username", "password"])
