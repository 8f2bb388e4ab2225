"""Questions about many units and reports."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.querysets import within_reach
from common.relations import rows_at

if TYPE_CHECKING:
    from members.models import Unit, UnitReport


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: Any) -> "UnitQuerySet":
        """Return units of the user's district and units that are, or were, members of its complexes.

        The memberships are reached through the reverse relation that the app `complexes` adds.
        """
        if user.is_authenticated and user.may_read_district:
            joined = rows_at(self.model, "memberships").filter(
                unit=OuterRef("pk"), innovation_complex__reporting_district=user.district_id
            )
            return self.filter(Q(home_district=user.district_id) | Exists(joined))
        return self.filter(within_reach(user, district_path="home_district"))

    def enterprises(self) -> "UnitQuerySet":
        return self.filter(kind="enterprise")

    def without_report(self, year: int) -> "UnitQuerySet":
        """Return enterprises that were members of a complex at the end of the year and have neither report nor gap."""
        last_day = date(year, 12, 31)
        joined = rows_at(self.model, "memberships").on(last_day).filter(unit=OuterRef("pk"))
        reports = rows_at(self.model, "reports").filter(unit=OuterRef("pk"), year=year)
        return self.enterprises().filter(Exists(joined), ~Exists(reports))


class UnitReportQuerySet(models.QuerySet["UnitReport"]):
    def visible_to(self, user: Any) -> "UnitReportQuerySet":
        """Return the reports of the units that the user sees."""
        units = rows_at(self.model, "unit").visible_to(user)
        return self.filter(unit__in=units.values("pk"))

    def incomplete(self) -> "UnitReportQuerySet":
        """Return reports that lack revenue, R&D or new-product sales without a reason why there are no figures."""
        return self.filter(
            Q(revenue_wan_yuan__isnull=True) | Q(rd_wan_yuan__isnull=True) | Q(new_product_sales_wan_yuan__isnull=True),
            state="reported",
        )
