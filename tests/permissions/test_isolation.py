"""A district reaches nothing of another: the same bytes as for what does not exist, no text, no hidden field."""

import re
from typing import Any

import django_filters
import pytest
from django.db import transaction
from django.urls import resolve

from indicators.choices import FilingState
from tests.permissions.addresses import MISSING, Address, all_addresses, arguments_of
from tests.permissions.roles import Visitor, visitors
from tests.world import World

# Parameters that name a record of a district; the others name public policy, a period or a place in a list.
NAMES_A_RECORD = {"record_id", "standing_id", "code", "complex_code", "membership_id", "decision_id", "remark_id"}
PUBLIC = ("plan", "indicator", "target", "district", "filing-round", "evaluation-round", "rubric")
_FORGERY_TOKEN = re.compile(rb'(?<=")[A-Za-z0-9]{64}(?=")')
# Pages of the evaluation name the round by `code`.
PUBLIC_CODE_APPS = ("evaluation:",)


@pytest.fixture(scope="module")
def everybody(city: World, django_db_blocker: Any) -> dict[str, Visitor]:
    with django_db_blocker.unblock():
        return visitors(city)


def record_parameters(address: Address) -> list[str]:
    """Return the parameters of an address that name a record of a district."""
    if address.name.startswith("admin:"):
        return []
    names = [name for name in address.parameters if name in NAMES_A_RECORD]
    is_public = address.name.startswith(PUBLIC_CODE_APPS) or address.name.partition(":")[2].startswith(PUBLIC)
    return [name for name in names if not (name == "code" and is_public)]


def test_there_are_addresses_of_records():
    assert len([address for address in all_addresses() if record_parameters(address)]) > 40


@pytest.mark.parametrize("role", ["filer", "approver"])
def test_records_of_another_district_answer_like_missing_ones(world: World, everybody: dict[str, Visitor], role: str):
    for address in all_addresses():
        own = arguments_of(address, world, world.own)
        others = arguments_of(address, world, world.other)
        for replaced in _choices(record_parameters(address)):
            foreign = {**own, **{name: others[name] for name in replaced}}
            missing = {**own, **{name: MISSING.get(name, 987654321) for name in replaced}}
            for method in ("GET", "POST"):
                found = [_ask(everybody[role], method, address.path(arguments)) for arguments in (foreign, missing)]
                where = f"{address.name} {method} {replaced}"
                assert found[0][0] in {403, 404, 405}, where
                assert [where, *_lines(found[0])] == [where, *_lines(found[1])]


def _lines(answer: tuple[int, bytes, dict[str, str]]) -> list[str]:
    """Return status, headers and body line by line, so that a difference is told by its line."""
    status, content, headers = answer
    return [str(status), *map(str, sorted(headers.items())), *content.decode().splitlines()]


def _choices(names: list[str]) -> list[tuple[str, ...]]:
    """Return all the ways to replace at least one of the parameters."""
    ways: list[tuple[str, ...]] = [()]
    for name in names:
        ways += [(*way, name) for way in ways]
    return ways[1:]


def _ask(visitor: Visitor, method: str, place: str) -> tuple[int, bytes, dict[str, str]]:
    with transaction.atomic():
        answer = visitor.send(method, place)
        transaction.set_rollback(True)
    headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    return answer.status_code, _FORGERY_TOKEN.sub(b"", answer.content), headers


def test_no_text_of_another_district_is_shown(world: World, everybody: dict[str, Visitor]):
    """Crawl every page and list as one district and look for the other's mark, codes and names."""
    canaries = _canaries(world)
    for role in ("filer", "approver", "filer_token"):
        pages = 0
        for address in all_addresses():
            if role.endswith("token") and not address.name.startswith("api:"):
                continue
            place = address.path(arguments_of(address, world, world.own))
            answer = everybody[role].send("GET", place)
            text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
            pages += answer.status_code == 200
            assert (address.name, [canary for canary in canaries if canary in text]) == (address.name, [])
        assert pages > 25


def test_no_search_finds_another_districts_records(world: World, everybody: dict[str, Visitor]):
    """Ask every list by each filter that takes text, a code or a record, for what is the other district's."""
    questions = 0
    for address in all_addresses():
        if not address.name.endswith("-list") or address.parameters:
            continue
        place = address.path({}).partition("?")[0]
        for name, asked in _questions(everybody["filer"].send("GET", place), place, world):
            questions += 1
            answer = everybody["filer"].send("GET", place, {name: asked})
            assert (place, name, answer.status_code in {200, 400, 404}) == (place, name, True)
            shown = answer.content.decode().replace(asked, "")
            assert (place, name, [canary for canary in _canaries(world) if canary in shown]) == (place, name, [])
    assert questions > 100


