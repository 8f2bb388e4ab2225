"""Background work of evaluations: one handler computes a score run."""

from django.conf import settings
from django.utils import timezone

from audit.context import Origin, coming_from
from common import faults
from common.jobs.lease import Lease
from common.jobs.tasks import handles
from evaluation.actions import computing, pinning, runs
from evaluation.choices import RunState


def give_up_score_run(*, run_id: int, reason: str) -> None:
    """Mark the run of a parked job as failed."""
    with coming_from(Origin(channel="job", request_id=f"run-{run_id}")):
        runs.fail_run(run_id=run_id, reason=reason, at=timezone.now())


@handles("score_run", label="评分计算", gives_up=give_up_score_run)
def score_run(*, lease: Lease, run_id: int) -> None:
    """Compute a run; after a death it continues behind what is stored, a finished run is left alone."""
    with coming_from(Origin(channel="job", request_id=f"run-{run_id}")):
        run = pinning.pin_run(run_id=run_id, lease=lease, at=timezone.now())
        faults.hit("score_run.pinned")
        if run.state != RunState.COMPUTING:
            return
        total = run.sheets.count()
        waiting = computing.unscored_sheets(run)
        for start in range(0, len(waiting), settings.SCORE_RUN_CHUNK):
            chunk = waiting[start : start + settings.SCORE_RUN_CHUNK]
            computing.compute_chunk(run=run, sheet_ids=chunk, lease=lease)
            lease.report(total - len(waiting) + start + len(chunk), total)
            faults.hit("score_run.chunk_stored")
        computing.complete_run(run_id=run_id, lease=lease, at=timezone.now())
