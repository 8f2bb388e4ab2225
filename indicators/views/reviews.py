"""The reviewers' pages of a filing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.guards import SignedInRequest, reads_records
from common.refusals import Refused
from common.verdicts import Verdict
from indicators.actions import reviews
from indicators.choices import ReviewLevel
from indicators.forms.filings import ApprovalForm, ReturnForm
from indicators.models import Filing
from indicators.policies import filings as policies
from indicators.views.filing_page import find_filing, render_detail

_APPROVALS = {
    ReviewLevel.DISTRICT: reviews.approve_as_district,
    ReviewLevel.COMMISSION: reviews.approve_as_commission,
}


@require_POST
@reads_records
def filing_begin_review(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Record that the review has begun."""
    filing = find_filing(request, round_code, code)
    try:
        reviews.begin_review(filing=filing, by=request.user, at=timezone.now())
    except Refused as refusal:
        return render_detail(request, find_filing(request, round_code, code), refusal)
    messages.success(request, "审核已开始，填报单位不能再自行撤回。")
    return redirect(filing)


@require_http_methods(["GET", "POST"])
@reads_records
def filing_return(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Return the version with a remark on figures or texts."""
    filing = find_filing(request, round_code, code)
    level = policies.level_of(request.user, filing)
    form = ReturnForm(request.POST or None, initial={"number": filing.versions.count()})
    if request.method == "POST" and form.is_valid():
        try:
            reviews.return_filing(
                filing=filing,
                level=level,
                remarks=form.remarks(),
                number=form.cleaned_data["number"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            return _render_form(request, find_filing(request, round_code, code), form, "filing_return", refusal)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "已退回，批注已送达填报单位。")
            return redirect(filing)
    verdict = policies.may_return(request.user, filing, level, timezone.now())
    return _render_asked(request, filing, form, "filing_return", verdict)


@require_http_methods(["GET", "POST"])
@reads_records
def filing_approve(request: SignedInRequest, round_code: str, code: str) -> HttpResponse:
    """Approve the version at the person's level."""
    filing = find_filing(request, round_code, code)
    level = policies.level_of(request.user, filing)
    form = ApprovalForm(request.POST or None, initial={"number": filing.versions.count()})
    if request.method == "POST" and form.is_valid():
        try:
            _APPROVALS[level](
                filing=filing,
                number=form.cleaned_data["number"],
                opinion=form.cleaned_data["opinion"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            return _render_form(request, find_filing(request, round_code, code), form, "filing_approve", refusal)
        messages.success(request, "审核通过，已记录您的意见。")
        return redirect(filing)
    return _render_asked(request, filing, form, "filing_approve", policies.may_review_at(request.user, filing, level))


def _render_asked(
    request: SignedInRequest, filing: Filing, form: ReturnForm | ApprovalForm, page: str, verdict: Verdict
) -> HttpResponse:
    """Show the form, or the filing with the sentence that says why the form is of no use now."""
    if not verdict:
        return render_detail(request, filing, Refused(verdict.code, verdict.sentence))
    return _render_form(request, filing, form, page)


def _render_form(
    request: SignedInRequest,
    filing: Filing,
    form: ReturnForm | ApprovalForm,
    page: str,
    refusal: Refused | None = None,
) -> HttpResponse:
    return render_detail(request, filing, refusal, template=f"indicators/{page}.html", extra={"form": form})
