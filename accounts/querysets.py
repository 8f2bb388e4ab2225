"""Questions about many districts and tokens."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import ApiToken, District


class DistrictQuerySet(models.QuerySet["District"]):
    def valid_on(self, day: date) -> "DistrictQuerySet":
        """Return the districts that existed on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def in_order(self) -> "DistrictQuerySet":
        return self.order_by("position", "pk")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, at: datetime) -> "ApiTokenQuerySet":
        """Return tokens that are neither revoked nor expired and whose owner is active."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)


def within_reach(user: Any, *, district_path: str) -> Q:
    """Return the condition that a row lies within what the user may read.

    City-wide readers see all, district officers their own district's rows, everybody else none.
    `district_path` leads from the row to its district.
    """
    if user.is_authenticated and user.may_read_city:
        return Q()
    if user.is_authenticated and user.may_read_district:
        return Q(**{district_path: user.district_id})
    return Q(pk__in=())
