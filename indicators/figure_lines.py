"""Lines of a filing's page: each figure beside last year's approved one and today's ledgers."""

from dataclasses import dataclass

from indicators.metrics import Figure, differs, preview_figures
from indicators.models import FigureValue, Filing, FilingVersion, Indicator


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of the working copy or of a version; `today` is set where today's ledgers give something else."""

    indicator: Indicator
    figure: Figure | FigureValue
    last_year: FigureValue | None
    today: Figure | None = None


def lines_of_working_copy(filing: Filing) -> list[FigureLine]:
    """Return the figures as today's ledgers give them."""
    last_year = _approved_of_last_year(filing)
    return [
        FigureLine(indicator=figure.indicator, figure=figure, last_year=last_year.get(figure.indicator.pk))
        for figure in preview_figures(filing)
    ]


def lines_of_version(version: FilingVersion) -> list[FigureLine]:
    """Return the sealed figures, each marked where today's ledgers differ."""
    filing = version.filing
    last_year = _approved_of_last_year(filing)
    today = {figure.indicator.pk: figure for figure in preview_figures(filing)}
    sealed = version.figures.select_related("indicator").order_by("indicator__position", "pk")
    return [
        FigureLine(
            indicator=figure.indicator,
            figure=figure,
            last_year=last_year.get(figure.indicator_id),
            today=today.get(figure.indicator_id) if differs(figure, today.get(figure.indicator_id)) else None,
        )
        for figure in sealed
    ]


def _approved_of_last_year(filing: Filing) -> dict[int, FigureValue]:
    figures = FigureValue.objects.approved().filter(
        innovation_complex=filing.innovation_complex_id, year=filing.filing_round.year - 1
    )
    return {figure.indicator_id: figure for figure in figures}
