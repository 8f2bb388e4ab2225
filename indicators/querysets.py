"""Questions about many filings, versions and figures."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F

from accounts.choices import Permission
from accounts.querysets import within_reach
from common.relations import rows_at
from common.withdrawing import WithdrawableQuerySet
from indicators.choices import FROM_REGISTER, OPEN_FILING_STATES, ActualStatus, FilingState

if TYPE_CHECKING:
    from indicators.models import FigureValue, Filing, FilingVersion, Indicator


def sees_unapproved(user: Any) -> bool:
    """Tell whether the user sees figures before their approval: own district, commission and observers."""
    return user.is_authenticated and (user.may_read_district or user.holds(Permission.READ_EVALUATION))


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: Any) -> "FilingQuerySet":
        """Return the filings of complexes that the user's district reports today; all for city-wide readers."""
        return self.filter(within_reach(user, district_path="innovation_complex__reporting_district"))

    def awaiting_district(self) -> "FilingQuerySet":
        return self.filter(state=FilingState.SUBMITTED)

    def with_lateness(self, at: datetime) -> "FilingQuerySet":
        """Annotate `is_late`: submitted after the due time, or due and not submitted."""
        filed_at = models.Case(
            models.When(state__in=OPEN_FILING_STATES, then=models.Value(at)),
            default=F("submitted_at"),
            output_field=models.DateTimeField(),
        )
        return self.annotate(
            is_late=models.ExpressionWrapper(
                models.Q(filing_round__due_at__lt=filed_at), output_field=models.BooleanField()
            )
        )

    def in_locked_rounds(self, at: datetime) -> "FilingQuerySet":
        return self.filter(filing_round__locks_at__lte=at)

    def in_unlocked_rounds(self, at: datetime) -> "FilingQuerySet":
        return self.filter(filing_round__locks_at__gt=at)

    def with_version_number(self) -> "FilingQuerySet":
        """Annotate `version_number` of the newest sealed version; empty before the first."""
        newest = rows_at(self.model, "versions").filter(filing=models.OuterRef("pk")).order_by("-number")
        return self.annotate(version_number=models.Subquery(newest.values("number")[:1]))

    def awaiting_commission(self) -> "FilingQuerySet":
        return self.filter(state=FilingState.DISTRICT_APPROVED)


class FilingVersionQuerySet(models.QuerySet["FilingVersion"]):
    def visible_to(self, user: Any) -> "FilingVersionQuerySet":
        """Return the versions of the filings that the user sees; a REST client sees approved ones only."""
        rows = self.filter(within_reach(user, district_path="filing__innovation_complex__reporting_district"))
        return rows if sees_unapproved(user) else rows.filter(filing__approved_version=F("pk"))

    def newest_first(self) -> "FilingVersionQuerySet":
        return self.order_by("-number")


class FigureValueQuerySet(models.QuerySet["FigureValue"]):
    def visible_to(self, user: Any) -> "FigureValueQuerySet":
        """Return own district's figures, all for the city; a REST client and others see approved ones only."""
        rows = self.filter(within_reach(user, district_path="innovation_complex__reporting_district"))
        return rows if sees_unapproved(user) else rows.approved()

    def approved(self) -> "FigureValueQuerySet":
        """Return the figures of each filing's latest approved version."""
        return self.filter(version__filing__approved_version=F("version"))

    def of_newest_versions(self) -> "FigureValueQuerySet":
        """Return, per filing, the figures of the newest sealed version."""
        # "None is newer" lets the planner stop at the end of a page; "is the newest" computed every row of the list.
        newer = rows_at(self.model, "version").filter(
            filing=models.OuterRef("version__filing"), number__gt=models.OuterRef("version__number")
        )
        return self.filter(~models.Exists(newer))


class ActualQuerySet(WithdrawableQuerySet):
    def visible_to(self, user: Any) -> "ActualQuerySet":
        """Return the final values that stand for everybody who reads policy; all for commission and observers."""
        if user.is_authenticated and user.holds(Permission.READ_EVALUATION):
            return self
        if user.is_authenticated and user.holds(Permission.READ_POLICY):
            return self.current().final()
        return self.none()

    def final(self) -> "ActualQuerySet":
        return self.filter(status=ActualStatus.FINAL)


def by_hand(indicators: "models.QuerySet[Indicator]") -> "models.QuerySet[Indicator]":
    """Return the indicators whose values no ledger of the portal gives."""
    return indicators.filter(is_filed=False, metric="").exclude(code__in=FROM_REGISTER)
