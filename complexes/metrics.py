"""Metrics over members' yearly reports and over cases (design: what counts)."""

from common.metrics import metric

# Codes are compared byte by byte, so that the order of rows does not depend on the server's locale.
_BY_CODE = 'code COLLATE "C"'


def _ratio_of_sums(asked: str, numerator: str) -> str:
    """Return the SQL of Σ numerator ÷ Σ revenue over the enterprise members on the day that have both figures."""
    return f"""
        WITH asked AS (SELECT id FROM complexes_innovationcomplex WHERE {asked}),
        enterprise AS (
            SELECT m.innovation_complex_id AS complex_id, u.code, u.name, r.revenue_wan_yuan AS revenue,
                   CASE WHEN r.revenue_wan_yuan IS NOT NULL THEN r.{numerator} END AS part
            FROM complexes_membership m
            JOIN asked ON asked.id = m.innovation_complex_id
            JOIN members_unit u ON u.id = m.unit_id AND u.kind = 'enterprise'
            LEFT JOIN members_unitreport r ON r.unit_id = u.id AND r.year = %(year)s
            WHERE m.joined_on <= %(day)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
        ),
        summed AS (
            SELECT complex_id,
                   sum(part) AS numerator,
                   sum(revenue) FILTER (WHERE part IS NOT NULL) AS denominator,
                   sum(revenue) AS reported_revenue,
                   count(part) AS covered,
                   count(*) AS members,
                   jsonb_agg(
                       jsonb_build_object('k', code, 't', name, 'n', part::text, 'd', revenue::text)
                       ORDER BY {_BY_CODE}
                   ) FILTER (WHERE part IS NOT NULL) AS rows
            FROM enterprise
            GROUP BY complex_id
        )
        SELECT asked.id AS complex_id,
               summed.numerator,
               summed.denominator,
               NULL::numeric AS value,
               coalesce(summed.covered, 0) AS covered,
               coalesce(summed.members, 0) AS members,
               coalesce(summed.denominator, 0) / nullif(summed.reported_revenue, 0) AS coverage_share,
               coalesce(summed.rows, '[]'::jsonb) AS rows
        FROM asked
        LEFT JOIN summed ON summed.complex_id = asked.id
    """


def count_of_events(asked: str, *, table: str, participations: str, counts: str) -> str:
    """Return the SQL that counts ledger events for their owner and for every complex that confirmed its part.

    `counts` is a condition on the event `e` and the complex `asked` that counts it; the year is added to it.
    """
    condition = f"e.withdrawn_at IS NULL AND e.counted_year <= %(year)s AND {counts}"
    return f"""
        WITH asked AS (SELECT id, cultivated_on FROM complexes_innovationcomplex WHERE {asked}),
        counted AS (
            SELECT asked.id AS complex_id, e.code, e.title
            FROM {table} e
            JOIN asked ON asked.id = e.innovation_complex_id
            WHERE {condition}
            UNION ALL
            SELECT asked.id AS complex_id, e.code, e.title
            FROM {participations} p
            JOIN asked ON asked.id = p.innovation_complex_id
            JOIN {table} e ON e.id = p.event_id AND e.innovation_complex_id <> p.innovation_complex_id
            WHERE p.confirmed_at IS NOT NULL AND {condition}
        ),
        summed AS (
            SELECT complex_id, count(*) AS events,
                   jsonb_agg(jsonb_build_object('k', code, 't', title) ORDER BY {_BY_CODE}) AS rows
            FROM counted
            GROUP BY complex_id
        )
        SELECT asked.id AS complex_id,
               coalesce(summed.events, 0)::numeric AS numerator,
               NULL::numeric AS denominator,
               coalesce(summed.events, 0)::numeric AS value,
               NULL::bigint AS covered,
               NULL::bigint AS members,
               NULL::numeric AS coverage_share,
               coalesce(summed.rows, '[]'::jsonb) AS rows
        FROM asked
        LEFT JOIN summed ON summed.complex_id = asked.id
    """


@metric(
    "rd_intensity",
    name="研发投入强度",
    counts=(
        "12月31日在册的企业成员中，研发经费与营业收入均已填报者：研发经费之和 ÷ 营业收入之和；"
        "高等学校、科研机构等另列，不计入。"
    ),
)
def rd_intensity(asked: str) -> str:
    """Σ R&D ÷ Σ revenue. Source: cq-complex-2024-2027 §一(二)."""
    return _ratio_of_sums(asked, "rd_wan_yuan")


@metric(
    "new_product_share",
    name="新产品销售收入占比",
    counts="12月31日在册的企业成员中，新产品销售收入与营业收入均已填报者：新产品销售收入之和 ÷ 营业收入之和。",
)
def new_product_share(asked: str) -> str:
    """Σ new-product sales ÷ Σ revenue. Source: cq-complex-2024-2027 §一(二)."""
    return _ratio_of_sums(asked, "new_product_sales_wan_yuan")


@metric(
    "synergy_cases",
    name="协同创新典型案例",
    counts="截至当年12月31日累计遴选入选的典型案例（仅报送的不计）；共有案例在每个已确认参与的综合体各计一次，全市计一次。",
)
def synergy_cases(asked: str) -> str:
    """Selected cases, cumulative. Source: cq-complex-2024-2027 §三(四)."""
    return count_of_events(
        asked,
        table="complexes_case",
        participations="complexes_caseparticipation",
        counts="e.state = 'selected'",
    )
