"""Who may ask at all: tokens, sessions, roles; and what the interface does with anything else."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from config.api_urls import LISTS
from tests.api.clients import BASE, ask
from tests.world import World, make_token

RECORDS = [name for name in LISTS if name not in {"districts", "plans", "indicators", "targets"}]
PROGRESS = {"plan": "cq-complex-2024-2027", "year": "2025"}


def test_anonymous_is_told_how_to_sign_in(world: World):
    answer = ask("units/")
    assert (answer.status_code, answer["WWW-Authenticate"], answer.json()["code"]) == (
        401,
        "Token",
        "not_authenticated",
    )


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token 错", "Token nosuchkey", "token \udcff"])
def test_unusable_header_is_refused(world: World, header: str):
    raw = header.encode("utf-8", "surrogateescape").decode("latin-1")
    answer = Client().get(f"{BASE}/units/", headers={"Authorization": raw})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_token_ends_with_expiry_revocation_and_account(world: World):
    user = world.people["client"]
    now = timezone.now()
    assert ask("units/", make_token(user)).status_code == 200
    assert ask("units/", world.tokens["expired_token"]).status_code == 401
    assert ask("units/", make_token(user, revoked_at=now)).status_code == 401
    key = make_token(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert ask("units/", key).status_code == 401


def test_token_without_the_scope_is_refused(world: World):
    answer = ask("units/", world.tokens["scopeless_token"])
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_key_is_stored_as_a_digest_only_and_its_use_is_noted(world: World):
    key = make_token(world.people["client"])
    token = ApiToken.objects.get(digest=ApiToken.compute_digest(key))
    assert key not in str(list(ApiToken.objects.values()))
    assert token.last_used_at is None
    ask("units/", key)
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize("role", ["expert", "administrator"])
def test_those_who_do_not_work_with_records_read_policy_only(world: World, role: str):
    key = make_token(world.people[role])
    found = {name: ask(f"{name}/", key, **(PROGRESS if name == "progress" else {})).status_code for name in LISTS}
    assert found == {name: 403 if name in RECORDS else 200 for name in LISTS}


@pytest.mark.parametrize("role", ["filer", "approver", "commission", "observer", "client"])
def test_those_who_work_with_records_read_every_resource(world: World, role: str):
    key = make_token(world.people[role])
    found = {name: ask(f"{name}/", key, **(PROGRESS if name == "progress" else {})).status_code for name in LISTS}
    assert found == dict.fromkeys(LISTS, 200)


def test_session_reads_like_a_token(world: World):
    browser = Client()
    browser.force_login(world.own.filer)
    answer = browser.get(f"{BASE}/units/")
    assert answer.json() == ask("units/", world.tokens["filer_token"]).json()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_written(world: World, name: str, method: str):
    answer = getattr(Client(), method)(f"{BASE}/{name}/", headers={"Authorization": f"Token {world.tokens['token']}"})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert getattr(Client(), method)(f"{BASE}/{name}/").status_code == 401


@pytest.mark.parametrize(
    "address", ["nothing/", "units/..%2f/", "units/%00/", "units/CQ%0A/", "units", "units/a/b/", "units/演示/"]
)
def test_unknown_address_answers_like_a_hidden_row(world: World, address: str):
    known = ask("units/NO-SUCH-CODE/", world.tokens["token"])
    answer = ask(address, world.tokens["token"])
    assert (answer.status_code, answer.content) == (404, known.content)


def test_index_names_every_resource(world: World):
    answer = ask("", world.tokens["token"]).json()
    assert [row["name"] for row in answer["resources"]] == list(LISTS)
    for row in answer["resources"]:
        address = row["address"].split("/api/v1/")[1]
        parameters = PROGRESS if row["name"] == "progress" else {}
        assert ask(address, world.tokens["token"], **parameters).status_code == 200


def test_accepting_another_type_is_refused_in_our_shape(world: World):
    headers = {"Authorization": f"Token {world.tokens['token']}", "Accept": "text/csv"}
    answer = Client().get(f"{BASE}/units/", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
