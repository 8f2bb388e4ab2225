"""Every address of the portal with the arguments that lead to a record of a district."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import ApiToken
from evaluation.models import ScoreSheet
from tests.world import Territory, World

PLAN = "cq-complex-2024-2027"
QUESTIONS = {
    "api:unknown": "nothing/",
    "api:progress-list": f"?plan={PLAN}&year=2025",
    "portal:search": "?q=演示",
    "portal:progress": f"?plan={PLAN}&year=2025",
    "portal:progress-rows": f"?plan={PLAN}&year=2025&indicator=rd_intensity",
}
OPEN_EVENTS = {
    f"{noun}-{act}"
    for noun in ("task", "need", "case", "achievement")
    for act in ("edit", "move", "share", "record-new", "record-edit", "record-withdraw")
}
MISSING = {"code": "NO-SUCH-1", "complex_code": "NO-SUCH-2", "year": 2034}
_PARAMETER = re.compile(r"<(?:(?P<kind>[^:>]+):)?(?P<name>[^>]+)>")


@dataclass(frozen=True, slots=True)
class Address:
    """A named address: its pattern, and its parameters in order."""

    name: str
    pattern: str

    @property
    def parameters(self) -> list[str]:
        return [match["name"] for match in _PARAMETER.finditer(self.pattern)]

    def path(self, arguments: dict[str, Any]) -> str:
        """Return the path with the arguments in their places, and what the page needs behind it."""
        path = _PARAMETER.sub(lambda match: str(arguments[match["name"]]), self.pattern)
        return f"/{path}{QUESTIONS.get(self.name, '')}"


def all_addresses() -> list[Address]:
    """Return every address that the resolver knows, in its order; two patterns of one name are told apart."""
    found: dict[str, Address] = {}
    for name, pattern in _walk(get_resolver().url_patterns):
        number = 2
        unique = name
        while unique in found:
            unique, number = f"{name}#{number}", number + 1
        found[unique] = Address(unique, pattern)
    return list(found.values())


def _walk(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or 'unnamed'}", _plain(pattern)
        else:
            assert isinstance(entry, URLResolver)
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, pattern, inner)


def _plain(pattern: str) -> str:
    """Return a regular expression of the resolver as a path with parameters."""
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
    return plain.replace("^", "").replace("$", "")


def arguments_of(address: Address, world: World, territory: Territory) -> dict[str, Any]:
    """Return the arguments that lead to the territory's record."""
    known = {
        "code": _code_of(address, world, territory),
        "complex_code": territory.second_complex.code if "participation" in address.name else territory.complex.code,
        "year": 2025 if address.name == "members:report-detail" else 2026,
        "membership_id": territory.membership.pk,
        "actual_id": world.actual.pk,
        **_record_of(address, territory),
        "standing_id": territory.standing.pk,
        "decision_id": territory.decision.pk,
        "remark_id": territory.remark.pk,
        "round_code": world.round_code,
        "number": 1,
        "job_id": world.run.job_id,
        "run_number": world.run.number,
        "indicator_code": "rd_intensity",
        "target_code": "tackling_tasks-2025",
        "move": _move_of(address),
        "noun": "complex",
        "item_code": "mechanism",
        "rubric_code": world.evaluation_round.rubric_version.rubric.code,
        "sheet_id": ScoreSheet.objects.get(run=world.run, innovation_complex=territory.complex).pk,
        "app_label": "accounts",
        "url": "nothing/",
        "content_type_id": 1,
        "object_id": _admin_object(address, territory),
        "id": territory.filer.pk,
    }
    return {name: known[name] for name in address.parameters}


def _code_of(address: Address, world: World, territory: Territory) -> str:
    app, _, noun = address.name.partition(":")
    if app == "evaluation":
        evaluation_round = world.evaluation_round
        return evaluation_round.rubric_version.rubric.code if noun.startswith("rubric") else evaluation_round.code
    if app == "members" or noun.startswith("units-"):
        return territory.unit.code
    if noun.startswith("task"):
        return (territory.open_task if noun in OPEN_EVENTS else territory.task).code
    if noun.startswith("need"):
        return (territory.open_need if noun in OPEN_EVENTS else territory.need).code
    if noun.startswith("case"):
        return (territory.open_case if noun in OPEN_EVENTS else territory.case).code
    if noun.startswith("achievement"):
        return (territory.open_achievement if noun in OPEN_EVENTS else territory.achievement).code
    if noun.startswith("plan"):
        return PLAN
    if noun.startswith("indicator"):
        return "rd_intensity"
    if noun.startswith("target"):
        return "rd_intensity-2025"
    if noun.startswith("districts-"):
        return territory.district.code
    if noun.startswith("filing-rounds-"):
        return "annual-2025"
    if noun.startswith("evaluation-rounds-"):
        return "monitoring-2025"
    if noun.startswith(("filing-edit", "filing-check", "filing-submit", "filing-remark-answer", "filing-withdraw")):
        return territory.draft_filing.innovation_complex.code
    return territory.complex.code


def _record_of(address: Address, territory: Territory) -> dict[str, Any]:
    """Return a section and one of its rows under a task, a need or a complex."""
    noun = address.name.partition(":")[2].partition("-")[0]
    section, record = {
        "task": ("milestones", territory.milestone),
        "need": ("matches", territory.match),
    }.get(noun, ("bodies", territory.body))
    return {"section": section, "record_id": record.pk}


def _move_of(address: Address) -> str:
    moves = {
        "tasks:task-move": "approve",
        "tasks:need-move": "close",
        "complexes:case-move": "submit",
        "complexes:achievement-move": "in-development",
    }
    return moves.get(address.name, "none")


def _admin_object(address: Address, territory: Territory) -> int:
    if "district" in address.name:
        return territory.district.pk
    if "token" in address.name:
        return ApiToken.objects.order_by("pk").values_list("pk", flat=True)[0]
    return territory.filer.pk
