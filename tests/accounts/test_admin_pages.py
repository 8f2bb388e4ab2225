"""Pages of the administrator's site: what the database would refuse is told in words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import District, User
from tests.factories import make_district, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


def test_officer_without_a_district_is_refused_in_words(administrator: Client) -> None:
    password = "Yanshi-2026-Kouling"
    typed: dict[str, Any] = {"username": "yanshi1", "full_name": "演示人员", "role": Role.DISTRICT_FILER}
    page = administrator.post(
        reverse("admin:accounts_user_add"), {**typed, "password1": password, "password2": password}
    )

    assert page.context["adminform"].form.errors == {
        "__all__": [
            "角色为“区县填报”或“区县审核”的，须选择区县和部门；其他角色不选区县。请核对角色、区县和部门后重新保存。"
        ]
    }
    assert not User.objects.filter(username="yanshi1").exists()


def test_district_that_ends_before_it_begins_is_refused_in_words(administrator: Client) -> None:
    district = make_district()
    typed = {"code": district.code, "name": district.name, "kind": district.kind, "position": district.position}
    inline = {"successions-TOTAL_FORMS": "0", "successions-INITIAL_FORMS": "0"}
    page = administrator.post(
        reverse("admin:accounts_district_change", args=[district.pk]),
        {**typed, **inline, "valid_from": "2026-01-02", "valid_to": "2026-01-01"},
    )

    assert page.context["adminform"].form.errors == {
        "__all__": ["“最后有效日”早于“设立日期”。请核对两个日期；仍有效的区县，最后有效日留空。"]
    }
    assert District.objects.get(pk=district.pk).valid_to is None
