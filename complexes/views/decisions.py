"""Pages of decisions on complexes: one officer proposes, another confirms."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.listing import first_errors, list_rows
from common.pages import answer_form
from common.refusals import Refused
from common.verdicts import require
from complexes.actions import decisions
from complexes.forms.decisions import DecisionFilters, DecisionForm
from complexes.models import LifecycleDecision
from complexes.policies import complexes as policies
from complexes.views.complexes import complex_page, visible_complex


@reads_records
@require_GET
def list_decisions(request: SignedInRequest) -> HttpResponse:
    """List decisions; the city sees those that wait for a second person."""
    return _list_page(request)


@needs(Permission.DECIDE_LIFECYCLE)
@require_http_methods(["GET", "POST"])
def propose_decision(request: SignedInRequest, code: str) -> HttpResponse:
    """Put a decision before a second officer."""
    innovation_complex = visible_complex(request, code)
    try:
        require(policies.may_propose_decision(request.user, innovation_complex))
    except Refused as refusal:
        return complex_page(request, innovation_complex, refusal)
    return answer_form(
        request,
        DecisionForm(request.POST or None, innovation_complex=innovation_complex),
        lambda form: (
            decisions.propose_decision(
                innovation_complex=innovation_complex, by=request.user, at=timezone.now(), **form.cleaned_data
            ).innovation_complex
        ),
        template="complexes/decision_form_page.html",
        context={"innovation_complex": innovation_complex},
        done="决定已提出，待市级另一位人员确认后生效。",
    )


@needs(Permission.DECIDE_LIFECYCLE)
@require_POST
def confirm_decision(request: SignedInRequest, decision_id: int) -> HttpResponse:
    """Confirm a decision as a second officer."""
    decision = _visible_decision(request, decision_id)
    try:
        innovation_complex = decisions.confirm_decision(decision=decision, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _list_page(request, refusal)
    except ValidationError as error:
        sentences = [("", sentence) for lines in first_errors(error).values() for sentence in lines]
        return _list_page(request, Refused("invalid", "该决定与综合体的最新情况不符，不能确认。", sentences))
    messages.success(request, f"决定已确认，综合体当前状态为“{innovation_complex.get_state_display()}”。")
    return redirect(innovation_complex)


@needs(Permission.DECIDE_LIFECYCLE)
@require_POST
def drop_decision(request: SignedInRequest, decision_id: int) -> HttpResponse:
    """Withdraw a decision that nobody has confirmed."""
    decision = _visible_decision(request, decision_id)
    try:
        decisions.drop_decision(decision=decision, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _list_page(request, refusal)
    messages.success(request, "决定已撤回。")
    return redirect(decision.innovation_complex)


def _visible_decision(request: SignedInRequest, decision_id: int) -> LifecycleDecision:
    rows = LifecycleDecision.objects.visible_to(request.user).select_related("innovation_complex")
    return get_object_or_404(rows, pk=decision_id)


def _list_page(request: SignedInRequest, refusal: Refused | None = None) -> HttpResponse:
    rows = (
        LifecycleDecision.objects.visible_to(request.user)
        .select_related("innovation_complex__reporting_district", "proposed_by", "confirmed_by")
        .order_by("-proposed_at", "-pk")
    )
    listing = list_rows(request, DecisionFilters, rows)
    decisions_shown = [
        {
            "decision": decision,
            "may_confirm": policies.may_confirm_decision(request.user, decision),
            "may_drop": policies.may_drop_decision(request.user, decision),
        }
        for decision in listing.page
    ]
    context = {"listing": listing, "decisions": decisions_shown, "refusal": refusal}
    return render(request, "complexes/decision_list_page.html", context, status=refusal.status if refusal else 200)
