"""Metrics: named set-based SQL that returns one aggregated row per complex.

A metric's SQL takes the parameters %(complex_ids)s (array of primary keys), %(year)s and %(day)s (31 December of
the year) and returns exactly these columns:

complex_id · numerator (the count for a count) · denominator (NULL for a count) ·
value (the count, or NULL for a ratio) ·
covered (members with both figures, NULL for a count) · members (NULL for a count) ·
coverage_share (0–1, share of the members' revenue that is covered, NULL for a count) ·
rows (jsonb array; each row {"k": stable code, "t": name, "n": numerator, "d": denominator}; n and d are
decimals written as strings, so that no reader makes a float of them; counts omit n and d)

A complex without any row behind the figure still has a row of the metric: a count says 0, a ratio says NULL.

`Metric.sql` is for named complexes; `Metric.sql_of_all` takes no %(complex_ids)s and returns every complex. They
are two texts, because `%(complex_ids)s IS NULL OR …` in one text hides the size of the question from the planner.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

NAMED_COMPLEXES = "id = ANY(%(complex_ids)s)"
ALL_COMPLEXES = "TRUE"


@dataclass(frozen=True, slots=True)
class Metric:
    """How one figure is counted from the ledgers."""

    code: str
    name: str
    counts: str
    sql: str
    sql_of_all: str


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric of one complex and year; the columns are those of the module's contract."""

    complex_id: int
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    covered: int | None
    members: int | None
    coverage_share: Decimal | None
    rows: list[dict[str, Any]]


_metrics: dict[str, Metric] = {}


def metric(code: str, *, name: str, counts: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Register the function's SQL under a stable code; `counts` is the rule in words, printed on pages.

    The function is given the SQL condition on the complex's `id` that says which complexes are asked for.
    """

    def register(function: Callable[[str], str]) -> Callable[[str], str]:
        if code in _metrics:
            raise ValueError(f"metric {code} is registered twice")
        _metrics[code] = Metric(
            code=code,
            name=name,
            counts=counts,
            sql=function(NAMED_COMPLEXES),
            sql_of_all=function(ALL_COMPLEXES),
        )
        return function

    return register


def get_metric(code: str) -> Metric:
    """Return a registered metric.

    Raises: KeyError for an unknown code.
    """
    return _metrics[code]


def metric_codes() -> list[str]:
    """Return the codes of all registered metrics."""
    return sorted(_metrics)


def metric_parameters(*, year: int, complex_ids: Iterable[int] | None = None) -> dict[str, Any]:
    """Return the parameters of a metric's SQL for a year; without `complex_ids`, those of `sql_of_all`."""
    parameters: dict[str, Any] = {"year": year, "day": date(year, 12, 31)}
    if complex_ids is not None:
        parameters["complex_ids"] = list(complex_ids)
    return parameters


def evaluate(code: str, *, year: int, complex_ids: Iterable[int] | None = None) -> list[MetricRow]:
    """Count a metric from today's ledgers, by complex; all complexes if none are named.

    Raises: KeyError for an unknown code.
    """
    asked = get_metric(code)
    with connection.cursor() as cursor:
        cursor.execute(
            asked.sql_of_all if complex_ids is None else asked.sql,
            metric_parameters(year=year, complex_ids=complex_ids),
        )
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    rows = [MetricRow(**{**values, "rows": json.loads(values["rows"])}) for values in found]
    return sorted(rows, key=lambda row: row.complex_id)
