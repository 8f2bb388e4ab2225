"""A reviewer's mark for one judged item of one participant."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from common.refusals import Refused
from evaluation.actions.judgements import record_judgement
from evaluation.actions.participants import participants_of
from evaluation.forms import JudgementForm
from evaluation.models import Judgement
from evaluation.scoring.rubric import parse_rubric
from evaluation.views.rounds import find_round


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_EVALUATION)
def judgement_edit(request: SignedInRequest, code: str, complex_code: str, item_code: str) -> HttpResponse:
    """Give or change a mark with its reason."""
    evaluation_round = find_round(request, code)
    item = parse_rubric(evaluation_round.rubric_version.content).item(item_code)
    if item is None or item.rule.TYPE != "judgement":
        raise Http404
    participants = participants_of(evaluation_round).visible_to(request.user).select_related("reporting_district")
    innovation_complex = get_object_or_404(participants, code=complex_code)
    own: dict[str, Any] = {
        "evaluation_round": evaluation_round,
        "innovation_complex": innovation_complex,
        "item_code": item.code,
    }
    judgement = Judgement.objects.filter(**own).select_related("judged_by").first()
    form = JudgementForm(request.POST or None, instance=judgement or Judgement(**own), item=item)
    context: dict[str, Any] = {
        "form": form,
        "item": item,
        "rule": item.rule.in_words(item.weight),
        "round": evaluation_round,
        "innovation_complex": innovation_complex,
        "judgement": judgement,
    }
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            record_judgement(
                **own,
                **form.cleaned_changes(),
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refusal:
            context["refusal"], status = refusal, refusal.status
            if refusal.code == "stale":
                current = Judgement.objects.get(**own)
                context["stale_fields"] = form.stale_fields(current)
        else:
            messages.success(request, f"{innovation_complex.name}“{item.name}”的评分已保存，下一次计分时计入。")
            return redirect(evaluation_round)
    return render(request, "evaluation/judgement_form.html", context, status=status)
