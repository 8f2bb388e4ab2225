"""Rounds: the list, and one round with participants, judgements and runs."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, reads_records
from common.listing import Listing, list_rows
from common.refusals import Refused
from complexes.models import InnovationComplex
from evaluation import policies
from evaluation.actions.participants import participants_of
from evaluation.forms import ParticipantFilter
from evaluation.models import EvaluationRound, Judgement
from evaluation.scoring.rubric import Rubric, parse_rubric
from indicators.models import Filing


@require_safe
@reads_records
def round_list(request: SignedInRequest) -> HttpResponse:
    """Show every round with its newest run."""
    rounds = (
        EvaluationRound.objects.visible_to(request.user)
        .select_related("rubric_version__rubric", "released_run")
        .annotate(run_count=Count("runs", filter=Q(runs__state="complete")))
        .order_by("-year", "code")
    )
    context = {"rounds": rounds, "follows": request.user.holds(Permission.READ_EVALUATION)}
    return render(request, "evaluation/round_list.html", context)


@require_safe
@reads_records
def round_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Show who takes part, what is approved and judged, and the runs."""
    return render_round(request, find_round(request, code))


def find_round(request: SignedInRequest, code: str) -> EvaluationRound:
    """Return a round that the person may see, or answer 404."""
    rounds = EvaluationRound.objects.visible_to(request.user)
    return get_object_or_404(rounds.select_related("rubric_version__rubric", "released_run"), code=code)


def render_round(
    request: SignedInRequest, evaluation_round: EvaluationRound, refusal: Refused | None = None
) -> HttpResponse:
    """Show the round's page, with a refusal if an act was refused."""
    follows = request.user.holds(Permission.READ_EVALUATION)
    rubric = parse_rubric(evaluation_round.rubric_version.content)
    participants = participants_of(evaluation_round).visible_to(request.user)
    rows = participants.select_related("reporting_district").order_by("code")
    listing = list_rows(request, ParticipantFilter, rows)
    counts = _counts(evaluation_round, rubric, participants)
    context: dict[str, Any] = {
        "round": evaluation_round,
        "rubric_version": evaluation_round.rubric_version,
        "listing": listing,
        "rows": _rows(evaluation_round, rubric, listing, shows_marks=follows),
        "judged_items": rubric.judged_items(),
        "counts": counts,
        "runs": evaluation_round.runs.visible_to(request.user).select_related("started_by", "job").order_by("-number"),
        "follows": follows,
        "start": policies.may_start_run(request.user, evaluation_round),
        "may_evaluate": request.user.holds(Permission.RUN_EVALUATION),
        "may_judge": bool(policies.may_judge(request.user, evaluation_round)),
        "refusal": refusal,
    }
    return render(request, "evaluation/round_detail.html", context, status=refusal.status if refusal else 200)


def _counts(evaluation_round: EvaluationRound, rubric: Rubric, participants: Any) -> dict[str, int]:
    """Return how many take part, how many have an approved filing and how many marks are given of those needed."""
    total = participants.count()
    filings = _filings(evaluation_round).filter(innovation_complex__in=participants.values("pk"))
    judgements = evaluation_round.judgements.filter(
        innovation_complex__in=participants.values("pk"), item_code__in=[item.code for item in rubric.judged_items()]
    )
    return {
        "participants": total,
        "approved": filings.filter(approved_version__isnull=False).count(),
        "judged": judgements.count(),
        "to_judge": total * len(rubric.judged_items()),
    }


def _rows(
    evaluation_round: EvaluationRound, rubric: Rubric, listing: Listing, *, shows_marks: bool
) -> list[dict[str, Any]]:
    shown: list[InnovationComplex] = list(listing.page.object_list)
    filings = {
        filing.innovation_complex_id: filing
        for filing in _filings(evaluation_round)
        .filter(innovation_complex__in=shown)
        .select_related("approved_version", "filing_round", "innovation_complex")
    }
    judgements = {
        (judgement.innovation_complex_id, judgement.item_code): judgement
        for judgement in Judgement.objects.filter(evaluation_round=evaluation_round, innovation_complex__in=shown)
        if shows_marks
    }
    return [
        {
            "complex": row,
            "filing": filings.get(row.pk),
            "judgements": [(item, judgements.get((row.pk, item.code))) for item in rubric.judged_items()],
        }
        for row in shown
    ]


def _filings(evaluation_round: EvaluationRound) -> Any:
    return Filing.objects.filter(filing_round__year=evaluation_round.year, filing_round__kind="annual")
