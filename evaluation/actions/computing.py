"""Compute a pinned run: lines chunk by chunk, then ranks, digest and state at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.models import AuditEvent
from common import faults
from common.copying import copy_rows
from common.jobs.lease import Lease
from common.refusals import Refused
from evaluation.choices import RunState
from evaluation.models import ScoreLine, ScoreRun, ScoreSheet
from evaluation.scoring.digests import canonical, digest_of
from evaluation.scoring.engine import score_sheet
from evaluation.scoring.ranking import rank_totals
from evaluation.scoring.rubric import parse_rubric
from evaluation.scoring.sheets import Sheet, read_terms

_LINE_COLUMNS = (
    "sheet_id",
    "position",
    "item_code",
    "item_name",
    "outcome",
    "inputs",
    "rule",
    "formula",
    "mark",
    "max_mark",
    "explanation",
)
_SAVE_SHEETS = """
UPDATE evaluation_scoresheet s
SET total = n.total, applicable_max = n.applicable_max, hold_reason = n.hold_reason, digest = n.digest
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::text[], %s::text[])
     AS n(id, total, applicable_max, hold_reason, digest)
WHERE s.id = n.id
"""
_SAVE_RANKS = """
UPDATE evaluation_scoresheet s SET rank = n.rank
FROM unnest(%s::bigint[], %s::int[]) AS n(id, rank)
WHERE s.id = n.id
"""


def unscored_sheets(run: ScoreRun) -> list[int]:
    """Return the keys of the sheets that still have no lines, in a fixed order."""
    return list(run.sheets.unscored().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def compute_chunk(*, run: ScoreRun, sheet_ids: Sequence[int], lease: Lease) -> None:
    """Store the lines and totals of some sheets, all or none.

    Raises: LeaseLost if another worker has taken over; then nothing is stored.
    """
    rubric, terms = parse_rubric(run.inputs["rubric"]), read_terms(run.inputs["terms"])
    rows = ScoreSheet.objects.filter(pk__in=sheet_ids).order_by("pk").values_list("pk", "inputs")
    scored = [(sheet_id, score_sheet(rubric, inputs, terms)) for sheet_id, inputs in rows]
    copy_rows(ScoreLine, _LINE_COLUMNS, _line_rows(scored))
    faults.hit("score_run.lines_written")
    with connection.cursor() as cursor:
        cursor.execute(
            _SAVE_SHEETS,
            [
                [sheet_id for sheet_id, _ in scored],
                [sheet.total for _, sheet in scored],
                [sheet.applicable_max for _, sheet in scored],
                [sheet.hold_reason for _, sheet in scored],
                [digest_of(sheet.as_content()) for _, sheet in scored],
            ],
        )
    lease.require_held()


@transaction.atomic
def complete_run(*, run_id: int, lease: Lease, at: datetime) -> ScoreRun:
    """Store ranks, the digest of the result and the final state together: readers see all of it or nothing.

    Raises: LeaseLost; Refused if the run is no longer computing.
    """
    run = ScoreRun.objects.select_for_update().get(pk=run_id)
    run.move_to(RunState.COMPLETE)
    rows = list(run.sheets.values_list("pk", "innovation_complex__code", "total", "hold_reason", "digest"))
    if any(not digest for *_, digest in rows):
        raise Refused("incomplete", "还有评分表未计算完成，不能结束本次计分。")
    ranks = rank_totals({code: total for _, code, total, _, _ in rows if total is not None})
    ranked = [(pk, ranks[code]) for pk, code, *_ in rows if code in ranks]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE_RANKS, [[pk for pk, _ in ranked], [rank for _, rank in ranked]])
    faults.hit("score_run.ranked")
    run.digest = digest_of_result(run, [(code, digest, ranks.get(code)) for _, code, _, _, digest in rows])
    run.finished_at = at
    run.save(update_fields=["state", "digest", "finished_at"])
    AuditEvent.objects.record("scorerun.completed", run, by=run.started_by, at=at, changes={"digest": ("", run.digest)})
    lease.require_held()
    return run


def digest_of_result(run: ScoreRun, rows: Sequence[tuple[str, str, int | None]]) -> str:
    """Return the digest over rubric, cut and (complex, sheet digest, rank), in the order of the codes."""
    return digest_of([run.code_version, run.rubric_digest, run.inputs_digest, sorted([list(row) for row in rows])])


def _line_rows(scored: Sequence[tuple[int, Sheet]]) -> Any:
    for sheet_id, sheet in scored:
        for position, line in enumerate(sheet.lines, start=1):
            yield (
                sheet_id,
                position,
                line.item_code,
                line.item_name,
                line.outcome.value,
                canonical(dict(line.inputs or {})),
                line.rule,
                line.formula,
                line.stored_mark,
                line.max_mark,
                line.explanation,
            )
