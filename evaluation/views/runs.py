"""Runs: start, watch, read the ranking, release."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.listing import list_rows
from common.refusals import Refused
from evaluation import policies
from evaluation.actions import runs
from evaluation.choices import RunState
from evaluation.forms import SheetFilter
from evaluation.models import ScoreRun, ScoreSheet
from evaluation.views.rounds import find_round, render_round


@require_POST
@needs(Permission.RUN_EVALUATION)
def run_start(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask for the next run of a round."""
    evaluation_round = find_round(request, code)
    try:
        run = runs.start_run(evaluation_round=evaluation_round, by=request.user, at=timezone.now())
    except Refused as refusal:
        return render_round(request, evaluation_round, refusal)
    messages.success(request, f"已发起第{run.number}次计分，完成后本页自动显示结果。")
    return redirect(run)


@require_safe
@reads_records
def run_detail(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Show progress while a run computes, the ranking once it is complete, the reason if it failed."""
    return _render_run(request, _find_run(request, code, number))


@require_safe
@reads_records
def run_progress(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Answer the progress fragment; once the run has ended, ask htmx to load the page again."""
    run = _find_run(request, code, number)
    response = render(request, "evaluation/run_progress.html", {"run": run, "is_active": _is_active(run)})
    if request.htmx and not _is_active(run):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs(Permission.RUN_EVALUATION)
def run_release(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Show a complete run to districts and clients."""
    run = _find_run(request, code, number)
    try:
        runs.release_run(run=run, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _render_run(request, run, refusal)
    messages.success(request, f"第{run.number}次计分已发布，区县可查看所属综合体的评分表。")
    return redirect(run)


def _find_run(request: SignedInRequest, code: str, number: int) -> ScoreRun:
    rows = ScoreRun.objects.visible_to(request.user).select_related(
        "evaluation_round__released_run", "rubric_version__rubric", "started_by", "job"
    )
    return get_object_or_404(rows, evaluation_round__code=code, number=number)


def _is_active(run: ScoreRun) -> bool:
    return run.state in {RunState.QUEUED, RunState.COMPUTING}


def _render_run(request: SignedInRequest, run: ScoreRun, refusal: Refused | None = None) -> HttpResponse:
    sheets = (
        ScoreSheet.objects.visible_to(request.user)
        .filter(run=run)
        .select_related("innovation_complex__reporting_district")
        .prefetch_related("lines")
        .ranked_first()
    )
    listing = list_rows(request, SheetFilter, sheets)
    context = {
        "run": run,
        "round": run.evaluation_round,
        "listing": listing,
        "items": run.rubric_version.content["items"],
        "rows": [
            {"sheet": sheet, "lines": sorted(sheet.lines.all(), key=lambda line: line.position)}
            for sheet in listing.page.object_list
        ],
        "held": sheets.filter(rank__isnull=True).count(),
        "ranked": sheets.filter(rank__isnull=False).count(),
        "is_active": _is_active(run),
        "is_released": run.evaluation_round.released_run_id == run.pk,
        "follows": request.user.holds(Permission.READ_EVALUATION),
        "release": policies.may_release(request.user, run),
        "may_evaluate": request.user.holds(Permission.RUN_EVALUATION),
        "refusal": refusal,
    }
    return render(request, "evaluation/run_detail.html", context, status=refusal.status if refusal else 200)
