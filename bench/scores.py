"""A score run, beside one statement that stores the same lines with their words."""

import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.world import YEAR, make_officer
from common.jobs.tasks import perform
from evaluation.actions.runs import start_run
from evaluation.choices import RunState
from evaluation.models import EvaluationRound, ScoreRun

_TABLES = [
    "CREATE TABLE IF NOT EXISTS bench_sheet (LIKE evaluation_scoresheet INCLUDING ALL)",
    "CREATE TABLE IF NOT EXISTS bench_line (LIKE evaluation_scoreline INCLUDING ALL)",
    "TRUNCATE bench_sheet, bench_line",
]
# Shares are the same for all complexes of the benchmark, so the statement takes them as a list.
_ONE_STATEMENT = """
    WITH item AS (
        SELECT * FROM jsonb_to_recordset(%(items)s::jsonb) AS item
            (position int, code text, name text, weight numeric, indicator text, share numeric, basis text,
             target_code text, target_year int, clause text, indicator_name text, measure_unit text, decimals int,
             scale int, rule text)
    ),
    sheet AS (
        SELECT nextval(pg_get_serial_sequence('evaluation_scoresheet', 'id')) AS id, c.id AS complex_id, c.code,
               v.id AS version_id
        FROM complexes_innovationcomplex AS c
        JOIN indicators_filing AS f ON f.innovation_complex_id = c.id
        JOIN indicators_filinground AS r ON r.id = f.filing_round_id AND r.kind = 'annual' AND r.year = %(year)s
        JOIN indicators_filingversion AS v ON v.id = f.approved_version_id
        WHERE c.recognised_on <= make_date(%(year)s, 12, 31) AND c.state <> 'exited'
    ),
    counted AS (
        SELECT sheet.id AS sheet_id, item.*, g.*, i.code AS figure_code,
               coalesce(g.recognised, g.reported) AS value,
               CASE WHEN g.denominator > 0
                    THEN g.numerator::numeric(38, 16) * item.scale / (g.denominator * item.share)
                    ELSE coalesce(g.recognised, g.reported)::numeric(38, 16) / item.share END AS ratio
        FROM sheet
        JOIN indicators_figurevalue AS g ON g.version_id = sheet.version_id
        JOIN indicators_indicator AS i ON i.id = g.indicator_id
        JOIN item ON item.indicator = i.code
    ),
    line AS (
        SELECT sheet_id, position, code, name,
               jsonb_build_object(
                   'indicator', indicator, 'value', trim_scale(value)::text, 'is_recognised', recognised IS NOT NULL,
                   'numerator', trim_scale(numerator)::text, 'denominator', trim_scale(denominator)::text,
                   'covered', covered, 'members', members, 'coverage', trim_scale(coverage_share)::text,
                   'missing', '', 'target', share::text, 'basis', basis, 'target_code', target_code,
                   'clause', clause, 'attainment', trim_scale(round(ratio, 14))::text) AS inputs,
               rule,
               concat(weight, ' × ', CASE WHEN ratio > 1 THEN 'min(1, ' ELSE '(' END,
                      CASE WHEN denominator > 0
                           THEN concat(trim_scale(numerator), ' ÷ ', trim_scale(denominator), ' × ', scale)
                           ELSE trim_scale(value)::text END,
                      ' ÷ ', share, ') = ', trim_scale(round(weight * least(ratio, 1), 4))) AS formula,
               round(weight * least(ratio, 1), 14) AS mark, weight,
               concat(%(year)s, '年“', indicator_name, '”为', round(value, decimals), measure_unit, '，', target_year,
                      '年目标', share, measure_unit, '（', basis, ')，完成率', round(ratio * 100, 2), '%%',
                      CASE WHEN ratio > 1 THEN '，按上限100%%计' ELSE '' END, '，满分', weight, '分，得',
                      round(weight * least(ratio, 1), 2), '分。') AS explanation
        FROM counted
        UNION ALL
        SELECT sheet.id, item.position, item.code, item.name,
               jsonb_build_object('mark', trim_scale(j.mark)::text, 'reason', j.reason, 'by', u.full_name),
               item.rule, concat('评定 ', trim_scale(j.mark)), least(j.mark, item.weight), item.weight,
               concat(u.full_name, '评定', trim_scale(j.mark), '分（满分', item.weight, '分）。理由：', j.reason)
        FROM sheet
        JOIN item ON item.indicator IS NULL
        JOIN evaluation_judgement AS j ON j.innovation_complex_id = sheet.complex_id AND j.item_code = item.code
             AND j.evaluation_round_id = %(round_id)s
        JOIN accounts_user AS u ON u.id = j.judged_by_id
    ),
    stored AS (
        INSERT INTO bench_line (sheet_id, position, item_code, item_name, outcome, inputs, rule, formula, mark,
                                max_mark, explanation)
        SELECT sheet_id, position, code, name, 'scored', inputs, rule, formula, mark, weight, explanation FROM line
        RETURNING sheet_id, mark
    )
    INSERT INTO bench_sheet (id, run_id, innovation_complex_id, version_id, inputs, total, applicable_max, rank,
                             hold_reason, digest)
    SELECT sheet.id, 0, sheet.complex_id, sheet.version_id, '{}', total, 100, rank() OVER (ORDER BY total DESC), '', ''
    FROM sheet JOIN (SELECT sheet_id, sum(mark) AS total FROM stored GROUP BY sheet_id) AS summed
         ON summed.sheet_id = sheet.id
"""
# Totals are compared to ten decimals: the statement divides with fewer digits than the engine.
_DIFFERENCES = """
    SELECT count(*) FROM (SELECT * FROM evaluation_scoresheet WHERE run_id = %(run_id)s) AS ours
    FULL JOIN bench_sheet AS plain ON plain.innovation_complex_id = ours.innovation_complex_id
    WHERE (round(ours.total, 10), ours.rank) IS DISTINCT FROM (round(plain.total, 10), plain.rank)
"""


