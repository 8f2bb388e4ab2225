"""City, district and complex values of filed indicators, from the distinct rows of sealed figures."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.cache import cache
from django.db import connection
from django.db.models import F

from indicators.attainment import lesser_coverage
from indicators.choices import FilingState
from indicators.models import Indicator
from indicators.progress.scopes import Scope
from indicators.querysets import FigureValueQuerySet

# Sealed and handed in, but not yet approved by the commission.
PENDING_STATES = (FilingState.SUBMITTED, FilingState.DISTRICT_APPROVED)

# A row is known by its key: a unit's code, a task's, need's or case's code. Where two complexes report the same row
# with different values, the version sealed last wins.
_COMBINE = """
    WITH picked AS ({picked}),
    distinct_entries AS (
        SELECT DISTINCT ON (picked.indicator_id, picked.year, entry.k COLLATE "C")
               picked.indicator_id, picked.year, entry.n, entry.d
        FROM picked
        CROSS JOIN LATERAL jsonb_to_recordset(picked.rows) AS entry(k text, n numeric, d numeric)
        ORDER BY picked.indicator_id, picked.year, entry.k COLLATE "C", picked.sealed_at DESC, picked.version_id DESC
    ),
    combined AS (
        SELECT indicator_id, year, count(*) AS distinct_rows, sum(n) AS numerator, sum(d) AS denominator
        FROM distinct_entries
        GROUP BY indicator_id, year
    ),
    counted AS (
        SELECT indicator_id, year,
               sum(jsonb_array_length(rows)) AS claims,
               count(*) FILTER (WHERE missing_reason <> 'no_data') AS complexes,
               count(*) FILTER (WHERE missing_reason = 'not_applicable') AS not_applicable,
               coalesce(sum(covered), 0) AS covered,
               coalesce(sum(members), 0) AS members,
               sum(denominator) / nullif(sum(denominator / nullif(coverage_share, 0)), 0) AS revenue_share
        FROM picked
        GROUP BY indicator_id, year
    )
    SELECT indicator_id, year, complexes, not_applicable, covered, members, revenue_share,
           coalesce(distinct_rows, 0), claims, numerator, denominator
    FROM counted
    LEFT JOIN combined USING (indicator_id, year)
"""
# What the combined figures follow from: sealed versions never change, so only which of them count can.
_STANDING = """
    SELECT count(*), sum(hashint8extended(approved_version_id, 0)), sum(hashtextextended(state, id)),
           (SELECT max(id) FROM indicators_filingversion), (SELECT max(sealed_at) FROM indicators_filingversion)
    FROM indicators_filing
"""
_KEPT_SECONDS = 600
_PICKED = (
    "indicator_id",
    "year",
    "missing_reason",
    "covered",
    "members",
    "denominator",
    "coverage_share",
    "rows",
    "version_id",
)


@dataclass(frozen=True, slots=True)
class CombinedFigure:
    """One indicator and year over the complexes of a scope. `complexes` are those with a value or 不适用."""

    complexes: int
    not_applicable: int
    covered: int
    members: int
    revenue_share: Decimal | None
    distinct_rows: int
    claims: int
    numerator: Decimal | None
    denominator: Decimal | None

    @property
    def overlap(self) -> int:
        """How many claims by further complexes were left out: sum over complexes − distinct rows."""
        return self.claims - self.distinct_rows

    @property
    def is_not_applicable(self) -> bool:
        return 0 < self.complexes == self.not_applicable

    @property
    def coverage(self) -> Decimal | None:
        """The lesser of the covered shares of members and of reported revenue (0–1); None for a count."""
        return lesser_coverage(self.covered, self.members, self.revenue_share)

    def value(self, indicator: Indicator) -> Fraction | None:
        """The unrounded value: distinct rows, or the ratio of sums over distinct units."""
        if not indicator.is_ratio:
            return Fraction(self.distinct_rows) if self.complexes > self.not_applicable else None
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator) * indicator.scale


FiguresByYear = dict[tuple[int, int], CombinedFigure]


def read_standing() -> str:
    """Return a text that is another one as soon as a filing is sealed, approved, returned or reopened; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return repr(cursor.fetchone())


def approved_figures(
    *, scope: Scope, indicators: Iterable[Indicator], years: Iterable[int], standing: str
) -> FiguresByYear:
    """Return the approved values by (indicator id, year); one query, none while the filings stand as they stood."""
    return _combine(scope.figures().approved(), indicators, years, standing)


def pending_figures(
    *, scope: Scope, indicators: Iterable[Indicator], years: Iterable[int], standing: str
) -> FiguresByYear:
    """Return what was handed in and awaits approval, on its own, by (indicator id, year); one query at most."""
    rows = scope.figures().of_newest_versions().filter(version__filing__state__in=PENDING_STATES)
    return _combine(rows, indicators, years, standing)


def _combine(
    rows: FigureValueQuerySet, indicators: Iterable[Indicator], years: Iterable[int], standing: str
) -> FiguresByYear:
    """Combine the picked figures, once for each standing of the filings: a city has a million rows behind them."""
    wanted, asked_years = [row.pk for row in indicators], list(years)
    if not wanted or not asked_years:
        return {}
    picked = rows.filter(indicator__in=wanted, year__in=asked_years).order_by()
    text, parameters = picked.values(*_PICKED, sealed_at=F("version__sealed_at")).query.sql_with_params()
    key = "combined-figures:" + hashlib.sha256(repr((text, parameters, standing)).encode()).hexdigest()
    kept: FiguresByYear | None = cache.get(key)
    if kept is not None:
        return kept
    with connection.cursor() as cursor:
        cursor.execute(_COMBINE.format(picked=text), parameters)
        found = {(line[0], line[1]): CombinedFigure(*line[2:]) for line in cursor.fetchall()}
    cache.set(key, found, _KEPT_SECONDS)
    return found
