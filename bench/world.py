"""Complexes with their ledgers and filings, written by one statement per table; the same numbers at every run."""

from django.core.management import call_command
from django.db import connection, transaction

from accounts.choices import Role
from accounts.models import User
from indicators.models import FilingRound

YEAR = 2025
MEMBERS, TASKS, NEEDS = 30, 10, 30
SEED = 2027

# Each statement adds the rows of the complexes numbered %(first)s to %(last)s; `bench_random` is a fixed hash.
_STATEMENTS = [
    """
    CREATE OR REPLACE FUNCTION bench_random(number bigint, kind bigint, below bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT abs(hashint8extended(number, kind + %(seed)s) %% below) $$
    """,
    """
    INSERT INTO complexes_innovationcomplex
        (revision, code, name, kind, purpose, state, cultivated_on, recognised_on, recognition_number,
         created_at, updated_at, reporting_district_id, pinyin, search_text)
    SELECT 0, 'CQB-' || lpad(n::text, 6, '0'), '演示综合体' || n, 'enterprise_led', '演示：测速用。', 'recognised',
           '2023-01-10', '2024-03-01', '演示〔2024〕' || n || '号', now(), now(), district.ids[1 + n %% district.size],
           'yanshizongheti' || n, '演示综合体' || n || E'\ncqb-' || lpad(n::text, 6, '0')
    FROM generate_series(%(first)s, %(last)s) AS n,
         (SELECT array_agg(id ORDER BY id) AS ids, count(*) AS size FROM accounts_district WHERE valid_to IS NULL)
             AS district
    """,
    """
    INSERT INTO complexes_reportingterm (valid_from, district_id, innovation_complex_id)
    SELECT '2023-01-10', reporting_district_id, id FROM bench_complex
    """,
    """
    INSERT INTO complexes_innovationcomplex_fields (innovationcomplex_id, industryfield_id)
    SELECT bench_complex.id, (SELECT min(id) FROM complexes_industryfield) FROM bench_complex
    """,
    """
    INSERT INTO members_unit
        (revision, code, name, kind, created_at, updated_at, home_district_id, pinyin, search_text)
    SELECT 0, 'NB-' || c.n || '-' || m, '演示企业' || c.n || '之' || m, 'enterprise', now(), now(),
           c.reporting_district_id, 'yanshiqiye' || c.n || 'zhi' || m,
           '演示企业' || c.n || '之' || m || E'\nnb-' || c.n || '-' || m
    FROM bench_complex AS c, generate_series(1, %(members)s) AS m
    """,
    """
    INSERT INTO complexes_membership (revision, role, joined_on, innovation_complex_id, unit_id)
    SELECT 0, CASE WHEN m = 1 THEN 'lead' ELSE 'core' END, '2023-01-10', c.id, u.id
    FROM bench_complex AS c, generate_series(1, %(members)s) AS m, members_unit AS u
    WHERE u.code = 'NB-' || c.n || '-' || m
    """,
    """
    INSERT INTO members_unitreport
        (revision, year, revenue_wan_yuan, rd_wan_yuan, new_product_sales_wan_yuan, staff, rd_staff,
         gap_reason, gap_note, state, created_at, updated_at, unit_id)
    SELECT 0, %(year)s, revenue, round(revenue * (10 + bench_random(id, 2, 60)) / 1000, 2),
           round(revenue * (50 + bench_random(id, 3, 400)) / 1000, 2), 200, 20, '', '', 'reported', now(), now(), id
    FROM (
        SELECT u.id, (1000 + bench_random(u.id, 1, 90000))::numeric(16, 2) AS revenue
        FROM bench_complex AS c JOIN complexes_membership AS m ON m.innovation_complex_id = c.id
        JOIN members_unit AS u ON u.id = m.unit_id
    ) AS drawn
    """,
    """
    INSERT INTO tasks_tacklingtask
        (revision, code, title, description, proof, counted_year, is_late_entry, created_at, updated_at, mode,
         approved_on, started_on, state, innovation_complex_id, withdrawal_reason, pinyin, search_text)
    SELECT 0, 'TB-' || c.n || '-' || t, '演示攻关任务' || c.n || '之' || t, '', '演示文号', y, false, now(), now(),
           'joint', make_date(y, 2, 1), make_date(y, 3, 10), 'started', c.id, '', 'yanshigongguan', '演示攻关任务'
    FROM bench_complex AS c, generate_series(1, %(tasks)s) AS t,
         LATERAL (SELECT 2024 + bench_random(c.n * 100 + t, 4, 2)::int AS y) AS drawn
    """,
    """
    INSERT INTO tasks_need
        (revision, code, title, description, proof, counted_year, is_late_entry, created_at, updated_at, kind,
         outside_supplier, raised_on, solved_on, confirmed_on, confirmer, state, demand_unit_id,
         innovation_complex_id, withdrawal_reason, pinyin, search_text)
    SELECT 0, 'XB-' || c.n || '-' || d, '演示需求' || c.n || '之' || d, '', '演示确认函', y, false, now(), now(),
           'other', '演示供给方', make_date(y, 2, 1), make_date(y, 4, 1), make_date(y, 5, 1), '演示', 'confirmed',
           u.id, c.id, '', 'yanshixuqiu', '演示需求'
    FROM bench_complex AS c, generate_series(1, %(needs)s) AS d,
         LATERAL (SELECT 2024 + bench_random(c.n * 100 + d, 5, 2)::int AS y) AS drawn, members_unit AS u
    WHERE u.code = 'NB-' || c.n || '-1'
    """,
    """
    INSERT INTO complexes_case
        (revision, code, title, description, proof, counted_year, is_late_entry, created_at, updated_at, kind,
         submitted_on, selected_on, state, innovation_complex_id, withdrawal_reason, pinyin, search_text)
    SELECT 0, 'AB-' || c.n, '演示案例' || c.n, '', '演示文号', 2025, false, now(), now(), 'other',
           '2025-05-01', '2025-06-01', 'selected', c.id, '', 'yanshianli', '演示案例'
    FROM bench_complex AS c WHERE c.n %% 2 = 0
    """,
    """
    INSERT INTO indicators_filing
        (revision, narrative, difficulties, state, submitted_at, updated_at, district_id, innovation_complex_id,
         responsible_officer_id, filing_round_id)
    SELECT 0, '演示：运行正常。', '演示：无。', 'submitted', now(), now(), c.reporting_district_id, c.id,
           %(officer_id)s,
           %(round_id)s
    FROM bench_complex AS c
    """,
    """
    INSERT INTO indicators_filingversion
        (number, narrative, difficulties, responsible_officer, digest, sealed_at, filing_id, submitted_by_id)
    SELECT 1, f.narrative, f.difficulties, '演示', '', now(), f.id, %(officer_id)s
    FROM bench_complex AS c JOIN indicators_filing AS f ON f.innovation_complex_id = c.id
    """,
    """
    INSERT INTO evaluation_judgement
        (revision, item_code, mark, reason, judged_at, evaluation_round_id, innovation_complex_id, judged_by_id)
    SELECT 0, 'mechanism', 5 + bench_random(c.n, 6, 11) / 2.0, '演示：理事会运行规范。', now(), r.id, c.id,
           %(officer_id)s
    FROM bench_complex AS c, evaluation_evaluationround AS r WHERE r.code = 'monitoring-' || %(year)s
    """,
    "DROP VIEW bench_complex",
]
_VIEW = """
    CREATE TEMPORARY VIEW bench_complex AS
    SELECT substr(code, 5)::int AS n, id, reporting_district_id FROM complexes_innovationcomplex
    WHERE code >= 'CQB-' || lpad(%(first)s::text, 6, '0') AND code <= 'CQB-' || lpad(%(last)s::text, 6, '0')
"""
_APPROVE = [
    "UPDATE indicators_figurevalue SET recognised = reported WHERE version_id = ANY(%s)",
    """
    UPDATE indicators_filing AS f SET state = 'commission_approved', approved_version_id = v.id
    FROM indicators_filingversion AS v WHERE v.filing_id = f.id AND v.id = ANY(%s)
    """,
]
_FORGET = [
    "DELETE FROM evaluation_scoreline",
    "DELETE FROM evaluation_scoresheet",
    "DELETE FROM evaluation_scorerun",
    "DELETE FROM indicators_figurevalue",
    "UPDATE indicators_filingversion SET digest = ''",
]


