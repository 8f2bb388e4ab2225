"""Progress of a plan: table and chart for the city, a district or a complex, and the rows behind every number."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.views.guards import SignedInRequest, reads_records
from indicators.models import FigureValue, Indicator
from indicators.progress import Scope, ScopeKind, claimed_rows, compute_progress, resolve_scope
from indicators.progress.claims import PAGE_SIZE
from portal.forms import CITY, ProgressForm, ProgressRowsForm

# Where the page of a row's key lives, by the metric that counts it.
_KEY_PAGES = {
    "rd_intensity": "members:unit-detail",
    "new_product_share": "members:unit-detail",
    "tackling_tasks": "tasks:task-detail",
    "needs_resolved": "tasks:need-detail",
    "synergy_cases": "complexes:case-detail",
}
_COMPLEX_PAGE = "complexes:complex-detail"


@require_safe
@reads_records
def progress(request: SignedInRequest) -> HttpResponse:
    """Show every target of a plan in one scope and year; a district officer begins with the own district."""
    form = ProgressForm(request.GET or None, user=request.user, newest_year=_newest_year())
    context: dict[str, Any] = {"form": form}
    if form.has_plan and form.is_valid():
        scope = _scope(request, form.cleaned_data)
        found = compute_progress(
            plan=form.cleaned_data["plan"],
            year=form.cleaned_data["year"],
            scope=scope,
            today=timezone.localdate(timezone.now()),
        )
        context["progress"] = found
        context["rows"] = [
            (row, _rows_address(row.indicator, found.plan.code, row.year, scope, is_by_hand=row.is_by_hand))
            for row in found.rows
        ]
        context["earlier_years"] = sorted({row.year for row in found.rows if row.year < found.year})
        context["series"] = [
            (
                series,
                [
                    (
                        point,
                        _rows_address(
                            series.indicator.code,
                            found.plan.code,
                            point.year,
                            scope,
                            is_by_hand=series.indicator.is_by_hand,
                        ),
                    )
                    for point in series.points
                ],
            )
            for series in found.series
        ]
    return render(request, "portal/progress.html", context)


@require_safe
@reads_records
def progress_rows(request: SignedInRequest) -> HttpResponse:
    """List the distinct rows behind one number, each with the complexes that claim it."""
    form = ProgressRowsForm(request.GET or None, user=request.user, newest_year=_newest_year())
    if not form.has_plan or not form.is_valid():
        raise Http404
    scope = _scope(request, form.cleaned_data)
    plan, year = form.cleaned_data["plan"], form.cleaned_data["year"]
    indicator = get_object_or_404(
        Indicator.objects.filter(targets__plan=plan).distinct(), code=form.cleaned_data["indicator"]
    )
    if indicator.is_by_hand:
        return redirect(_rows_address(indicator.code, plan.code, year, scope, is_by_hand=True))
    today = timezone.localdate(timezone.now())
    number = form.cleaned_data["page"] or 1
    found = claimed_rows(
        user=request.user, scope=scope, indicator=indicator, year=year, today=today, offset=(number - 1) * PAGE_SIZE
    )
    page_of = _KEY_PAGES.get(indicator.metric, "" if indicator.is_filed else _COMPLEX_PAGE)
    computed = compute_progress(plan=plan, year=year, scope=scope, today=today)
    context = {
        "plan": plan,
        "year": year,
        "scope": scope,
        "indicator": indicator,
        "total": max((row for row in computed.rows if row.indicator == indicator.code), key=lambda row: row.year),
        "claims": [(row, reverse(page_of, args=[row.key]) if page_of else "") for row in found.rows],
        "page": Paginator(range(found.count), PAGE_SIZE).get_page(number),
        "is_narrowed": scope.kind == ScopeKind.CITY and not request.user.may_read_city,
        "progress_url": f"{reverse('portal:progress')}?{urlencode(_parameters(plan.code, year, scope))}",
    }
    return render(request, "portal/progress_rows.html", context)


def _scope(request: SignedInRequest, asked: dict[str, Any]) -> Scope:
    district, own = asked["district"], request.user.district
    if not district and not asked["complex"] and request.user.may_read_district and own is not None:
        district = own.code
    return resolve_scope(
        user=request.user, district_code="" if district == CITY else district, complex_code=asked["complex"]
    )


def _newest_year() -> int:
    """Return the newest year with approved figures, or last year."""
    newest = FigureValue.objects.approved().order_by("-year").values_list("year", flat=True).first()
    return newest or timezone.localdate(timezone.now()).year - 1


def _parameters(plan_code: str, year: int, scope: Scope) -> dict[str, Any]:
    parameters: dict[str, Any] = {"plan": plan_code, "year": year}
    if scope.innovation_complex is not None:
        return {**parameters, "complex": scope.innovation_complex.code}
    return {**parameters, "district": scope.district.code if scope.district else CITY}


def _rows_address(indicator_code: str, plan_code: str, year: int, scope: Scope, *, is_by_hand: bool) -> str:
    """Return the page of what stands behind a number: the rows of a ledger, or the entry with its source."""
    if is_by_hand:
        asked = {"plan": plan_code, "indicator": indicator_code, "year": year}
        return f"{reverse('indicators:actual-list')}?{urlencode(asked)}"
    parameters = {**_parameters(plan_code, year, scope), "indicator": indicator_code}
    return f"{reverse('portal:progress-rows')}?{urlencode(parameters)}"
