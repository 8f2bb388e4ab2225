"""The state of rows as one digest each, computed by the database: own columns and those of the row's parts.

A model may say `AUDIT_SKIPS` (columns that change without an event on purpose), `AUDIT_PARTS` (relations whose rows
belong to it and have no events of their own; `a__b` reaches further) and `AUDIT_EXEMPT` (a reason why it has no
events at all).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection, models

# A digest that says: the row is gone.
NO_ROW = ""
_PARTS_OF_ONE_STATEMENT = 5000


@dataclass(frozen=True, slots=True)
class Shape:
    """What a digest covers: `content` is JSON-like and enough to compute it again."""

    code: str
    content: Mapping[str, Any]


def is_audited(model: type[models.Model]) -> bool:
    """Tell whether every row of the model has events of its own."""
    return model in audited_models()


@cache
def audited_models() -> tuple[type[models.Model], ...]:
    """Return the models of the portal's own apps whose rows have events: all but parts and exempt ones."""
    own = [model for config in apps.get_app_configs() if _is_own(config) for model in config.get_models()]
    parts = {_steps(model, path)[-1].model for model in own for path in getattr(model, "AUDIT_PARTS", ())}
    return tuple(
        model
        for model in own
        if model._meta.app_label != "audit"
        and model._meta.managed
        and model not in parts
        and not getattr(model, "AUDIT_EXEMPT", "")
    )


@cache
def shape_of(model: type[models.Model]) -> Shape:
    """Return what digests of the model's rows cover today."""
    parts = {}
    for path in getattr(model, "AUDIT_PARTS", ()):
        steps = _steps(model, path)
        parts[path] = {
            "joins": [[step.table, step.column] for step in steps],
            "columns": _columns(steps[-1].model, besides={steps[-1].column}),
        }
    content = {"table": model._meta.db_table, "columns": _columns(model), "parts": parts}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return Shape(hashlib.sha256(canonical.encode()).hexdigest()[:16], content)


def row_digests(model: type[models.Model], keys: Iterable[int]) -> dict[int, str]:
    """Return the digest of each row as it is now; rows that do not exist are left out.

    Effects: the shape is stored, in the caller's transaction.
    """
    shape, keys = shape_of(model), sorted(set(keys))
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_rowshape (code, content) VALUES (%s, %s::jsonb) ON CONFLICT (code) DO NOTHING",
            [shape.code, json.dumps(shape.content)],
        )
        for start in range(0, len(keys), _PARTS_OF_ONE_STATEMENT):
            cursor.execute(states_sql(shape.content, "t.id = ANY(%s)"), [keys[start : start + _PARTS_OF_ONE_STATEMENT]])
            found.update(cursor.fetchall())
    return found


def states_sql(content: Mapping[str, Any], condition: str = "TRUE") -> str:
    """Return the SQL that gives `id` and `digest` of the rows `t` that meet the condition."""
    columns = [f"t.{_quoted(column)}" for column in content["columns"]]
    columns += [f"({_part_sql(part)}) AS {_quoted('part ' + path)}" for path, part in sorted(content["parts"].items())]
    return f"""
        SELECT r.id, encode(sha256(convert_to(to_jsonb(r)::text, 'UTF8')), 'hex') AS digest
        FROM (SELECT {", ".join(columns)} FROM {_quoted(content["table"])} t WHERE {condition}) r
    """  # noqa: S608 - identifiers from the models, quoted


def missing_columns(content: Mapping[str, Any]) -> list[str]:
    """Return what the shape covers and the database no longer has, as table.column."""
    wanted = {(content["table"], column) for column in content["columns"]}
    for part in content["parts"].values():
        wanted |= {(table, column) for table, column in part["joins"]}
        wanted |= {(part["joins"][-1][0], column) for column in part["columns"]}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        present = set(cursor.fetchall())
    return sorted(f"{table}.{column}" for table, column in wanted - present)


@dataclass(frozen=True, slots=True)
class _Step:
    """One join on the way to a part: the table and its column that points at the row before."""

    model: Any
    table: str
    column: str


def _steps(model: type[models.Model], path: str) -> list[_Step]:
    steps = []
    for name in path.split("__"):
        relation: Any = model._meta.get_field(name)
        if isinstance(relation, models.ManyToManyField):
            through: Any = relation.remote_field.through
            model = through
            steps.append(_Step(model, model._meta.db_table, relation.m2m_column_name()))
        else:
            model = relation.related_model
            steps.append(_Step(model, model._meta.db_table, relation.field.column))
    return steps


def _part_sql(part: Mapping[str, Any]) -> str:
    joins = part["joins"]
    last = len(joins) - 1
    columns = ", ".join(f"j{last}.{_quoted(column)}" for column in part["columns"])
    tables = f"{_quoted(joins[0][0])} j0"
    for number, (table, column) in enumerate(joins[1:], start=1):
        tables += f" JOIN {_quoted(table)} j{number} ON j{number}.{_quoted(column)} = j{number - 1}.id"
    return f"""
        SELECT encode(sha256(convert_to(coalesce(string_agg(to_jsonb(p)::text, ',' ORDER BY p.id), ''), 'UTF8')), 'hex')
        FROM (SELECT {columns} FROM {tables} WHERE j0.{_quoted(joins[0][1])} = t.id) p
    """  # noqa: S608 - identifiers from the models, quoted


def _columns(model: Any, *, besides: Iterable[str] = ()) -> list[str]:
    skipped = {*getattr(model, "AUDIT_SKIPS", ()), *besides}
    return sorted(
        field.column
        for field in model._meta.local_concrete_fields
        if field.name not in skipped and field.column not in skipped and not getattr(field, "auto_now", False)
    )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _is_own(config: AppConfig) -> bool:
    return Path(config.path).parent == Path(settings.BASE_DIR)


def stored_shapes() -> Iterator[Shape]:
    """Return every shape that digests were computed by, proven by its own name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, content FROM audit_rowshape ORDER BY code")
        rows = cursor.fetchall()
    for code, content in rows:
        content = json.loads(content) if isinstance(content, str) else content
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
        if hashlib.sha256(canonical.encode()).hexdigest()[:16] == code:
            yield Shape(code, content)
