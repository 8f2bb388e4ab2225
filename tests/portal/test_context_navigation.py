"""The navigation: an entry is shown to those whom its page lets in, to nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from portal.context import NAVIGATION
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ENTRIES = [entry for group in NAVIGATION for entry in group.entries]


@pytest.mark.parametrize("role", list(Role))
def test_entries_shown_are_the_pages_that_open(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    home = client.get(reverse("portal:home"))

    shown = {entry["url"] for group in home.context["navigation"] for entry in group["entries"]}
    opening = {reverse(entry.url_name) for entry in ENTRIES if client.get(reverse(entry.url_name)).status_code == 200}

    assert shown == opening


def test_current_entry_is_the_deepest_above_the_page(client: Client) -> None:
    client.force_login(make_user(Role.COMMISSION))

    page = client.get(reverse("members:report-list"))

    current = [
        entry["label"] for group in page.context["navigation"] for entry in group["entries"] if entry["is_current"]
    ]
    assert current == ["单位年报"]


def test_strangers_get_no_navigation(client: Client) -> None:
    assert client.get(reverse("accounts:sign-in")).context["navigation"] == []
