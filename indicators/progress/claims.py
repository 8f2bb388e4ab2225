"""The distinct rows behind one approved number, each with the complexes that claim it, within the person's reach."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F

from complexes.models import InnovationComplex
from indicators.models import Indicator
from indicators.progress.population import district_on, reading_day
from indicators.progress.scopes import Scope

PAGE_SIZE = 50

_CLAIMS = """
    WITH picked AS ({picked}),
    entries AS (
        SELECT picked.complex_code, picked.complex_name, picked.sealed_at, picked.version_id,
               entry.k, entry.t, entry.n, entry.d
        FROM picked
        CROSS JOIN LATERAL jsonb_to_recordset(picked.rows) AS entry(k text, t text, n numeric, d numeric)
    ),
    newest AS (
        SELECT DISTINCT ON (k) k, t, n, d FROM entries ORDER BY k, sealed_at DESC, version_id DESC
    ),
    claims AS (
        SELECT k, array_agg(complex_code ORDER BY complex_code) AS codes,
               array_agg(complex_name ORDER BY complex_code) AS names
        FROM entries
        GROUP BY k
    )
    SELECT k, t, n, d, codes, names, count(*) OVER ()
    FROM newest
    JOIN claims USING (k)
    ORDER BY k COLLATE "C"
    LIMIT %s OFFSET %s
"""


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """A unit, task, need, case or complex that was counted once. Units: 万元 for numerator and denominator."""

    key: str
    title: str
    numerator: Decimal | None
    denominator: Decimal | None
    complexes: tuple[tuple[str, str], ...]
    recognised_on: date | None = None
    exited_on: date | None = None

    @property
    def is_shared(self) -> bool:
        return len(self.complexes) > 1


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One page of the rows behind a number; `count` rows in all are within the person's reach."""

    rows: tuple[ClaimedRow, ...]
    count: int


def claimed_rows(
    *, user: Any, scope: Scope, indicator: Indicator, year: int, today: date, offset: int = 0, limit: int = PAGE_SIZE
) -> ClaimPage:
    """Return the rows behind the approved figure of a scope and year that the person may see."""
    if not indicator.is_filed:
        return _built_complexes(user, scope, reading_day(year, today), offset, limit)
    picked = (
        scope.figures()
        .visible_to(user)
        .approved()
        .filter(indicator=indicator, year=year)
        .order_by()
        .values(
            "rows",
            "version_id",
            sealed_at=F("version__sealed_at"),
            complex_code=F("innovation_complex__code"),
            complex_name=F("innovation_complex__name"),
        )
    )
    text, parameters = picked.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS.format(picked=text), [*parameters, limit, offset])
        found = cursor.fetchall()
    rows = tuple(
        ClaimedRow(key, title or "", numerator, denominator, tuple(zip(codes, names, strict=True)))
        for key, title, numerator, denominator, codes, names, _ in found
    )
    return ClaimPage(rows, found[0][-1] if found else 0)


def _built_complexes(user: Any, scope: Scope, day: date, offset: int, limit: int) -> ClaimPage:
    complexes = InnovationComplex.objects.visible_to(user).recognised_by(day)
    if scope.innovation_complex is not None:
        complexes = complexes.filter(pk=scope.innovation_complex.pk)
    elif scope.district is not None:
        complexes = complexes.annotate(district_then=district_on(day)).filter(district_then=scope.district.pk)
    rows = tuple(
        ClaimedRow(row.code, row.name, None, None, ((row.code, row.name),), row.recognised_on, row.exited_on)
        for row in complexes.order_by("recognised_on", "code")[offset : offset + limit]
    )
    return ClaimPage(rows, complexes.count())
