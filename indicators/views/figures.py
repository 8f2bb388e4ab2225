"""Sealed versions, and the rows behind a figure."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.views.guards import SignedInRequest, reads_records
from common.metrics import get_metric
from complexes.models import Case
from indicators.figure_lines import lines_of_version
from indicators.metrics import Figure, preview_figures, verify_version
from indicators.models import FigureValue, FilingVersion, Indicator
from indicators.querysets import sees_unapproved
from indicators.validation.filings import cell_names
from indicators.views.filing_page import find_filing
from members.models import Unit, UnitReport
from tasks.models import Need, TacklingTask

ROWS_PER_PAGE = 50
_LEDGERS = {"tackling_tasks": TacklingTask, "needs_resolved": Need, "synergy_cases": Case}


@require_safe
@reads_records
def filing_version(request: SignedInRequest, round_code: str, code: str, number: int) -> HttpResponse:
    """Show a sealed version with its digest, marked where today's ledgers differ."""
    filing = find_filing(request, round_code, code)
    version = _find_version(request, filing, number)
    names = cell_names()
    remarks = version.remarks.select_related("written_by", "answered_by").order_by("pk")
    context = {
        "filing": filing,
        "version": version,
        "version_label": f"第{version.number}版",
        "lines": lines_of_version(version),
        "is_verified": verify_version(version),
        "sign_offs": version.sign_offs.select_related("signed_by").order_by("pk"),
        "remarks": [{"remark": remark, "cell": names.get(remark.cell, remark.cell)} for remark in remarks],
    }
    return render(request, "indicators/filing_version.html", context)


@require_safe
@reads_records
def figure_rows(
    request: SignedInRequest, round_code: str, code: str, indicator_code: str, number: int | None = None
) -> HttpResponse:
    """Show the rows behind a figure of a version, or of the working copy."""
    filing = find_filing(request, round_code, code)
    indicator = get_object_or_404(Indicator.objects.filter(is_filed=True).exclude(metric=""), code=indicator_code)
    version: FilingVersion | None = None
    figure: Figure | FigureValue
    if number is None:
        if not sees_unapproved(request.user):
            raise Http404
        figure = next(one for one in preview_figures(filing) if one.indicator == indicator)
    else:
        version = _find_version(request, filing, number)
        figure = get_object_or_404(version.figures.all(), indicator=indicator)
    page = Paginator(figure.rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    addresses = _addresses(request.user, indicator, [row["k"] for row in page], filing.filing_round.year)
    context = {
        "filing": filing,
        "version": version,
        "indicator": indicator,
        "figure": figure,
        "counts": get_metric(indicator.metric).counts,
        "page": page,
        "rows": [{**row, "url": addresses.get(row["k"], "")} for row in page],
    }
    return render(request, "indicators/figure_rows.html", context)


def _find_version(request: SignedInRequest, filing: Any, number: int) -> FilingVersion:
    version = get_object_or_404(
        FilingVersion.objects.visible_to(request.user).select_related("submitted_by"), filing=filing, number=number
    )
    version.filing = filing
    return version


def _addresses(user: Any, indicator: Indicator, codes: list[str], year: int) -> dict[str, str]:
    """Return the page of each row that the person may open, by the row's code."""
    ledger = _LEDGERS.get(indicator.metric)
    if ledger is not None:
        events = ledger.objects.visible_to(user).filter(code__in=codes)
        return {event.code: event.get_absolute_url() for event in events}
    reports = UnitReport.objects.visible_to(user).filter(unit__code__in=codes, year=year).select_related("unit")
    units = {unit.code: unit.get_absolute_url() for unit in Unit.objects.visible_to(user).filter(code__in=codes)}
    return {**units, **{report.unit.code: report.get_absolute_url() for report in reports}}
