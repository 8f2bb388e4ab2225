"""Questions about many complexes, memberships and ledger events."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery

from accounts.choices import Permission
from accounts.querysets import within_reach
from common.relations import rows_at
from common.withdrawing import WithdrawableQuerySet
from complexes.choices import ACTIVE_STATES

if TYPE_CHECKING:
    from complexes.models import InnovationComplex, LifecycleDecision, Membership, PeriodLock, ReportingTerm


class InnovationComplexQuerySet(models.QuerySet["InnovationComplex"]):
    def visible_to(self, user: Any) -> "InnovationComplexQuerySet":
        """Return the complexes that the user's district reports or has co-formed; all for city-wide readers."""
        if user.is_authenticated and user.may_read_district:
            co_formed = self.model.co_districts.through.objects.filter(
                innovationcomplex=OuterRef("pk"), district=user.district_id
            )
            return self.filter(Q(reporting_district=user.district_id) | Exists(co_formed))
        return self.filter(within_reach(user, district_path="reporting_district"))

    def reported_by(self, district_id: int | None) -> "InnovationComplexQuerySet":
        return self.filter(reporting_district=district_id)

    def active(self) -> "InnovationComplexQuerySet":
        return self.filter(state__in=ACTIVE_STATES)

    def recognised_by(self, day: date) -> "InnovationComplexQuerySet":
        """Return complexes ever recognised up to a day."""
        return self.filter(recognised_on__lte=day)

    def in_operation_on(self, day: date) -> "InnovationComplexQuerySet":
        """Return complexes recognised by the day and not exited by then."""
        return self.recognised_by(day).filter(Q(exited_on__isnull=True) | Q(exited_on__gt=day))

    def with_lead_unit(self) -> "InnovationComplexQuerySet":
        """Annotate `lead_unit_code` and `lead_unit_name` of the current lead unit."""
        memberships = rows_at(self.model, "memberships")
        leads = memberships.filter(innovation_complex=OuterRef("pk"), role="lead", left_on__isnull=True)
        return self.annotate(
            lead_unit_code=Subquery(leads.values("unit__code")[:1]),
            lead_unit_name=Subquery(leads.values("unit__name")[:1]),
        )

    def with_district_on(self, day: date) -> "InnovationComplexQuerySet":
        """Annotate `district_id_on_day`, the district that reported for the complex on a day."""
        terms = rows_at(self.model, "reporting_terms").on(day)
        return self.annotate(
            district_id_on_day=Subquery(terms.filter(innovation_complex=OuterRef("pk")).values("district")[:1])
        )


class TaxonomyQuerySet(models.QuerySet[Any]):
    def valid_on(self, day: date) -> "TaxonomyQuerySet":
        """Return the versions in force on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class IndustryFieldQuerySet(models.QuerySet[Any]):
    def offered_to(self, innovation_complex: Any, *, day: date) -> "IndustryFieldQuerySet":
        """Return what a complex may choose on a day: entries in force, and those that it has already."""
        in_force = Q(taxonomy__valid_to__isnull=True) | Q(taxonomy__valid_to__gt=day)
        condition = in_force & Q(taxonomy__valid_from__lte=day)
        if innovation_complex.pk is not None:
            condition |= Q(pk__in=innovation_complex.fields.values("pk"))
        return self.filter(condition).select_related("taxonomy").order_by("position", "pk")


class ReportingTermQuerySet(models.QuerySet["ReportingTerm"]):
    def on(self, day: date) -> "ReportingTermQuerySet":
        """Return terms that began by a day, the one in force first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from")


class PeriodLockQuerySet(models.QuerySet["PeriodLock"]):
    def latest_locked_year(self, complex_ids: Iterable[int]) -> int | None:
        """Return the last year that is locked for any of the complexes."""
        return self.filter(innovation_complex__in=list(complex_ids)).aggregate(latest=Max("year"))["latest"]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: Any) -> "MembershipQuerySet":
        """Return memberships of the complexes that the user sees."""
        complexes = rows_at(self.model, "innovation_complex").visible_to(user)
        return self.filter(innovation_complex__in=complexes.values("pk"))

    def on(self, day: date) -> "MembershipQuerySet":
        """Return memberships in force on a day."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), joined_on__lte=day)


class LifecycleDecisionQuerySet(models.QuerySet["LifecycleDecision"]):
    def visible_to(self, user: Any) -> "LifecycleDecisionQuerySet":
        """Return every decision for commission and observers; districts and REST clients see confirmed ones only."""
        complexes = rows_at(self.model, "innovation_complex").visible_to(user)
        decisions = self.filter(innovation_complex__in=complexes.values("pk"))
        if user.is_authenticated and user.holds(Permission.READ_EVALUATION):
            return decisions
        return decisions.filter(state="confirmed")


class LedgerQuerySet(WithdrawableQuerySet):
    def visible_to(self, user: Any) -> "LedgerQuerySet":
        """Return events owned or shared by complexes that the user sees."""
        complexes = rows_at(self.model, "innovation_complex").visible_to(user).values("pk")
        condition = Q(innovation_complex__in=complexes)
        participations = next((f for f in self.model._meta.related_objects if f.name == "participations"), None)
        if participations is not None:
            shared = participations.related_model.objects.filter(event=OuterRef("pk"), innovation_complex__in=complexes)
            condition |= Q(Exists(shared))
        return self.filter(condition)
