"""Questions about many filings, versions and figures."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F

from accounts.choices import Permission
from accounts.querysets import within_reach
from indicators.choices import FilingState

if TYPE_CHECKING:
    pass


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, user: Any) -> "FilingQuerySet":
        """Return the filings of complexes that the user's district reports today; all for city-wide readers."""
        return self.filter(within_reach(user, district_path="innovation_complex__reporting_district"))

    def awaiting_district(self) -> "FilingQuerySet":
        return self.filter(state=FilingState.SUBMITTED)

    def awaiting_commission(self) -> "FilingQuerySet":
        return self.filter(state=FilingState.DISTRICT_APPROVED)


class FilingVersionQuerySet(models.QuerySet["FilingVersion"]):
    def visible_to(self, user: Any) -> "FilingVersionQuerySet":
        """Return the versions of the filings that the user sees."""
        return self.filter(within_reach(user, district_path="filing__innovation_complex__reporting_district"))


class FigureValueQuerySet(models.QuerySet["FigureValue"]):
    def visible_to(self, user: Any) -> "FigureValueQuerySet":
        """Return own district's figures, all for the city; a REST client and others see approved ones only."""
        rows = self.filter(within_reach(user, district_path="innovation_complex__reporting_district"))
        sees_unapproved = user.is_authenticated and (user.may_read_district or user.holds(Permission.READ_EVALUATION))
        return rows if sees_unapproved else rows.approved()

    def approved(self) -> "FigureValueQuerySet":
        """Return the figures of each filing's latest approved version."""
        return self.filter(version__filing__approved_version=F("version"))

    def latest(self) -> "FigureValueQuerySet":
        """Return, per filing, the figures of the newest sealed version."""
        versions = self.model._meta.get_field("version").related_model
        newest = versions.objects.filter(filing=models.OuterRef("version__filing")).order_by("-number").values("pk")[:1]
        return self.filter(version=models.Subquery(newest))
