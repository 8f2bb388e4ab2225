"""Questions about many rounds, runs and sheets."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef

from accounts.choices import Permission
from accounts.querysets import within_reach
from common.relations import rows_at

if TYPE_CHECKING:
    from evaluation.models import EvaluationRound, ScoreRun, ScoreSheet


def _follows_evaluation(user: Any) -> bool:
    return user.is_authenticated and user.holds(Permission.READ_EVALUATION)


class EvaluationRoundQuerySet(models.QuerySet["EvaluationRound"]):
    def visible_to(self, user: Any) -> "EvaluationRoundQuerySet":
        """Return every round for those who work with records; nothing for experts and administrators."""
        if user.is_authenticated and (user.may_read_city or user.may_read_district):
            return self
        return self.none()


class ScoreRunQuerySet(models.QuerySet["ScoreRun"]):
    def visible_to(self, user: Any) -> "ScoreRunQuerySet":
        """Return every run for commission and observers, released runs for district officers and clients."""
        if _follows_evaluation(user):
            return self
        if user.is_authenticated and (user.may_read_city or user.may_read_district):
            return self.filter(evaluation_round__released_run=F("pk"))
        return self.none()

    def active(self) -> "ScoreRunQuerySet":
        """Return runs that wait or compute."""
        return self.filter(state__in=["queued", "computing"])


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: Any) -> "ScoreSheetQuerySet":
        """Return the sheets of visible runs; a district sees those of its own complexes only."""
        rows = self.filter(run__state="complete").filter(
            within_reach(user, district_path="innovation_complex__reporting_district")
        )
        return rows if _follows_evaluation(user) else rows.filter(run__evaluation_round__released_run=F("run"))

    def unscored(self) -> "ScoreSheetQuerySet":
        """Return the sheets whose lines are not stored yet."""
        lines = rows_at(self.model, "lines")
        return self.filter(~Exists(lines.filter(sheet=OuterRef("pk"))))

    def ranked_first(self) -> "ScoreSheetQuerySet":
        """Order by rank, held sheets last, then by the complex's code."""
        return self.order_by(F("rank").asc(nulls_last=True), "innovation_complex__code")
