"""Each text and number of a district carries a mark of its own; whoever may not see it never meets one."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django_filters
import pytest
from django.urls import Resolver404, resolve

from tests.permissions.addresses import Address, all_addresses, arguments_of
from tests.permissions.canaries import Canaries, mark_everything
from tests.permissions.counts import IS_NIGHTLY, SEED
from tests.permissions.roles import Visitor, visitors
from tests.world import World

_LINK = re.compile(r"""(?:href|hx-get|action)="(/[^"#]*)""")
RESPONSES = 500 if IS_NIGHTLY else 90
ALTERNATIONS = 5000 if IS_NIGHTLY else 250

# What a role may see of the other district, reviewed: the page and the fields.
MAY_CROSS: dict[str, dict[str, set[str]]] = {
    role: {"members:unit-find": {"Unit.name", "Unit.code"}} for role in ("filer", "approver", "filer_token")
}
# System administrators keep the accounts of all districts.
MAY_CROSS["administrator"] = {"admin:": {"User.full_name"}}
# A REST client reads approved records of the whole city; never what is not approved, not released or internal.
HIDDEN_FROM_CLIENTS = ("Filing.", "Remark.", "Judgement.", "ScoreSheet.", "ScoreLine.", "LifecycleDecision.", "User.")
# Fields that no page of the city's or the district's people shows in the tests' world; all others must be met.
ON_NO_PAGE = {
    "Achievement.pinyin",
    "Achievement.search_text",
    "Case.pinyin",
    "Case.search_text",
    "InnovationComplex.pinyin",
    "InnovationComplex.search_text",
    "Judgement.item_code",
    "Judgement.mark",
    "Judgement.reason",
    "Need.pinyin",
    "Need.search_text",
    "PeriodLock.holder",
    "ReportLock.holder",
    "ScoreLine.max_mark",
    "ScoreSheet.applicable_max",
    "TacklingTask.pinyin",
    "TacklingTask.search_text",
    "Unit.code",
    "Unit.pinyin",
    "Unit.search_text",
    "UnitReport.new_product_sales_wan_yuan",
    "User.email",
    "User.first_name",
    "User.last_name",
}
# Years and checked numbers, which the database keeps within narrow bounds.
NOT_MARKABLE = {
    "Achievement.counted_year",
    "Case.counted_year",
    "FigureValue.year",
    "FilingVersion.number",
    "Need.counted_year",
    "PeriodLock.year",
    "ReportLock.year",
    "TacklingTask.counted_year",
    "Unit.credit_code",
    "UnitReport.rd_staff",
    "UnitReport.year",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """Both districts with their marks, and everybody signed in."""

    world: World
    own: Canaries
    other: Canaries
    everybody: dict[str, Visitor]


@pytest.fixture(scope="module")
def _marked(city: World, django_db_blocker: Any) -> Marked:
    with django_db_blocker.unblock():
        everybody = visitors(city)
        own = mark_everything(city.own.district, first=1)
        return Marked(city, own, mark_everything(city.other.district, first=50001), everybody)


@pytest.fixture
def marked(_marked: Marked, db: None) -> Marked:
    return _marked


def _name_of(place: str) -> str:
    try:
        return resolve(place.partition("?")[0]).view_name or ""
    except Resolver404:
        return ""


def _text_of(answer: Any) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode()


def _places(marked: Marked, *, is_token: bool) -> list[str]:
    """Return addresses of both districts, and every list asked by each of its filters for the other's marks."""
    world = marked.world
    addresses = [address for address in all_addresses() if not is_token or address.name.startswith("api:")]
    places = [
        address.path(arguments_of(address, world, territory))
        for address in addresses
        for territory in (world.own, world.other)
    ]
    for address in addresses:
        if address.name.endswith("-list") and not address.parameters:
            places += _questions(address, marked)
    if not is_token:
        asked = random.Random(SEED).sample(sorted(marked.other.texts), 40)
        places += [f"/search/?q={mark}" for mark in asked]
        places += [f"/units/find/?code={world.other.unit.code}"]
    return list(dict.fromkeys(places))


def _questions(address: Address, marked: Marked) -> Iterator[str]:
    other = marked.world.other
    place = address.path({}).partition("?")[0]
    view = getattr(resolve(place).func, "view_class", None)
    if view is None:
        first = marked.everybody["commission"].send("GET", place)
        filters = first.context["filterset"].filters if first.context and "filterset" in first.context else {}
    else:
        filters = getattr(getattr(view, "filterset_class", None), "base_filters", {})
    asked = (other.complex.code, other.unit.code, other.district.code, other.district.pk, _name_mark(marked))
    for name, each in filters.items():
        if isinstance(each, django_filters.CharFilter | django_filters.ModelChoiceFilter):
            yield from (f"{place}?{name}={value}" for value in asked)
        elif isinstance(each, django_filters.ChoiceFilter):
            yield from (f"{place}?{name}={value}" for value, _ in each.field.choices if value)


def _name_mark(marked: Marked) -> str:
    return next(mark for mark, where in marked.other.texts.items() if where == "InnovationComplex.name")


def _crawl(marked: Marked, role: str, wanted: int) -> Iterator[tuple[str, str]]:
    """Visit a draw of the known addresses first, then the links met on them, until the number is reached."""
    queue = _places(marked, is_token=role.endswith("token"))
    random.Random(SEED).shuffle(queue)
    known = iter(queue)
    queue = ["/", *([place for _, place in zip(range(wanted * 2 // 3), known, strict=False)])]
    seen = set(queue)
    count = 0
    while count < wanted or IS_NIGHTLY:
        if count == len(queue):
            more = next((place for place in known if place not in seen), None)
            if more is None:
                return
            seen.add(more)
            queue.append(more)
        place = queue[count]
        answer = marked.everybody[role].send("GET", place)
        count += 1
        text = _text_of(answer)
        assert (place, answer.status_code < 500) == (place, True)
        yield place, text
        for link in _LINK.findall(text):
            link = link.replace("&amp;", "&")
            if link not in seen and not link.startswith("/static/"):
                seen.add(link)
                queue.append(link)


def _may_cross(role: str, place: str) -> set[str]:
    name = _name_of(place)
    return {field for page, fields in MAY_CROSS.get(role, {}).items() if name.startswith(page) for field in fields}


def _shown(canaries: Canaries, place: str, text: str) -> list[str]:
    """Return the fields whose mark a page shows beyond the words that it was asked with."""
    asked = [*place.partition("?")[2].split("&"), *place.split("/")]
    for words in asked:
        value = words.partition("=")[2] or words
        if len(value) > 3:
            text = text.replace(value, "")
    return canaries.found_in(text)


@pytest.mark.parametrize("role", ["filer", "approver", "filer_token", "expert", "administrator", "anonymous"])
def test_no_mark_of_another_district_is_met(marked: Marked, role: str):
    leaks = []
    count = 0
    wanted = RESPONSES if role != "anonymous" or IS_NIGHTLY else RESPONSES // 3
    for place, text in _crawl(marked, role, wanted):
        count += 1
        found = set(_shown(marked.other, place, text)) - _may_cross(role, place)
        if role in {"expert", "administrator", "anonymous"}:
            found |= set(_shown(marked.own, place, text)) - _may_cross(role, place)
        if found:
            leaks.append((place, sorted(found)))
    assert leaks == []
    assert count >= wanted


def test_a_client_meets_nothing_that_is_not_approved(marked: Marked):
    leaks = []
    for role in ("client", "token"):
        for place, text in _crawl(marked, role, RESPONSES):
            found = [field for field in _shown(marked.other, place, text) if field.startswith(HIDDEN_FROM_CLIENTS)]
            if found:
                leaks.append((role, place, found))
    assert leaks == []


def test_the_other_district_meets_its_own_marks(marked: Marked):
    """Negative control: the same crawl finds them where they may be seen."""
    found: set[str] = set()
    for address in all_addresses():
        place = address.path(arguments_of(address, marked.world, marked.world.other))
        for role in ("commission", "other_filer"):
            found |= set(marked.other.found_in(_text_of(marked.everybody[role].send("GET", place))))
    assert marked.other.fields - found <= ON_NO_PAGE
    assert marked.other.refused <= NOT_MARKABLE


def test_two_roles_in_turn_never_get_each_others_bytes(marked: Marked):
    """Ask each address in turn as two districts by page and by token, as nobody and as a fragment."""
    chance = random.Random(SEED)
    tokens = {"filer": marked.world.tokens["filer_token"]}
    foreign = {"filer": marked.other, "other_filer": marked.own}
    addresses = [address for address in all_addresses() if not address.name.startswith("admin:")]
    count = 0
    leaks: list[Any] = []
    while count < ALTERNATIONS:
        address = chance.choice(addresses)
        territory = marked.world.own if chance.random() < 0.5 else marked.world.other
        place = address.path(arguments_of(address, marked.world, territory))
        for role in ("filer", "other_filer", "anonymous", "filer"):
            way = chance.choice(("cookie", "htmx", "token")) if role != "anonymous" else "nothing"
            if way == "token" and role in tokens:
                visitor = Visitor(headers={"Authorization": f"Token {tokens[role]}"})
            elif role == "anonymous":
                visitor = marked.everybody["anonymous"]
            else:
                key = marked.everybody[role].session_key
                visitor = Visitor(key, {"HX-Request": "true"} if way == "htmx" else {})
            answer = visitor.send("GET", place)
            count += 1
            assert (place, way, answer["Cache-Control"]) == (place, way, "no-store")
            assert (place, "ETag" in answer, "Last-Modified" in answer) == (place, False, False)
            hidden = [foreign[role]] if role in foreign else [marked.own, marked.other]
            text = _text_of(answer)
            found = {field for canaries in hidden for field in _shown(canaries, place, text)}
            if found - _may_cross("filer", place):
                leaks.append((place, role, way, sorted(found)))
    assert leaks == []
