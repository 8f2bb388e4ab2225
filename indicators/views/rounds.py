"""Filing rounds: their times, how far they are, and opening them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.refusals import Refused
from indicators.actions import rounds
from indicators.choices import FilingState
from indicators.forms.filings import ExtensionForm
from indicators.models import Filing, FilingRound
from indicators.policies import filings as policies


@require_safe
@reads_records
def round_list(request: SignedInRequest) -> HttpResponse:
    """Show the rounds with their times and the filings by state."""
    return _render_rounds(request)


@require_POST
@needs(Permission.APPROVE_AS_COMMISSION)
def round_open(request: SignedInRequest, round_code: str) -> HttpResponse:
    """Ask for a job that makes the filings that are missing."""
    filing_round = get_object_or_404(FilingRound, code=round_code)
    try:
        rounds.request_opening(filing_round=filing_round, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _render_rounds(request, refusal)
    messages.success(request, f"已安排开放“{filing_round.name}”，新增综合体的填报稍后出现在列表中。")
    return redirect("indicators:round-list")


@require_http_methods(["GET", "POST"])
@needs(Permission.APPROVE_AS_COMMISSION)
def round_extend(request: SignedInRequest, round_code: str) -> HttpResponse:
    """Give a round later times."""
    filing_round = get_object_or_404(FilingRound, code=round_code)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extended = rounds.extend_round(
                filing_round=filing_round, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            locks = timezone.localtime(extended.locks_at)
            messages.success(request, f"“{extended.name}”已延长，锁定时间改为{locks:%Y-%m-%d %H:%M}。")
            return redirect("indicators:round-list")
    return render(request, "indicators/round_extend.html", {"round": filing_round, "form": form})


def _render_rounds(request: SignedInRequest, refusal: Refused | None = None) -> HttpResponse:
    at = timezone.now()
    counted = Filing.objects.visible_to(request.user).values_list("filing_round", "state").annotate(Count("pk"))
    counts = {(filing_round, state): count for filing_round, state, count in counted.order_by()}
    rows = [
        {
            "round": filing_round,
            "states": [
                {"state": state.value, "label": state.label, "count": counts[filing_round.pk, state]}
                for state in FilingState
                if (filing_round.pk, state) in counts
            ],
            "total": sum(count for (pk, _), count in counts.items() if pk == filing_round.pk),
            "is_locked": filing_round.locks_at <= at,
            "may_extend": policies.may_extend_round(request.user),
            "may_open": policies.may_open_round(request.user, filing_round, at),
        }
        for filing_round in FilingRound.objects.order_by("-year", "pk")
    ]
    context = {"rows": rows, "refusal": refusal}
    return render(request, "indicators/round_list.html", context, status=refusal.status if refusal else 200)