def _questions(first: Any, place: str, world: World) -> list[tuple[str, str]]:
    """Return every filter of a list, as its first answer tells them, with what to ask it for."""
    other = world.other
    view = getattr(resolve(place).func, "view_class", None)
    if view is not None:
        filters = getattr(getattr(view, "filterset_class", None), "base_filters", {})
    else:
        filters = first.context["filterset"].filters if first.context and "filterset" in first.context else {}
    texts = (other.mark, other.complex.code, other.unit.code, other.district.code)
    return [
        (name, asked)
        for name, each in filters.items()
        if isinstance(each, django_filters.CharFilter | django_filters.ModelChoiceFilter)
        for asked in texts
    ]


def test_the_commission_does_see_the_canaries(world: World, everybody: dict[str, Visitor]):
    """Negative control of the crawl: who may see both districts finds every canary."""
    text = "".join(
        everybody["commission"].send("GET", address.path(arguments_of(address, world, world.other))).content.decode()
        for address in all_addresses()
        if not address.name.startswith("admin:")
    )
    assert [canary for canary in _canaries(world) if canary not in text] == []


def _canaries(world: World) -> list[str]:
    other = world.other
    records = (other.complex, other.second_complex, other.unit, other.task, other.need, other.case)
    return [other.mark, *(record.code for record in records)]


@pytest.mark.parametrize(
    ("name", "role", "noun"),
    [
        ("complexes:complex-edit", "filer", "complex"),
        ("complexes:membership-edit", "filer", "membership"),
        ("members:unit-edit", "filer", "unit"),
        ("members:report-edit", "filer", "report"),
        ("tasks:task-edit", "filer", "open_task"),
        ("tasks:need-edit", "filer", "open_need"),
        ("complexes:case-edit", "filer", "open_case"),
        ("indicators:filing-edit", "filer", "draft_filing"),
    ],
)
def test_fields_that_a_form_does_not_show_are_not_changed(
    world: World, everybody: dict[str, Visitor], name: str, role: str, noun: str
):
    """Send a form back as it was given, together with every other field of the record."""
    address = next(address for address in all_addresses() if address.name == name)
    place = address.path(arguments_of(address, world, world.own))
    page = everybody[role].send("GET", place)
    assert page.status_code == 200
    form = page.context["form"]
    shown = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    record = getattr(world.own, noun)
    rows = type(record).objects.filter(pk=record.pk)
    before = rows.values().get()
    hidden = {field.name: _another_value(world, field) for field in record._meta.fields if field.name not in shown}
    unknown = {f"extra_{number}": "1" for number in range(20)}
    answer = everybody[role].send("POST", place, {**unknown, **hidden, **_as_typed(shown)})
    assert answer.status_code in {200, 302, 409}
    after = rows.values().get()
    allowed = {"updated_at", "revision", *form.fields, *(f"{field}_id" for field in form.fields)}
    assert {key: value for key, value in after.items() if key not in allowed} == {
        key: value for key, value in before.items() if key not in allowed
    }


def _another_value(world: World, field: Any) -> Any:
    if field.name == "state":
        return FilingState.LOCKED if field.choices == FilingState.choices else dict(field.choices).popitem()[0]
    if field.related_model is not None:
        return field.related_model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 1
    return {"DateField": "2020-01-01", "BooleanField": "on"}.get(field.get_internal_type(), "1999")


def _as_typed(shown: dict[str, Any]) -> dict[str, Any]:
    def typed(value: Any) -> Any:
        if isinstance(value, list | tuple | set):
            return [typed(item) for item in value]
        return getattr(value, "pk", value)

    return {name: typed(value) for name, value in shown.items()}


@pytest.mark.parametrize("raw", ["%00", "%ED%A0%80", "%FF", "%F0%9F%98%80"])
def test_broken_bytes_in_an_address_are_a_missing_page(world: World, everybody: dict[str, Visitor], raw: str):
    for address in all_addresses():
        if address.name.startswith("admin:"):
            continue
        arguments = arguments_of(address, world, world.own)
        for name in arguments:
            answer = everybody["commission"].send("GET", address.path({**arguments, name: raw}))
            assert (address.name, name, answer.status_code in {302, 403, 404, 405}) == (address.name, name, True)