def run_scores() -> ScoreRun:
    """Ask for a run and perform its job in this process."""
    officer = make_officer("bench_officer")
    run = start_run(evaluation_round=_round(), by=officer, at=timezone.now())
    assert run.job_id is not None
    perform(run.job_id)
    run.refresh_from_db()
    if run.state != RunState.COMPLETE:
        raise RuntimeError(f"the score run ended as {run.state}: {run.error}")
    return run


def store_plainly(items: str) -> None:
    """Run the hand-written statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _TABLES:
            cursor.execute(statement)
        cursor.execute(_ONE_STATEMENT, {"items": items, "year": YEAR, "round_id": _round().pk})


def items_of(run: ScoreRun) -> str:
    """Return the items of a run with their targets and shares, as the statement takes them."""
    terms, sheet = run.inputs["terms"], run.sheets.order_by("pk")[0]
    rules = dict(sheet.lines.values_list("item_code", "rule"))
    return json.dumps(
        [
            _item(position, item, terms, sheet.inputs, rules)
            for position, item in enumerate(run.inputs["rubric"]["items"], start=1)
        ]
    )


def count_differences(run: ScoreRun) -> int:
    """Return how many sheets of the last plain statement differ from those of the run in total or rank."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"run_id": run.pk})
        return int(cursor.fetchone()[0])


def _item(
    position: int, item: dict[str, Any], terms: dict[str, Any], inputs: dict[str, Any], rules: dict[str, str]
) -> dict[str, Any]:
    row = {"position": position, "code": item["code"], "name": item["name"], "weight": item["weight"]}
    row["rule"] = rules[item["code"]]
    indicator = item["rule"].get("indicator")
    if indicator is None:
        return row
    of_indicator, target, share = (
        terms["indicators"][indicator],
        terms["targets"][indicator],
        inputs["shares"][indicator],
    )
    return row | {
        "indicator": indicator,
        "share": share["value"],
        "basis": share["basis"],
        "target_code": target["code"],
        "target_year": target["year"],
        "clause": target["clause"],
        "indicator_name": of_indicator["name"],
        "measure_unit": of_indicator["measure_unit"],
        "decimals": of_indicator["decimals"],
        "scale": of_indicator["scale"],
    }


def _round() -> EvaluationRound:
    return EvaluationRound.objects.get(code=f"monitoring-{YEAR}")
