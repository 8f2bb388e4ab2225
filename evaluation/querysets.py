"""Questions about many runs and sheets."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F

from accounts.choices import Permission
from accounts.querysets import within_reach

if TYPE_CHECKING:
    pass


def _follows_evaluation(user: Any) -> bool:
    return user.is_authenticated and user.holds(Permission.READ_EVALUATION)


class ScoreRunQuerySet(models.QuerySet["ScoreRun"]):
    def visible_to(self, user: Any) -> "ScoreRunQuerySet":
        """Return every run for commission and observers, released runs for district officers and clients."""
        if _follows_evaluation(user):
            return self
        if user.is_authenticated and (user.may_read_city or user.may_read_district):
            return self.filter(evaluation_round__released_run=F("pk"))
        return self.none()


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: Any) -> "ScoreSheetQuerySet":
        """Return the sheets of visible runs; a district sees those of its own complexes only."""
        rows = self.filter(run__state="complete").filter(
            within_reach(user, district_path="innovation_complex__reporting_district")
        )
        return rows if _follows_evaluation(user) else rows.filter(run__evaluation_round__released_run=F("run"))
