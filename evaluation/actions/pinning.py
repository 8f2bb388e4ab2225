"""Pin the inputs of a run: one statement reads figures and judgements of every participant, COPY stores the sheets."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.models import AuditEvent
from common.copying import copy_rows
from common.jobs.lease import Lease
from common.refusals import Refused
from evaluation.actions.participants import participants_of
from evaluation.choices import RunState
from evaluation.models import EvaluationRound, ScoreRun, ScoreSheet
from evaluation.scoring.digests import canonical, digest_of
from evaluation.scoring.numbers import plain
from evaluation.scoring.problems import RubricInvalid
from evaluation.scoring.rubric import Rubric, parse_rubric
from indicators.choices import FilingState, RoundKind
from indicators.models import Indicator, Plan, Target
from indicators.progress import progress_rules
from indicators.shares import Share, shares_for

NO_FILING = "尚未建立填报"

# The value is the recognised one. Numerator and denominator stand for it only while recognition has not changed it.
_INPUTS = """
SELECT c.id, c.code, c.name, c.kind, f.state, v.id, v.number, v.digest,
  (SELECT jsonb_object_agg(i.code, jsonb_build_object(
      'value', trim_scale(coalesce(g.recognised, g.reported))::text,
      'is_recognised', g.recognised IS NOT NULL,
      'numerator', CASE WHEN g.recognised IS NULL OR g.recognised = g.reported
                        THEN trim_scale(g.numerator)::text END,
      'denominator', CASE WHEN g.recognised IS NULL OR g.recognised = g.reported
                          THEN trim_scale(g.denominator)::text END,
      'covered', g.covered, 'members', g.members,
      'coverage', trim_scale(g.coverage_share)::text,
      'missing', CASE WHEN g.recognised IS NULL THEN g.missing_reason ELSE '' END))
   FROM indicators_figurevalue g JOIN indicators_indicator i ON i.id = g.indicator_id
   WHERE g.version_id = v.id AND i.code = ANY(%(indicators)s))::text,
  (SELECT jsonb_object_agg(j.item_code, jsonb_build_object(
      'mark', trim_scale(j.mark)::text, 'reason', j.reason, 'by', u.full_name))
   FROM evaluation_judgement j JOIN accounts_user u ON u.id = j.judged_by_id
   WHERE j.evaluation_round_id = %(round)s AND j.innovation_complex_id = c.id)::text
FROM complexes_innovationcomplex c
LEFT JOIN (indicators_filing f JOIN indicators_filinground r
           ON r.id = f.filing_round_id AND r.kind = %(kind)s AND r.year = %(year)s)
       ON f.innovation_complex_id = c.id
