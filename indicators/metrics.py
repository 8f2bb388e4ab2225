"""Figures of a filing: counted from the ledgers by set-based SQL, shown for the working copy, sealed for a version."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from common.metrics import get_metric, metric_parameters
from indicators.choices import MissingReason
from indicators.models import FigureValue, Filing, FilingVersion, Indicator

# A ratio is numerator × scale ÷ denominator; the cast keeps ten correct decimals however large the quotient is.
_FIGURES = """
    SELECT counted.complex_id, counted.numerator, counted.denominator, counted.covered, counted.members,
           round(counted.coverage_share, 6) AS coverage_share, counted.rows, counted.reported,
           CASE WHEN counted.reported IS NOT NULL THEN ''
                WHEN coalesce(counted.members, 0) = 0 THEN 'not_applicable'
                WHEN coalesce(counted.covered, 0) = 0 THEN 'no_data'
                WHEN counted.denominator = 0 THEN 'not_applicable'
                ELSE 'no_data'
           END AS missing_reason
    FROM (
        SELECT metric.*,
               CASE WHEN %(is_ratio)s
                    THEN round((metric.numerator * %(scale)s)::numeric(38, 12) / nullif(metric.denominator, 0), 10)
                    ELSE metric.value
               END AS reported
        FROM ({metric}) AS metric
    ) AS counted
"""

_SEAL = """
    INSERT INTO indicators_figurevalue
        (version_id, indicator_id, innovation_complex_id, district_id, year, reported, numerator, denominator,
         covered, members, coverage_share, missing_reason, rows, updated_at)
    SELECT version.id, %(indicator_id)s, filing.innovation_complex_id, filing.district_id, %(year)s,
           figure.reported, figure.numerator, figure.denominator,
           figure.covered, figure.members, figure.coverage_share, figure.missing_reason, figure.rows, %(at)s
    FROM ({figures}) AS figure
    JOIN indicators_filing AS filing ON filing.innovation_complex_id = figure.complex_id
    JOIN indicators_filingversion AS version ON version.filing_id = filing.id
    WHERE version.id = ANY(%(version_ids)s)
"""

# The canonical content: jsonb writes its keys in one order, decimals lose their trailing zeros.
_DIGESTS = """
    SELECT version.id, encode(sha256(convert_to(jsonb_build_object(
        'complex', innovation_complex.code,
        'round', filing_round.code,
        'year', filing_round.year,
        'number', version.number,
        'narrative', version.narrative,
        'difficulties', version.difficulties,
        'responsible_officer', version.responsible_officer,
        'submitted_by', submitter.username,
        'sealed_at', extract(epoch FROM version.sealed_at)::text,
        'figures', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'indicator', indicator.code,
                'district', district.code,
                'reported', trim_scale(figure.reported)::text,
                'numerator', trim_scale(figure.numerator)::text,
                'denominator', trim_scale(figure.denominator)::text,
                'covered', figure.covered,
                'members', figure.members,
                'coverage_share', trim_scale(figure.coverage_share)::text,
                'missing_reason', figure.missing_reason,
                'rows', figure.rows
            ) ORDER BY indicator.code COLLATE "C"), '[]'::jsonb)
            FROM indicators_figurevalue AS figure
            JOIN indicators_indicator AS indicator ON indicator.id = figure.indicator_id
            JOIN accounts_district AS district ON district.id = figure.district_id
            WHERE figure.version_id = version.id
        )
    )::text, 'UTF8')), 'hex') AS digest
    FROM indicators_filingversion AS version
    JOIN indicators_filing AS filing ON filing.id = version.filing_id
    JOIN indicators_filinground AS filing_round ON filing_round.id = filing.filing_round_id
    JOIN complexes_innovationcomplex AS innovation_complex ON innovation_complex.id = filing.innovation_complex_id
    JOIN accounts_user AS submitter ON submitter.id = version.submitted_by_id
    WHERE version.id = ANY(%(version_ids)s)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as today's ledgers give it; the same facts as a sealed FigureValue.

    Units: those of the indicator; `coverage_share` 0–1.
    """

    indicator: Indicator
    reported: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    covered: int | None
    members: int | None
    coverage_share: Decimal | None
    missing_reason: str
    rows: list[dict[str, Any]]

    def get_missing_reason_display(self) -> str:
        """Return the reason in words, as a sealed figure does."""
        return str(MissingReason(self.missing_reason).label) if self.missing_reason else ""


def filed_indicators() -> list[Indicator]:
    """Return the indicators that every complex files, in their order."""
    return list(Indicator.objects.filter(is_filed=True).exclude(metric="").order_by("position", "pk"))


def seal_figures(*, version_ids: Iterable[int], year: int, at: datetime) -> None:
    """Compute and store the figures of versions of one year, one statement per indicator, then their digests.

    The caller holds the complexes and units, so that nothing changes between the statements.
    """
    version_ids = list(version_ids)
    complex_ids = list(
        FilingVersion.objects.filter(pk__in=version_ids).values_list("filing__innovation_complex", flat=True)
    )
    with connection.cursor() as cursor:
        for indicator in filed_indicators():
            cursor.execute(
                _SEAL.format(figures=_figures_sql(indicator)),
                {
                    **_parameters(indicator, complex_ids=complex_ids, year=year),
                    "indicator_id": indicator.pk,
                    "version_ids": version_ids,
                    "at": at,
                },
            )
        cursor.execute(
            f"UPDATE indicators_filingversion AS sealed SET digest = computed.digest FROM ({_DIGESTS}) AS computed "
            "WHERE sealed.id = computed.id",
            {"version_ids": version_ids},
        )


def preview_figures(filing: Filing) -> list[Figure]:
    """Return the figures that today's ledgers give for a filing, in the order of the indicators."""
    return [
        figure
        for indicator in filed_indicators()
        for figure in _count(indicator, complex_ids=[filing.innovation_complex_id], year=filing.filing_round.year)
    ]


def verify_version(version: FilingVersion) -> bool:
    """Tell whether the version's stored texts, figures and rows still give its digest."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, {"version_ids": [version.pk]})
        return [version.digest] == [digest for _, digest in cursor.fetchall()]


def differs(sealed: FigureValue, today: Figure | None) -> bool:
    """Tell whether today's ledgers give another figure, or other rows, than the sealed one."""
    if today is None:
        return True
    return any(
        getattr(sealed, name) != getattr(today, name)
        for name in ("reported", "numerator", "denominator", "covered", "members", "missing_reason", "rows")
    )


def _figures_sql(indicator: Indicator) -> str:
    return _FIGURES.format(metric=get_metric(indicator.metric).sql)


def _parameters(indicator: Indicator, *, complex_ids: list[int], year: int) -> dict[str, Any]:
    return {
        **metric_parameters(year=year, complex_ids=complex_ids),
        "is_ratio": indicator.is_ratio,
        "scale": indicator.scale,
    }


def _count(indicator: Indicator, *, complex_ids: list[int], year: int) -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(_figures_sql(indicator), _parameters(indicator, complex_ids=complex_ids, year=year))
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return [
        Figure(
            indicator=indicator,
            **{name: value for name, value in values.items() if name not in {"complex_id", "rows"}},
            rows=json.loads(values["rows"]),
        )
        for values in found
    ]