def prepare_reference() -> None:
    """Load districts, plans, rubric and rounds, with the officers that a benchmark needs."""
    # An account keeps `prepare` from adding the demo data.
    make_officer("bench_officer")
    call_command("prepare", verbosity=0, stdout=_Silence())


def make_officer(name: str) -> User:
    """Return an officer of the commission, who sees the whole city."""
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(username=name, role=Role.COMMISSION, full_name="测速人员")


def add_complexes(first: int, last: int) -> None:
    """Write the complexes numbered from first to last, each with a filing that is submitted and not yet sealed."""
    parameters = {
        "first": first,
        "last": last,
        "year": YEAR,
        "members": MEMBERS,
        "tasks": TASKS,
        "needs": NEEDS,
        "seed": SEED,
        "officer_id": make_officer("bench_officer").pk,
        "round_id": FilingRound.objects.get(year=YEAR).pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for number, statement in enumerate(_STATEMENTS):
            cursor.execute(statement, parameters)
            if number == 1:
                cursor.execute(_VIEW, parameters)
    refresh_statistics()


def refresh_statistics() -> None:
    """Let the planner know the data, as autovacuum does in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def approve(version_ids: list[int]) -> None:
    """Bring sealed versions to the state in which they are scored."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _APPROVE:
            cursor.execute(statement, [version_ids])
    refresh_statistics()


def forget_results() -> None:
    """Take back figures and runs, so that all complexes can be measured at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement)


class _Silence:
    """A stream that nobody reads."""

    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass
