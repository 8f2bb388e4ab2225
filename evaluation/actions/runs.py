"""Ask for a run, give up on it, release it to districts and clients."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.models import AuditEvent
from common.jobs.outbox import enqueue
from common.verdicts import require
from evaluation import policies
from evaluation.choices import RunState
from evaluation.models import EvaluationRound, ScoreRun
from evaluation.scoring import ENGINE_VERSION


@transaction.atomic
def start_run(*, evaluation_round: EvaluationRound, by: Any, at: datetime) -> ScoreRun:
    """Ask for the next run of a round: the run and its job, or neither.

    Raises: Refused if the role or the state forbids it, or while another run is active.
    Effects: one job, woken after commit; the audit event.
    """
    evaluation_round = (
        EvaluationRound.objects.select_for_update(of=("self",))
        .select_related("rubric_version")
        .get(pk=evaluation_round.pk)
    )
    require(policies.may_start_run(by, evaluation_round))
    last = evaluation_round.runs.aggregate(number=Max("number"))["number"] or 0
    run = ScoreRun.objects.create(
        evaluation_round=evaluation_round,
        rubric_version=evaluation_round.rubric_version,
        number=last + 1,
        started_by=by,
        code_version=ENGINE_VERSION,
        rubric_digest=evaluation_round.rubric_version.digest,
        cut_at=at,
    )
    run.job = enqueue("score_run", key=f"run:{run.pk}", by=by, run_id=run.pk)
    run.save(update_fields=["job"])
    AuditEvent.objects.record("scorerun.started", run, by=by, at=at)
    return run


@transaction.atomic
def fail_run(*, run_id: int, reason: str, at: datetime) -> None:
    """Close a run that cannot be finished, with the reason; earlier runs stay as they are."""
    run = ScoreRun.objects.select_for_update().get(pk=run_id)
    if not run.may_move_to(RunState.FAILED):
        return
    before = run.state
    run.move_to(RunState.FAILED)
    run.error = reason[:500]
    run.finished_at = at
    run.save(update_fields=["state", "error", "finished_at"])
    AuditEvent.objects.record(
        "scorerun.failed", run, by=run.started_by, at=at, reason=run.error, changes={"state": (before, run.state)}
    )


@transaction.atomic
def release_run(*, run: ScoreRun, by: Any, at: datetime) -> EvaluationRound:
    """Show a complete run to districts and clients, by one update.

    Raises: Refused unless a second officer of the commission releases a complete, newer run.
    """
    evaluation_round = (
        EvaluationRound.objects.select_for_update(of=("self",))
        .select_related("released_run")
        .get(pk=run.evaluation_round_id)
    )
    run = ScoreRun.objects.select_for_update().get(pk=run.pk)
    run.evaluation_round = evaluation_round
    require(policies.may_release(by, run))
    before = evaluation_round.released_run
    evaluation_round.released_run = run
    evaluation_round.save(update_fields=["released_run"])
    AuditEvent.objects.record(
        "scorerun.released",
        run,
        by=by,
        at=at,
        changes={"released_run": (before.number if before else None, run.number)},
    )
    AuditEvent.objects.record(
        "evaluationround.run_released",
        evaluation_round,
        by=by,
        at=at,
        changes={"released_run": (before.pk if before else None, run.pk)},
    )
    return evaluation_round
