"""Pages of units' yearly reports."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.listing import list_rows
from common.pages import answer_form
from common.refusals import Refused
from common.revisions import typed_revision
from common.verdicts import require
from members import policies
from members.actions import reports
from members.choices import ReportState
from members.forms import GapForm, ReportFilters, ReportForm
from members.models import Unit, UnitReport


@reads_records
@require_GET
def list_reports(request: SignedInRequest) -> HttpResponse:
    """List the reports of the units that the person may see."""
    rows = (
        UnitReport.objects.visible_to(request.user)
        .select_related("unit__home_district")
        .order_by("-year", "unit__code", "pk")
    )
    return render(request, "members/report_list_page.html", {"listing": list_rows(request, ReportFilters, rows)})


@reads_records
@require_GET
def show_report(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """Show a unit's figures of a year."""
    return _report_page(request, _visible_report(request, code, year))


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_report(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """Enter or correct a unit's figures of a year."""
    unit = _visible_unit(request, code)
    report = UnitReport.objects.filter(unit=unit, year=year).first()
    try:
        require(policies.may_edit_report(request.user, unit, year))
    except Refused as refusal:
        return _refused_page(request, unit, year, report, refusal)
    form = _report_form(ReportForm, request, unit, year, report)
    return answer_form(
        request,
        form,
        lambda form: reports.save_report(
            unit=unit,
            year=year,
            changes=form.cleaned_changes(),
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="members/report_form_page.html",
        context={"unit": unit, "year": year, "report": report},
        done="年报已保存。",
        current=lambda: UnitReport.objects.get(unit=unit, year=year),
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def claim_gap(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """Say why a unit has no figures for a year."""
    unit = _visible_unit(request, code)
    report = UnitReport.objects.filter(unit=unit, year=year).first()
    try:
        require(policies.may_edit_report(request.user, unit, year))
    except Refused as refusal:
        return _refused_page(request, unit, year, report, refusal)
    form = _report_form(GapForm, request, unit, year, report)
    return answer_form(
        request,
        form,
        lambda form: reports.claim_gap(
            unit=unit,
            year=year,
            reason=form.cleaned_data["gap_reason"],
            note=form.cleaned_data["gap_note"],
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="members/report_gap_page.html",
        context={"unit": unit, "year": year, "report": report},
        done="无数据说明已提交，等待本区县审核人员认可。",
        current=lambda: UnitReport.objects.get(unit=unit, year=year),
    )


@needs(Permission.APPROVE_AS_DISTRICT)
@require_POST
def accept_gap(request: SignedInRequest, code: str, year: int) -> HttpResponse:
    """Accept the reason why a unit has no figures."""
    report = _visible_report(request, code, year)
    try:
        reports.accept_gap(
            report=report, expected_revision=typed_revision(request.POST), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _report_page(request, _visible_report(request, code, year), refusal)
    messages.success(request, "无数据说明已认可。")
    return redirect(report)


def _visible_unit(request: SignedInRequest, code: str) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user).select_related("home_district"), code=code)


def _visible_report(request: SignedInRequest, code: str, year: int) -> UnitReport:
    rows = UnitReport.objects.visible_to(request.user).select_related(
        "unit__home_district", "entered_by", "gap_accepted_by"
    )
    return get_object_or_404(rows, unit__code=code, year=year)


def _report_form(
    form_class: type[ReportForm] | type[GapForm],
    request: SignedInRequest,
    unit: Unit,
    year: int,
    report: UnitReport | None,
) -> ReportForm | GapForm:
    """Return the form of the year's report, or of the one that would be entered.

    A page opened before there was a report sends no revision: the action then answers that it is stale.
    """
    instance = report or UnitReport(unit=unit, year=year)
    return form_class(request.POST or None, instance=instance)


def _label(name: str) -> str:
    field: Any = UnitReport._meta.get_field(name)
    return str(field.verbose_name)


def _report_page(request: SignedInRequest, report: UnitReport, refusal: Refused | None = None) -> HttpResponse:
    figures = [
        {
            "label": _label(name),
            "value": getattr(report, name),
            "places": 2 if name.endswith("_wan_yuan") else 0,
        }
        for name in UnitReport.FIGURES
    ]
    context = {
        "report": report,
        "unit": report.unit,
        "figures": figures,
        "is_gap": report.state != ReportState.REPORTED,
        "may_edit": policies.may_edit_report(request.user, report.unit, report.year),
        "may_accept": report.state == ReportState.GAP_CLAIMED and policies.may_accept_gap(request.user, report),
        "refusal": refusal,
    }
    return render(request, "members/report_detail_page.html", context, status=refusal.status if refusal else 200)


def _refused_page(
    request: SignedInRequest, unit: Unit, year: int, report: UnitReport | None, refusal: Refused
) -> HttpResponse:
    if report is not None:
        return _report_page(request, _visible_report(request, unit.code, year), refusal)
    context = {"unit": unit, "year": year, "refusal": refusal}
    return render(request, "members/report_refused_page.html", context, status=refusal.status)
