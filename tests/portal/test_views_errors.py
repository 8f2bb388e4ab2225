"""Pages for what is missing, forbidden or too old."""

from typing import Any
from urllib.parse import urlencode

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
        response.context["sentence"] == "您的角色无权“管理账户、区县与后台任务”。如确需办理，请联系系统管理员调整角色。"
    )


def test_form_without_token_is_refused_in_chinese() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.COMMISSION))

    response = client.post(reverse("accounts:sign-out"))

    assert response.status_code == 403
    assert (
        response.context["sentence"] == "页面打开过久或登录状态已变化，这次提交没有保存。请返回上一页，刷新后重新提交。"
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


def test_a_page_that_takes_no_such_method_says_what_to_do(client: Client) -> None:
    response = client.get(reverse("accounts:sign-out"))

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert response.headers["Content-Length"] == str(len(response.content))
    assert "这个地址不支持这样打开。请从页面上的按钮办理" in response.content.decode()


def test_a_form_that_is_too_large_is_refused_in_chinese(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

    response = client.post(
        reverse("accounts:sign-in"),
        urlencode({"username": "长" * 400_000}),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 400
    assert "提交的内容超过1MB，没有保存。请返回上一页，精简文字后重新提交。" in response.content.decode()
