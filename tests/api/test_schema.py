"""The OpenAPI document: valid, complete, true to the answers, readable without anything from outside."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS

from config.api_urls import DETAILS, LISTS
from config.wsgi import application
from tests.api.clients import BASE, ask
from tests.world import World

CASES_PER_OPERATION = 8
# `positive_data_acceptance` is left out: a well-formed date-time outside 2000–2100 is refused on purpose.
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


def test_document_is_made_without_a_warning(tmp_path: Any):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_document_describes_every_list_and_detail(world: World):
    document = ask("schema/", world.tokens["token"]).json()
    expected = {f"/api/v1/{name}/" for name in LISTS} | {f"/api/v1/{name}/{{code}}/" for name in DETAILS}
    assert set(document["paths"]) == expected | {"/api/v1/"}
    for operations in document["paths"].values():
        assert set(operations) == {"get"}
        assert set(operations["get"]["responses"]) == {"200", "400", "401", "403", "404", "429"}


def test_examples_fit_their_schemas(world: World):
    document = ask("schema/", world.tokens["token"]).json()
    count = 0
    for address, operations in document["paths"].items():
        content = operations["get"]["responses"]["200"]["content"]["application/json"]
        for example in content.get("examples", {}).values():
            schema = _json_schema({**content["schema"], "components": document["components"]})
            jsonschema.Draft202012Validator(schema).validate(example["value"])
            count += 1
        assert address == "/api/v1/" or content.get("examples")
    assert count == len(LISTS) + len(DETAILS)


def _json_schema(schema: Any) -> Any:
    """Return an OpenAPI 3.0 schema as JSON Schema: `nullable` becomes a type."""
    if isinstance(schema, list):
        return [_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _json_schema(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """Keep the test's transaction open between requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays")
def test_answers_conform_to_the_document(world: World):
    """Ask generated questions of every operation: no 5xx, and every answer as described."""
    token = {"Authorization": f"Token {world.tokens['commission_token']}"}
    schema = schemathesis.openapi.from_wsgi(f"{BASE}/schema/", application, headers=token)
    checks = CHECKS.get_by_names(CHECKED)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == len(LISTS) + len(DETAILS) + 1
    for operation in operations:

        @settings(
            max_examples=CASES_PER_OPERATION,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def conforms(case: Any) -> None:
            case.call_and_validate(headers=token, checks=checks)

        conforms()


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parameters=st.dictionaries(
        st.sampled_from(
            ["cursor", "page_size", "ordering", "year", "code", "complex", "district", "plan", "since", "state", "run"]
        ),
        st.one_of(
            st.text(max_size=20), st.sampled_from(["\x00", "%ED%A0%80", "\ufffd", "-", "9" * 40, "NaN", "1e999"])
        ),
        max_size=4,
    )
)
def test_any_text_in_any_parameter_is_answered(world: World, name: str, parameters: dict[str, str]):
    assert ask(f"{name}/", world.tokens["commission_token"], **parameters).status_code in {200, 400, 404}


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%00", "%FF%FE", "%F0%9F%98%80", "a%00b", "%C0%80"])
def test_broken_bytes_in_address_and_question_are_answered(world: World, raw: str):
    key = world.tokens["commission_token"]
    for name in DETAILS:
        assert ask(f"{name}/{raw}/", key).status_code == 404
    for name in LISTS:
        assert ask(f"{name}/?code={raw}&complex={raw}", key).status_code in {200, 400}
        assert ask(f"{name}/?{raw}=1", key).status_code == 400


def test_documentation_page_needs_nothing_from_outside_and_no_inline_script(world: World):
    browser = Client()
    assert browser.get(f"{BASE}/docs/").status_code == 302
    browser.force_login(world.own.filer)
    page = browser.get(f"{BASE}/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert re.findall(r"<style|<script>|style=|onclick=", text) == []
    addresses = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert len(addresses) == 5
    assert [address for address in addresses if not address.startswith("/")] == []
    script = browser.get(addresses[-1].replace("&amp;", "&"))
    assert (script.status_code, script["Content-Type"]) == (200, "application/javascript")
    assert "/api/v1/schema/" in script.content.decode().replace("\\u002D", "-")
