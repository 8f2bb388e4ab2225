"""Every address × method × role answers as the reviewed file says, and nothing else is changed or kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.urls import path

from common.middleware import CONTENT_SECURITY_POLICY
from config import urls
from tests.permissions.addresses import Address, all_addresses, arguments_of
from tests.permissions.roles import ROLES, TOKENS, Visitor, visitors
from tests.world import World

MATRIX = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text())
METHODS = ("GET", "POST")


@pytest.fixture(scope="module")
def everybody(city: World, django_db_blocker: Any) -> dict[str, Visitor]:
    """Everybody signed in once, before the tests, so that a session's first request is no change of a test."""
    with django_db_blocker.unblock():
        return visitors(city)


def columns_of(address: Address) -> tuple[str, ...]:
    return ROLES + TOKENS if address.name.startswith("api:") else ROLES


def expected_of(address: Address, method: str) -> dict[str, int]:
    """Return the reviewed answers by role. Raises: KeyError for an address or a role without an entry."""
    entry = MATRIX["addresses"][address.name][method]
    numbers = [int(number) for number in str(MATRIX["profiles"].get(entry, entry)).split()]
    return dict(zip(columns_of(address), numbers, strict=True))


def test_every_address_has_a_row_and_every_row_an_address():
    assert {address.name for address in all_addresses()} == set(MATRIX["addresses"])
    for address in all_addresses():
        assert set(MATRIX["addresses"][address.name]) == set(METHODS)
        for method in METHODS:
            assert list(expected_of(address, method)) == list(columns_of(address))


def test_an_address_without_a_row_is_noticed(monkeypatch: pytest.MonkeyPatch, settings: Any):
    """Negative control: one more address, and the completeness test fails."""
    forgotten = path("forgotten/", lambda request: None, name="forgotten")
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [*urls.urlpatterns, forgotten]})
    with pytest.raises(AssertionError):
        test_every_address_has_a_row_and_every_row_an_address()


def test_no_profile_is_left_over():
    used = {entry for methods in MATRIX["addresses"].values() for entry in methods.values()}
    assert set(MATRIX["profiles"]) <= used


@pytest.fixture(autouse=True)
def _sessions_stay_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no session note a later visit while the tests run; a slow machine would count it as a write."""
    monkeypatch.setattr("accounts.middleware._SEEN_STEP_SECONDS", 3600)
    monkeypatch.setattr("accounts.api.authentication._LAST_USE_STEP", timedelta.max)


@pytest.mark.parametrize("role", ROLES + TOKENS)
def test_answers_are_those_of_the_reviewed_file(world: World, everybody: dict[str, Visitor], role: str):
    """All that is read first: it writes and locks no row. Then every POST, undone."""
    differing = {}
    addresses = [address for address in all_addresses() if role in columns_of(address)]
    for method in METHODS:
        for address in addresses:
            answer = _ask(everybody[role], method, address, world)
            wanted = expected_of(address, method)[role]
            if answer.status_code != wanted:
                differing[f"{address.name} {method}"] = f"expected {wanted}, found {answer.status_code}"
            assert answer["Cache-Control"] == "no-store"
            assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            assert answer["X-Content-Type-Options"] == "nosniff"
            if method == "GET":
                assert (address.name, _transaction_number()) == (address.name, None)
    assert differing == {}


def _ask(visitor: Visitor, method: str, address: Address, world: World) -> Any:
    place = address.path(arguments_of(address, world, world.own))
    if method in {"GET", "HEAD"}:
        return visitor.send(method, place)
    with transaction.atomic():
        answer = visitor.send(method, place)
        transaction.set_rollback(True)
    return answer


def test_the_transaction_number_shows_a_write(world: World):
    """Negative control of the test above."""
    assert _transaction_number() is None
    type(world.own.unit).objects.filter(pk=world.own.unit.pk).update(name="演示改名")
    assert _transaction_number() is not None


def _transaction_number() -> int | None:
    """Return the number that PostgreSQL gives a transaction once it has written or locked a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text")
        return cursor.fetchone()[0]


def _signed_in(address: Address) -> str:
    return "administrator" if address.name.startswith("admin:") else "filer"


def test_every_unsafe_request_needs_the_forgery_token(world: World, everybody: dict[str, Visitor]):
    for address in all_addresses():
        place = address.path(arguments_of(address, world, world.own))
        answer = everybody[_signed_in(address)].send("POST", place, enforces_csrf=True)
        assert (address.name, answer.status_code) == (address.name, 403)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_method_changes_a_row(world: World, everybody: dict[str, Visitor], method: str):
    for address in all_addresses():
        place = address.path(arguments_of(address, world, world.own))
        answer = everybody[_signed_in(address)].send(method, place)
        assert (address.name, answer.status_code < 500) == (address.name, True)
        assert (address.name, _transaction_number()) == (address.name, None)
