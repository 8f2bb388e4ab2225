"""Figures counted and sealed, beside one statement that stores numerator, denominator and value."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from bench.world import YEAR
from indicators.metrics import seal_figures
from indicators.models import FilingVersion

_TABLE = "CREATE TABLE IF NOT EXISTS bench_figure (LIKE indicators_figurevalue INCLUDING ALL)"

_ONE_STATEMENT = """
    WITH asked AS (
        SELECT c.id AS complex_id, c.cultivated_on, f.district_id, v.id AS version_id
        FROM complexes_innovationcomplex AS c
        JOIN indicators_filing AS f ON f.innovation_complex_id = c.id
        JOIN indicators_filingversion AS v ON v.filing_id = f.id
        WHERE v.id = ANY(%(version_ids)s)
    ),
    ratios AS (
        SELECT asked.complex_id,
               sum(r.rd_wan_yuan) AS rd, sum(r.revenue_wan_yuan) FILTER (WHERE r.rd_wan_yuan IS NOT NULL) AS rd_revenue,
               sum(r.new_product_sales_wan_yuan) AS new,
               sum(r.revenue_wan_yuan) FILTER (WHERE r.new_product_sales_wan_yuan IS NOT NULL) AS new_revenue
        FROM asked
        JOIN complexes_membership AS m ON m.innovation_complex_id = asked.complex_id
        JOIN members_unit AS u ON u.id = m.unit_id AND u.kind = 'enterprise'
        JOIN members_unitreport AS r ON r.unit_id = u.id AND r.year = %(year)s AND r.revenue_wan_yuan IS NOT NULL
        WHERE m.joined_on <= %(day)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
        GROUP BY asked.complex_id
    ),
    tasks AS (
        SELECT complex_id, count(*) AS n FROM (
            SELECT e.innovation_complex_id AS complex_id, e.id, e.started_on FROM tasks_tacklingtask AS e
            WHERE e.withdrawn_at IS NULL AND e.counted_year <= %(year)s
              AND (e.cancelled_on IS NULL OR e.cancelled_on > %(day)s)
            UNION
            SELECT p.innovation_complex_id, e.id, e.started_on FROM tasks_tacklingtaskparticipation AS p
            JOIN tasks_tacklingtask AS e ON e.id = p.event_id
            WHERE p.confirmed_at IS NOT NULL AND e.withdrawn_at IS NULL AND e.counted_year <= %(year)s
              AND (e.cancelled_on IS NULL OR e.cancelled_on > %(day)s)
        ) AS counted JOIN asked USING (complex_id) WHERE started_on >= cultivated_on GROUP BY complex_id
    ),
    needs AS (
        SELECT complex_id, count(*) AS n FROM (
            SELECT e.innovation_complex_id AS complex_id, e.id FROM tasks_need AS e
            WHERE e.withdrawn_at IS NULL AND e.counted_year <= %(year)s AND e.state = 'confirmed' AND e.proof <> ''
            UNION
            SELECT p.innovation_complex_id, e.id FROM tasks_needparticipation AS p
            JOIN tasks_need AS e ON e.id = p.event_id
            WHERE p.confirmed_at IS NOT NULL AND e.withdrawn_at IS NULL AND e.counted_year <= %(year)s
              AND e.state = 'confirmed' AND e.proof <> ''
        ) AS counted GROUP BY complex_id
    ),
    cases AS (
        SELECT complex_id, count(*) AS n FROM (
            SELECT e.innovation_complex_id AS complex_id, e.id FROM complexes_case AS e
            WHERE e.withdrawn_at IS NULL AND e.counted_year <= %(year)s AND e.state = 'selected'
            UNION
            SELECT p.innovation_complex_id, e.id FROM complexes_caseparticipation AS p
            JOIN complexes_case AS e ON e.id = p.event_id
            WHERE p.confirmed_at IS NOT NULL AND e.withdrawn_at IS NULL AND e.counted_year <= %(year)s
              AND e.state = 'selected'
        ) AS counted GROUP BY complex_id
    )
    INSERT INTO bench_figure
        (version_id, indicator_id, innovation_complex_id, district_id, year, reported, numerator, denominator,
         missing_reason, rows, updated_at)
    SELECT asked.version_id, i.id, asked.complex_id, asked.district_id, %(year)s,
           CASE figure.code WHEN 'rd_intensity' THEN round(figure.top * 100 / nullif(figure.bottom, 0), 10)
                            WHEN 'new_product_share' THEN round(figure.top * 100 / nullif(figure.bottom, 0), 10)
                            ELSE figure.top END,
           figure.top, figure.bottom, '', '[]', %(at)s
    FROM asked
    LEFT JOIN ratios USING (complex_id) LEFT JOIN tasks USING (complex_id)
    LEFT JOIN needs USING (complex_id) LEFT JOIN cases USING (complex_id)
    CROSS JOIN LATERAL (VALUES
        ('rd_intensity', ratios.rd, ratios.rd_revenue), ('new_product_share', ratios.new, ratios.new_revenue),
        ('tackling_tasks', coalesce(tasks.n, 0)::numeric, NULL),
        ('needs_resolved', coalesce(needs.n, 0)::numeric, NULL),
        ('synergy_cases', coalesce(cases.n, 0)::numeric, NULL)
    ) AS figure (code, top, bottom)
    JOIN indicators_indicator AS i ON i.code = figure.code
"""

_DIFFERENCES = """
    SELECT count(*) FROM indicators_figurevalue AS ours FULL JOIN (SELECT * FROM bench_figure) AS plain
        ON plain.version_id = ours.version_id AND plain.indicator_id = ours.indicator_id
    WHERE (ours.numerator, ours.denominator, ours.reported)
          IS DISTINCT FROM (plain.numerator, plain.denominator, plain.reported)
"""


def unsealed_versions() -> list[int]:
    """Return the versions that have no figures yet."""
    return list(FilingVersion.objects.filter(digest="").order_by("pk").values_list("pk", flat=True))


def seal(version_ids: list[int], *, is_kept: bool) -> None:
    """Count and seal the figures; undone again for another measurement unless they are kept."""
    with transaction.atomic():
        seal_figures(version_ids=version_ids, year=YEAR, at=timezone.now())
        transaction.set_rollback(not is_kept)


def store_plainly(version_ids: list[int]) -> None:
    """Run the hand-written statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute("TRUNCATE bench_figure")
        parameters = {"version_ids": version_ids, "year": YEAR, "day": date(YEAR, 12, 31), "at": timezone.now()}
        cursor.execute(_ONE_STATEMENT, parameters)


def count_differences() -> int:
    """Return how many figures of the last plain statement differ from the sealed ones.

    Both must hold the same versions.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        return int(cursor.fetchone()[0])
