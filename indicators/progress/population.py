"""The complexes behind a number: how many were due to file, ever recognised and in operation at the end of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from complexes.models import InnovationComplex, ReportingTerm
from indicators.progress.scopes import Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class Population:
    """Complexes of a scope on one day; `complexes` is filled for a district or a complex only."""

    due: int
    built: int
    in_operation: int
    complexes: tuple[InnovationComplex, ...] = ()


def reading_day(year: int, today: date) -> date:
    """Return the day on which a year is read: its last day, or today while it is open."""
    return min(date(year, 12, 31), today)


def populations(*, scope: Scope, years: Sequence[int], today: date) -> dict[int, Population]:
    """Return the populations by year; one query. In a district a complex counts where it was reported that day."""
    days = {year: reading_day(year, today) for year in years}
    if scope.kind == ScopeKind.CITY:
        return _of_city(days)
    rows = InnovationComplex.objects.filter(cultivated_on__isnull=False)
    if scope.innovation_complex is not None:
        members = list(rows.filter(pk=scope.innovation_complex.pk))
        return {year: _count(members, day) for year, day in days.items()}
    assert scope.district is not None
    for year, day in days.items():
        rows = rows.annotate(**{f"district_in_{year}": district_on(day)})
    in_any = Q(pk__in=())
    for year in days:
        in_any |= Q(**{f"district_in_{year}": scope.district.pk})
    found = list(rows.filter(in_any).order_by("pk"))
    return {
        year: _count([row for row in found if getattr(row, f"district_in_{year}") == scope.district.pk], day)
        for year, day in days.items()
    }


def district_on(day: date) -> Coalesce:
    """The district of a day; before the first recorded term, the one of today."""
    terms = ReportingTerm.objects.on(day).filter(innovation_complex=OuterRef("pk"))
    return Coalesce(Subquery(terms.values("district")[:1]), "reporting_district", output_field=BigIntegerField())


def _of_city(days: dict[int, date]) -> dict[int, Population]:
    counts = {}
    for year, day in days.items():
        has_stayed = Q(exited_on__isnull=True) | Q(exited_on__gt=day)
        counts[f"due_{year}"] = Count("pk", filter=Q(cultivated_on__lte=day) & has_stayed)
        counts[f"built_{year}"] = Count("pk", filter=Q(recognised_on__lte=day))
        counts[f"in_operation_{year}"] = Count("pk", filter=Q(recognised_on__lte=day) & has_stayed)
    found = InnovationComplex.objects.aggregate(**counts) if counts else {}
    return {
        year: Population(found[f"due_{year}"], found[f"built_{year}"], found[f"in_operation_{year}"]) for year in days
    }


def _count(members: Sequence[InnovationComplex], day: date) -> Population:
    def has_stayed(row: InnovationComplex) -> bool:
        return row.exited_on is None or row.exited_on > day

    built = [row for row in members if row.was_recognised_by(day)]
    due = [row for row in members if row.cultivated_on is not None and row.cultivated_on <= day and has_stayed(row)]
    return Population(len(due), len(built), sum(has_stayed(row) for row in built), tuple(members))
