"""Pages of units."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.days import asked_day
from common.listing import list_rows
from common.pages import answer_form
from common.refusals import Refused
from common.verdicts import Verdict, require
from members import policies
from members.actions import units
from members.forms import UnitFilters, UnitFindForm, UnitForm
from members.models import Unit, UnitReport

_YEARS_SHOWN = 3


@reads_records
@require_GET
def list_units(request: SignedInRequest) -> HttpResponse:
    """List the units that the person may see."""
    rows = Unit.objects.visible_to(request.user).select_related("home_district").order_by("code", "pk")
    listing = list_rows(request, UnitFilters, rows)
    context = {"listing": listing, "may_create": policies.may_create_unit(request.user)}
    return render(request, "members/unit_list_page.html", context)


@reads_records
@require_GET
def show_unit(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a unit with its standings and its reports by year."""
    return _unit_page(request, _visible_unit(request, code))


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def create_unit(request: SignedInRequest) -> HttpResponse:
    """Register a unit of the person's district."""
    return answer_form(
        request,
        UnitForm(request.POST or None),
        lambda form: units.create_unit(changes=form.cleaned_changes(), by=request.user, at=timezone.now()),
        template="members/unit_form_page.html",
        context={},
        done="单位已登记。",
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_unit(request: SignedInRequest, code: str) -> HttpResponse:
    """Correct what is known of a unit."""
    unit = _visible_unit(request, code)
    try:
        require(policies.may_edit_unit(request.user, unit))
    except Refused as refusal:
        return _unit_page(request, unit, refusal)
    return answer_form(
        request,
        UnitForm(request.POST or None, instance=_visible_unit(request, code)),
        lambda form: units.change_unit(
            unit=unit,
            changes=form.cleaned_changes(),
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="members/unit_form_page.html",
        context={"unit": unit},
        done="修改已保存。",
        current=lambda: Unit.objects.get(pk=unit.pk),
    )


@reads_records
@require_GET
def find_unit(request: SignedInRequest) -> HttpResponse:
    """Look a unit up city-wide by its exact code; only what identifies it is shown."""
    form = UnitFindForm(request.GET or None)
    found = form.cleaned_data["code"] if form.is_bound and form.is_valid() else None
    return render(request, "members/unit_find_page.html", {"form": form, "found": found})


def _visible_unit(request: SignedInRequest, code: str) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user).select_related("home_district"), code=code)


def _unit_page(request: SignedInRequest, unit: Unit, refusal: Refused | None = None) -> HttpResponse:
    reports = {report.year: report for report in UnitReport.objects.filter(unit=unit).order_by("year")}
    may_edit = policies.may_edit_unit(request.user, unit)
    on, day_form = asked_day(request)
    this_year = timezone.localdate().year
    years = sorted({*reports, *range(this_year - _YEARS_SHOWN + 1, this_year + 1)}, reverse=True)
    context = {
        "unit": unit,
        "standings": _standings(unit, on, may_edit=may_edit).order_by("-valid_from", "pk"),
        "on": on,
        "day_form": day_form,
        "reports": [{"year": year, "report": reports.get(year)} for year in years],
        "may_edit": may_edit,
        "refusal": refusal,
    }
    return render(request, "members/unit_detail_page.html", context, status=refusal.status if refusal else 200)


def _standings(unit: Unit, on: date | None, *, may_edit: Verdict) -> Any:
    """Return the standings, or those of a day; withdrawn ones only for those who may restore them."""
    if on is not None:
        return unit.standings.on(on)
    return unit.standings.all() if may_edit else unit.standings.current()
