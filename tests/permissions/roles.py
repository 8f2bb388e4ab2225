"""A browser or a client program for each role of the matrix."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.world import World

ROLES = (
    "anonymous",
    "filer",
    "approver",
    "other_filer",
    "commission",
    "expert",
    "observer",
    "administrator",
    "client",
)
TOKENS = ("token", "filer_token", "scopeless_token", "expired_token")


@dataclass(slots=True)
class Visitor:
    """Sends every request with the same session or token; a view that fails is a 500."""

    session_key: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, data: dict[str, Any] | None = None, *, enforces_csrf: bool = False) -> Any:
        client = Client(raise_request_exception=False, enforce_csrf_checks=enforces_csrf)
        if self.session_key:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.session_key
        return getattr(client, method.lower())(path, data, headers=self.headers)


def visitors(world: World) -> dict[str, Visitor]:
    """Return a visitor for each role, signed in, and for each token."""
    found = {"anonymous": Visitor()}
    for role in ROLES[1:]:
        client = Client()
        client.force_login(world.people[role])
        client.get(reverse("accounts:password-change"))
        found[role] = Visitor(client.cookies[settings.SESSION_COOKIE_NAME].value)
    for name in TOKENS:
        Client().get(reverse("api:index"), headers={"Authorization": f"Token {world.tokens[name]}"})
        found[name] = Visitor(headers={"Authorization": f"Token {world.tokens[name]}"})
    return found
