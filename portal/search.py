"""One search over names, codes, readings and initials: one statement whatever the number of kinds and rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse

from common.searching import found_by, plain_query
from complexes.models import Achievement, Case, InnovationComplex
from members.models import Unit
from tasks.models import Need, TacklingTask

SHOWN_PER_KIND = 20
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; `has_more` if there are further ones."""

    label: str
    hits: list[Hit]
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    model: Any
    name_field: str
    label: str
    url_name: str

    def rows_for(self, user: Any) -> QuerySet[Any]:
        rows = self.model.objects.visible_to(user)
        return rows.current() if self.name_field == "title" else rows


_KINDS = (
    _Kind(InnovationComplex, "name", "综合体", "complexes:complex-detail"),
    _Kind(Unit, "name", "单位", "members:unit-detail"),
    _Kind(TacklingTask, "title", "攻关任务", "tasks:task-detail"),
    _Kind(Need, "title", "创新需求", "tasks:need-detail"),
    _Kind(Case, "title", "典型案例", "complexes:case-detail"),
    _Kind(Achievement, "title", "建设成果", "complexes:achievement-detail"),
)


def is_long_enough(query: str) -> bool:
    """Tell whether a query narrows anything down."""
    return len(plain_query(query)) >= SHORTEST


def search(query: str, *, user: Any) -> list[Group]:
    """Return what the person may see and the query finds, by kind, names that begin with it first."""
    parts = [
        found_by(kind.rows_for(user), query)
        .annotate(kind_number=Value(number))
        .order_by("closeness", "pinyin", "code")
        .values_list("kind_number", "closeness", "pinyin", "code", kind.name_field)[: SHOWN_PER_KIND + 1]
        for number, kind in enumerate(_KINDS)
    ]
    found: dict[int, list[Hit]] = {}
    for number, _, _, code, name in sorted(parts[0].union(*parts[1:], all=True)):
        found.setdefault(number, []).append(Hit(code, name, reverse(_KINDS[number].url_name, args=[code])))
    return [
        Group(_KINDS[number].label, hits[:SHOWN_PER_KIND], len(hits) > SHOWN_PER_KIND) for number, hits in found.items()
    ]
