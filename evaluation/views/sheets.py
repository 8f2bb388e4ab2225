"""One sheet, line by line in words, with the way down to the sealed rows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.views.guards import SignedInRequest, reads_records
from evaluation.models import ScoreLine, ScoreSheet


@require_safe
@reads_records
def sheet_detail(request: SignedInRequest, code: str, number: int, complex_code: str) -> HttpResponse:
    """Show how the total of one complex came about."""
    sheet = get_object_or_404(
        ScoreSheet.objects.visible_to(request.user).select_related(
            "run__evaluation_round",
            "run__rubric_version__rubric",
            "innovation_complex__reporting_district",
            "version__filing__filing_round",
            "version__filing__innovation_complex",
        ),
        run__evaluation_round__code=code,
        run__number=number,
        innovation_complex__code=complex_code,
    )
    indicators = sheet.run.inputs["terms"]["indicators"]
    context = {
        "sheet": sheet,
        "run": sheet.run,
        "round": sheet.run.evaluation_round,
        "lines": [_line(sheet, line, indicators) for line in sheet.lines.order_by("position")],
        "ranked": sheet.run.sheets.filter(rank__isnull=False).count(),
    }
    return render(request, "evaluation/sheet_detail.html", context)


def _line(sheet: ScoreSheet, line: ScoreLine, indicators: dict[str, Any]) -> dict[str, Any]:
    code = line.inputs.get("indicator", "")
    rows_url = ""
    if code and sheet.version is not None:
        filing = sheet.version.filing
        rows_url = reverse(
            "indicators:figure-rows",
            args=[filing.filing_round.code, filing.innovation_complex.code, sheet.version.number, code],
        )
    return {"line": line, "indicator": indicators.get(code), "rows_url": rows_url}
