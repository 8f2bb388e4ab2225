"""Whose progress is asked for: the city's, a district's or a complex's, within the person's reach."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.choices import Permission
from accounts.models import District
from accounts.policies import reads_records
from complexes.models import InnovationComplex
from indicators.models import FigureValue
from indicators.querysets import FigureValueQuerySet


class ScopeKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    COMPLEX = "complex"


@dataclass(frozen=True, slots=True)
class Scope:
    """The city if neither is given; `shows_unapproved` tells whether the reader may see what awaits approval."""

    district: District | None = None
    innovation_complex: InnovationComplex | None = None
    shows_unapproved: bool = False

    @property
    def kind(self) -> ScopeKind:
        if self.innovation_complex is not None:
            return ScopeKind.COMPLEX
        return ScopeKind.CITY if self.district is None else ScopeKind.DISTRICT

    @property
    def label(self) -> str:
        """The name shown on pages: 全市, the district or the complex."""
        if self.innovation_complex is not None:
            return self.innovation_complex.name
        return "全市" if self.district is None else self.district.name

    def figures(self) -> FigureValueQuerySet:
        """Return the figures of the scope; a figure belongs to the district valid on 31 December of its year."""
        rows: FigureValueQuerySet = FigureValue.objects.all()
        if self.innovation_complex is not None:
            return rows.filter(innovation_complex=self.innovation_complex)
        return rows if self.district is None else rows.filter(district=self.district)


def reachable_districts(user: Any) -> QuerySet[District]:
    """Return the districts whose progress the person may open."""
    rows = District.objects.in_order()
    if user.may_read_city:
        return rows
    return rows.filter(pk=user.district_id) if user.may_read_district else rows.none()


def resolve_scope(*, user: Any, district_code: str = "", complex_code: str = "") -> Scope:
    """Return the scope that the codes name; without codes the city, whose approved totals every reader may see.

    Raises: Http404 for a code that is unknown or beyond the person's reach, the same for both.
    """
    if not reads_records(user):
        raise Http404
    shows_all = user.holds(Permission.READ_EVALUATION)
    if complex_code:
        complexes = InnovationComplex.objects.visible_to(user).filter(code=complex_code)
        if district_code:
            complexes = complexes.filter(reporting_district__code=district_code)
        innovation_complex = complexes.select_related("reporting_district").first()
        if innovation_complex is None:
            raise Http404
        is_own = user.may_read_district and innovation_complex.reporting_district_id == user.district_id
        return Scope(innovation_complex=innovation_complex, shows_unapproved=shows_all or is_own)
    if district_code:
        district = reachable_districts(user).filter(code=district_code).first()
        if district is None:
            raise Http404
        return Scope(district=district, shows_unapproved=shows_all or user.may_read_district)
    return Scope(shows_unapproved=shows_all)
