"""Pages for what is missing, forbidden or too old."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_missing_page_answers_the_same_bytes_to_everybody(client: Client) -> None:
    stranger = client.get("/no/such/page/")
    client.force_login(make_user(Role.COMMISSION))
    officer = client.get("/neither/this/one/")

    assert (stranger.status_code, officer.status_code) == (404, 404)
    assert stranger.content == officer.content


def test_forbidden_page_says_why_and_what_to_do(client: Client) -> None:
    client.force_login(make_user(Role.EXPERT))

    response = client.get(reverse("portal:components"))

    assert response.status_code == 403
    assert (
        response.context["sentence"] == "您的角色无权“管理账户、区县与后台任务”。如确需办理,请联系系统管理员调整角色。"
    )


def test_form_without_token_is_refused_in_chinese() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.COMMISSION))

    response = client.post(reverse("accounts:sign-out"))

    assert response.status_code == 403
    assert (
        response.context["sentence"] == "页面打开过久或登录状态已变化,这次提交没有保存。请返回上一页,刷新后重新提交。"
    )


@pytest.mark.parametrize("role", [Role.COMMISSION, Role.ADMINISTRATOR])
def test_components_are_shown_where_the_installation_shows_them(client: Client, settings: object, role: Role) -> None:
    client.force_login(make_user(role))
    address = reverse("portal:components")

    shown = client.get(address)
    settings.SHOWS_COMPONENTS = False  # type: ignore[attr-defined]
    hidden = client.get(address)

    assert (shown.status_code, hidden.status_code) == (200, 404)
    assert hidden.content == client.get("/no/such/page/").content
