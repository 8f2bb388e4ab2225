from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from common.revisions import RevisedModel
from complexes.models import InnovationComplex
from evaluation.models.round import EvaluationRound


class Judgement(RevisedModel):
    """A commission reviewer's mark for a judged item of the rubric, with its reason."""

    evaluation_round = models.ForeignKey(
        EvaluationRound, models.PROTECT, related_name="judgements", verbose_name="评价批次"
    )
    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="judgements", verbose_name="综合体"
    )
    item_code = models.CharField("评价项", max_length=60)
    mark = models.DecimalField("评分", max_digits=6, decimal_places=2, validators=[MinValueValidator(0)])
    reason = models.CharField("理由", max_length=500)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="评分人")
    judged_at = models.DateTimeField("评分时间")

    class Meta:
        verbose_name = "定性评分"
        verbose_name_plural = "定性评分"
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation_round", "innovation_complex", "item_code"], name="judgement_once_per_item"
            ),
            models.CheckConstraint(condition=Q(mark__gte=0), name="judgement_mark_is_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="judgement_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_complex.code} {self.item_code}: {self.mark}"
