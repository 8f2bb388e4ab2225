"""What the pages of a filing share: finding it, and the context of its detail."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.views.guards import SignedInRequest
from audit.models import AuditEvent
from common.refusals import Refused
from common.verdicts import Verdict
from indicators.choices import EVENT_WORDS
from indicators.figure_lines import lines_of_version, lines_of_working_copy
from indicators.models import Filing, FilingVersion, Remark
from indicators.policies import filings as policies
from indicators.querysets import sees_unapproved
from indicators.validation.filings import cell_names

# Reasons that a person who might act wants to read; a missing role or an earlier state only hides the button.
_TELLING = {"four_eyes", "department_signed", "round_locked", "not_open", "not_submitter"}


def find_filing(request: SignedInRequest, round_code: str, code: str) -> Filing:
    """Return the filing that the person may see, or answer 404."""
    return get_object_or_404(
        Filing.objects.visible_to(request.user).select_related(
            "filing_round",
            "innovation_complex__reporting_district",
            "district",
            "responsible_officer",
            "approved_version",
        ),
        filing_round__code=round_code,
        innovation_complex__code=code,
    )


def render_detail(
    request: SignedInRequest,
    filing: Filing,
    refusal: Refused | None = None,
    *,
    template: str = "indicators/filing_detail.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the filing, with the sentence of a refusal if there was one."""
    at = timezone.now()
    versions = list(
        FilingVersion.objects.visible_to(request.user)
        .filter(filing=filing)
        .select_related("submitted_by")
        .prefetch_related("entered_by", "sign_offs__signed_by")
        .newest_first()
    )
    version = versions[0] if versions else None
    shows_working_copy = filing.is_open and sees_unapproved(request.user)
    if version:
        version.filing = filing
    verdicts = _verdicts(request.user, filing, version, at)
    names = cell_names()
    remarks = list(
        Remark.objects.filter(version__in=versions)
        .select_related("written_by", "answered_by", "version")
        .order_by("-version__number", "pk")
    )
    context = {
        "filing": filing,
        "is_late": filing.is_late_at(at),
        "shown_version": None if shows_working_copy else version,
        "shows_working_copy": shows_working_copy,
        "texts": filing if shows_working_copy else version,
        "responsible_officer": _responsible_officer(filing, None if shows_working_copy else version),
        "lines": _lines(filing, version, shows_working_copy),
        "versions": versions,
        "sign_offs": list(version.sign_offs.all()) if version else [],
        "remarks": [{"remark": remark, "cell": names.get(remark.cell, remark.cell)} for remark in remarks],
        "events": _events(filing) if sees_unapproved(request.user) else [],
        "verdicts": verdicts,
        "hints": list(dict.fromkeys(verdict.sentence for verdict in verdicts.values() if verdict.code in _TELLING)),
        "refusal": refusal,
        **(extra or {}),
    }
    return render(request, template, context, status=refusal.status if refusal else 200)


def _verdicts(user: Any, filing: Filing, version: FilingVersion | None, at: Any) -> dict[str, Verdict]:
    sign_offs = list(version.sign_offs.all()) if version else []
    approvals = (
        policies.may_approve_as_district(user, filing, version, sign_offs),
        policies.may_approve_as_commission(user, filing, version, sign_offs),
    )
    # Of the two levels the one that the person works at gives the reason.
    approve = next((one for one in approvals if one or one.code in _TELLING), approvals[0])
    return {
        "edit": policies.may_save_filing(user, filing),
        "submit": policies.may_submit_filing(user, filing, at),
        "withdraw": policies.may_withdraw_filing(user, filing, version, at),
        "answer": policies.may_answer_remark(user, filing),
        "begin_review": policies.may_begin_review(user, filing, version),
        "send_back": policies.may_return(user, filing, policies.level_of(user, filing), at),
        "approve": approve,
    }


def _lines(filing: Filing, version: FilingVersion | None, shows_working_copy: bool) -> list[Any]:
    if shows_working_copy:
        return lines_of_working_copy(filing)
    return lines_of_version(version) if version else []


def _responsible_officer(filing: Filing, version: FilingVersion | None) -> str:
    if version:
        return version.responsible_officer
    return filing.responsible_officer.full_name if filing.responsible_officer else ""


def _events(filing: Filing) -> list[dict[str, Any]]:
    events = (
        AuditEvent.objects.filter(object_type=filing._meta.label_lower, object_id=filing.pk)
        .select_related("actor")
        .order_by("-id")[:100]
    )
    return [
        {"event": event, "act": EVENT_WORDS.get(event.kind, event.kind), "note": _note_on(event)} for event in events
    ]


def _note_on(event: AuditEvent) -> str:
    version = event.changes.get("version")
    return ",".join(part for part in (f"第{version[1]}版" if version else "", event.reason) if part)
