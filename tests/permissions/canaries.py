"""A mark of its own in every text and every number that belongs to one district."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import Error, connection, models, transaction

APPS = ("accounts", "members", "complexes", "tasks", "indicators", "evaluation")
# Nothing of a district: public names, a person's session and token.
NOT_MARKED = {"District", "UserSession", "ApiToken"}
# Codes lead to records and stay as they are, each one a mark of its own.
KEPT = {"code"}
# Counters that are small and alike everywhere.
NOT_UNIQUE = {"revision", "position"}
_TEXT = re.compile(r"密\d{5}鸟|[A-Z]+-[A-Z0-9-]*\d")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(slots=True)
class Canaries:
    """The marks by what they were written into; `refused` names the fields that the database keeps as they are."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def found_in(self, page: str) -> list[str]:
        """Return the fields whose mark a page shows; numbers with and without thousands signs."""
        shown = [self.texts[mark] for mark in set(_TEXT.findall(page)) & set(self.texts)]
        digits = set(re.findall(r"\d{6,}", _THOUSANDS.sub("", page)))
        return sorted(shown + [self.numbers[number] for number in digits & set(self.numbers)])

    @property
    def fields(self) -> set[str]:
        return {*self.texts.values(), *self.numbers.values()}


def rows_of(district: models.Model) -> dict[type[models.Model], set[Any]]:
    """Return the keys of every row that leads to the district by foreign keys, by model.

    A row that only names one of its people as author leads to it, too.
    """
    found: dict[type[models.Model], set[Any]] = {type(district): {district.pk}}
    all_models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    grows = True
    while grows:
        grows = False
        for model in all_models:
            known = found.get(model, set())
            for each in model._meta.concrete_fields:
                target = each.related_model
                if target is None or target not in found:
                    continue
                keys = set(
                    model._base_manager.filter(**{f"{each.name}__in": found[target]}).values_list("pk", flat=True)
                )
                if keys - known:
                    found[model] = known = known | keys
                    grows = True
    return found


def mark_everything(district: models.Model, *, first: int) -> Canaries:
    """Write a unique mark into each text and number of the district's rows, past triggers but not past constraints."""
    canaries = Canaries()
    number = first - 1
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        for model, keys in rows_of(district).items():
            if model.__name__ in NOT_MARKED:
                continue
            for each in model._meta.concrete_fields:
                kind = _kind_of(each)
                for key in sorted(keys, key=str) if kind else ():
                    number += 1
                    _mark(canaries, model, each, key, kind, number)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")
    return canaries


def _kind_of(each: models.Field) -> str:
    if each.name in NOT_UNIQUE or each.primary_key or each.choices or each.related_model is not None:
        return ""
    if isinstance(each, models.CharField | models.TextField):
        return "" if each.name in {"password", "username"} else "text"
    return "number" if isinstance(each, models.DecimalField | models.IntegerField) else ""


def _mark(canaries: Canaries, model: Any, each: models.Field, key: Any, kind: str, number: int) -> None:
    where = f"{model.__name__}.{each.name}"
    rows = model._base_manager.filter(pk=key)
    held = rows.values_list(each.name, flat=True).get()
    if each.name in KEPT:
        canaries.texts[held] = where
        return
    for typed, mark in _candidates(each, kind, number):
        try:
            with transaction.atomic():
                rows.update(**{each.name: typed})
        except (Error, ArithmeticError):
            continue
        (canaries.texts if kind == "text" else canaries.numbers)[mark] = where
        return
    if held not in (None, ""):
        canaries.refused.add(where)


def _candidates(each: models.Field, kind: str, number: int) -> list[tuple[Any, str]]:
    if kind == "text":
        mark = f"密{number:05}鸟"
        return [(f"演示{mark}", mark), (mark, mark)]
    whole = f"73{number:05}"
    small = f"{number + 300000:06}"
    found: list[tuple[Any, str]] = [(int(whole), whole)]
    if isinstance(each, models.DecimalField):
        # A share below one carries its mark behind the point.
        found += [(Decimal(f"0.{small}"), small)]
    return found