LEFT JOIN indicators_filingversion v ON v.id = f.approved_version_id
WHERE c.id = ANY(%(complexes)s)
ORDER BY c.code
"""


@transaction.atomic
def pin_run(*, run_id: int, lease: Lease, at: datetime) -> ScoreRun:
    """Store what the run will compute from, once; a run that is pinned already is returned as it is.

    Raises: Refused if rubric, plan or target year do not fit; LeaseLost.
    """
    run = (
        ScoreRun.objects.select_for_update(of=("self",))
        .select_related("evaluation_round", "rubric_version")
        .get(pk=run_id)
    )
    if run.state != RunState.QUEUED:
        return run
    rubric = read_rubric(run.rubric_version.content)
    evaluation_round = run.evaluation_round
    complexes = list(participants_of(evaluation_round).order_by("code"))
    target_year, plan = _target_year(rubric, evaluation_round), _plan(rubric)
    shares = shares_for(plan=plan, target_year=target_year, complexes=complexes)
    run.inputs = {
        "rubric": rubric.as_content(),
        "terms": _terms(rubric, evaluation_round, plan, target_year),
    }
    sheets = list(_sheets(run, rubric, shares, [row.pk for row in complexes]))
    columns = ("run_id", "innovation_complex_id", "version_id", "inputs", "hold_reason", "digest")
    copy_rows(
        ScoreSheet,
        columns,
        ((run.pk, complex_id, version_id, canonical(inputs), "", "") for complex_id, version_id, inputs in sheets),
    )
    run.inputs_digest = digest_of_inputs(run.inputs, (inputs for _, _, inputs in sheets))
    run.cut_at = at
    run.move_to(RunState.COMPUTING)
    run.save(update_fields=["inputs", "inputs_digest", "cut_at", "state"])
    AuditEvent.objects.record(
        "scorerun.pinned", run, by=run.started_by, at=at, changes={"inputs_digest": ("", run.inputs_digest)}
    )
    lease.require_held()
    return run


def read_rubric(content: Mapping[str, Any]) -> Rubric:
    """Return the rubric of stored content.

    Raises: Refused if it is not a usable rubric.
    """
    try:
        return parse_rubric(content)
    except RubricInvalid as invalid:
        raise Refused("rubric_invalid", f"指标体系内容无效：{invalid.problems[0][1]}", invalid.problems) from invalid


def digest_of_inputs(common: Mapping[str, Any], sheets: Iterable[Mapping[str, Any]]) -> str:
    """Return the digest of a cut; the order of the sheets does not matter."""
    return digest_of([digest_of(common), *sorted([inputs["code"], digest_of(inputs)] for inputs in sheets)])


def _sheets(
    run: ScoreRun, rubric: Rubric, shares: Mapping[tuple[int, str], Share], complex_ids: list[int]
) -> Iterable[tuple[int, int | None, dict[str, Any]]]:
    parameters: dict[str, Any] = {
        "indicators": list(rubric.indicator_codes),
        "round": run.evaluation_round_id,
        "kind": RoundKind.ANNUAL.value,
        "year": run.evaluation_round.year,
        "complexes": complex_ids,
    }
    state_labels = dict(FilingState.choices)
    with connection.cursor() as cursor:
        cursor.execute(_INPUTS, parameters)
        rows = cursor.fetchall()
    for complex_id, code, name, kind, state, version_id, number, digest, figures, judgements in rows:
        yield (
            complex_id,
            version_id,
            {
                "code": code,
                "name": name,
                "kind": kind,
                "filing": None if version_id is None else {"version": number, "digest": digest},
                "filing_state": NO_FILING if state is None else str(state_labels[state]),
                "figures": json.loads(figures) if figures else {},
                "judgements": json.loads(judgements) if judgements else {},
                "shares": {
                    indicator: {"value": plain(share.value), "basis": share.basis}
                    for indicator in rubric.indicator_codes
                    if (share := shares.get((complex_id, indicator))) is not None
                },
            },
        )


def _target_year(rubric: Rubric, evaluation_round: EvaluationRound) -> int:
    year = rubric.target_years.get(evaluation_round.year)
    if year is None:
        raise Refused("target_year", f"指标体系没有规定{evaluation_round.year}年度对照哪一年的目标，无法计分。")
    return year


def _plan(rubric: Rubric) -> Plan:
    plan = Plan.objects.filter(code=rubric.plan).first()
    if plan is None:
        raise Refused("plan", f"规划“{rubric.plan}”尚未载入，无法计分。请先载入规划。")
    return plan


def _terms(rubric: Rubric, evaluation_round: EvaluationRound, plan: Plan, target_year: int) -> dict[str, Any]:
    codes = rubric.indicator_codes
    indicators = {row.code: row for row in Indicator.objects.filter(code__in=codes)}
    targets: dict[str, Any] = {}
    rows = Target.objects.filter(plan=plan, indicator__code__in=codes, target_year=target_year, is_outlook=False)
    for target in rows.select_related("indicator").prefetch_related("citations").order_by("position", "pk"):
        targets.setdefault(target.indicator.code, _target_terms(target, target_year))
    absent = [code for code in codes if code not in indicators or code not in targets]
    if absent:
        raise Refused(
            "target", f"以下指标没有{target_year}年的目标，无法计分：{'、'.join(absent)}。请核对规划与指标体系。"
        )
    return {
        "year": evaluation_round.year,
        "minimum_coverage": plain(progress_rules().minimum_coverage),
        "indicators": {
            code: {
                "name": row.name,
                "measure_unit": row.measure_unit,
                "decimals": row.decimals,
                "scale": row.scale,
            }
            for code, row in sorted(indicators.items())
        },
        "targets": targets,
    }


def _target_terms(target: Target, year: int) -> dict[str, Any]:
    citations = sorted(target.citations.all(), key=lambda citation: citation.position)
    clause = f"{citations[0].document} {citations[0].section}“{citations[0].wording}”" if citations else ""
    return {"code": target.code, "comparator": target.comparator, "year": year, "clause": clause}
