"""The filer's pages of a filing, and the pages everybody reads."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.listing import list_rows
from common.refusals import Refused
from indicators.actions import filings
from indicators.forms.filings import AnswerForm, FilingFilter, FilingForm
from indicators.models import Filing, Remark
from indicators.policies import filings as policies
from indicators.validation.filings import find_gaps
from indicators.views.filing_page import find_filing, render_detail


@require_safe
@reads_records
def filing_list(request: SignedInRequest) -> HttpResponse:
    """Show the filings that the person may see."""
    rows = (
        Filing.objects.visible_to(request.user)
        .with_lateness(timezone.now())
        .with_version_number()
        .select_related("filing_round", "innovation_complex__reporting_district", "district")
        .order_by("-filing_round__year", "innovation_complex__code", "pk")
    )
    return render(request, "indicators/filing_list.html", {"listing": list_rows(request, FilingFilter, rows)})


@require_safe
@reads_records
def filing_detail(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Show figures, texts, versions, remarks and who did what."""
    return render_detail(request, find_filing(request, round_code, code))


@require_http_methods(["GET", "POST"])
@needs(Permission.FILL_FILING)
def filing_edit(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Write the texts and name the responsible officer."""
    filing = find_filing(request, round_code, code)
    form = FilingForm(request.POST or None, instance=find_filing(request, round_code, code))
    context: dict[str, Any] = {"filing": filing, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            filings.save_filing(
                filing=filing,
                changes=form.cleaned_changes(),
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            context["refusal"] = refusal
            if refusal.code == "stale":
                context["stale_fields"] = form.stale_fields(find_filing(request, round_code, code))
            return render(request, "indicators/filing_edit.html", context, status=refusal.status)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "填报内容已保存。")
            return redirect(filing)
    verdict = policies.may_save_filing(request.user, filing)
    if request.method == "GET" and not verdict:
        return render_detail(request, filing, Refused(verdict.code, verdict.sentence))
    return render(request, "indicators/filing_edit.html", context)


@require_safe
@needs(Permission.FILL_FILING)
def filing_check(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Show what would be sealed and what is still missing."""
    return _render_check(request, find_filing(request, round_code, code))


@require_POST
@needs(Permission.FILL_FILING)
def filing_submit(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Seal the working copy and hand it to the district."""
    filing = find_filing(request, round_code, code)
    revision = request.POST.get("revision", "")
    try:
        version = filings.submit_filing(
            filing=filing,
            by=request.user,
            at=timezone.now(),
            expected_revision=int(revision) if revision.isascii() and revision.isdigit() else -1,
        )
    except Refused as refusal:
        return _render_check(request, find_filing(request, round_code, code), refusal)
    messages.success(request, f"已提交第{version.number}版，待区县审核。")
    return redirect(filing)


@require_POST
@needs(Permission.FILL_FILING)
def filing_withdraw(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Take the submission back."""
    filing = find_filing(request, round_code, code)
    try:
        filings.withdraw_filing(filing=filing, by=request.user, at=timezone.now())
    except Refused as refusal:
        return render_detail(request, find_filing(request, round_code, code), refusal)
    messages.success(request, "已撤回，可继续修改后重新提交。")
    return redirect(filing)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILL_FILING)
def remark_answer(request: SignedInRequest, round_code: str, code: str, remark_id: int) -> HttpResponse:
    """Answer a remark of a returned version."""
    filing = find_filing(request, round_code, code)
    remark = get_object_or_404(Remark.objects.select_related("version__filing"), pk=remark_id, version__filing=filing)
    form = AnswerForm(request.POST or None, remark=remark)
    context: dict[str, Any] = {"filing": filing, "remark": remark, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            filings.answer_remark(remark=remark, answer=form.cleaned_data["answer"], by=request.user, at=timezone.now())
        except Refused as refusal:
            context["refusal"] = refusal
            return render(request, "indicators/filing_remark_answer.html", context, status=refusal.status)
        messages.success(request, "答复已保存。全部批注答复后可重新提交。")
        return redirect(filing)
    return render(request, "indicators/filing_remark_answer.html", context)


def _render_check(request: SignedInRequest, filing: Filing, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "gaps": find_gaps(filing),
        "may_submit": policies.may_submit_filing(request.user, filing, timezone.now()),
    }
    return render_detail(request, filing, refusal, template="indicators/filing_check.html", extra=context)
