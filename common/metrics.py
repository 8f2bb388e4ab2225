"""Metrics: named set-based SQL that returns one aggregated row per complex.

A metric's SQL takes the parameters %(complex_ids)s (array of primary keys), %(year)s and %(day)s (31 December of
the year) and returns exactly these columns:

complex_id · numerator · denominator (NULL for a count) · value (the count, or NULL for a ratio) ·
covered (members with both figures, NULL for a count) · members (NULL for a count) ·
coverage_share (0–1, share of the members' revenue that is covered, NULL for a count) ·
rows (jsonb array; each row {"k": stable code, "t": name, "n": numerator, "d": denominator}; counts omit n and d)

A complex without any row behind the figure still has a row of the metric: a count says 0, a ratio says NULL.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """How one figure is counted from the ledgers."""

    code: str
    name: str
    counts: str
    sql: str


_metrics: dict[str, Metric] = {}


def metric(code: str, *, name: str, counts: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register the function's SQL under a stable code; `counts` is the rule in words, printed on pages."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        if code in _metrics:
            raise ValueError(f"metric {code} is registered twice")
        _metrics[code] = Metric(code=code, name=name, counts=counts, sql=function())
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
