from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.states import StatefulModel
from evaluation.choices import EVALUATION_TRANSITIONS, EvaluationKind, EvaluationState
from evaluation.models.rubric import RubricVersion
from evaluation.querysets import EvaluationRoundQuerySet


class EvaluationRound(StatefulModel):
    """An evaluation edition; the monitoring round of each year is always there, with the frozen default rubric.

    `released_run` is the run that districts and clients see; switching it is one update.
    """

    TRANSITIONS = EVALUATION_TRANSITIONS

    code = models.CharField("批次代码", max_length=30, unique=True)
    name = models.CharField("批次名称", max_length=80)
    kind = models.CharField("类型", max_length=12, choices=EvaluationKind.choices)
    year = models.PositiveSmallIntegerField("评价年度")
    rubric_version = models.ForeignKey(
        RubricVersion, models.PROTECT, related_name="rounds", verbose_name="指标体系版本"
    )
    state = models.CharField(
        "状态", max_length=20, choices=EvaluationState.choices, default=EvaluationState.QUANT_SCORING
    )
    released_run = models.ForeignKey(
        "evaluation.ScoreRun", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="已发布的计分"
    )

    objects = EvaluationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "评价批次"
        verbose_name_plural = "评价批次"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EvaluationState.values), name="evaluationround_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["year"], condition=Q(kind="monitoring"), name="evaluationround_one_monitoring_per_year"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("evaluation:round-detail", args=[self.code])

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)
