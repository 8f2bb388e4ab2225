from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.states import StatefulModel
from evaluation.choices import RUBRIC_TRANSITIONS, RubricState


class Rubric(models.Model):
    """A named rubric 评价指标体系; its content lives in numbered versions."""

    code = models.CharField("代码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)

    class Meta:
        verbose_name = "评价指标体系"
        verbose_name_plural = "评价指标体系"

    def __str__(self) -> str:
        return self.name


class RubricVersion(StatefulModel):
    """One version of a rubric as data; frozen versions never change."""

    TRANSITIONS = RUBRIC_TRANSITIONS

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions", verbose_name="评价指标体系")
    number = models.PositiveSmallIntegerField("版本号")
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=RubricState.choices, default=RubricState.DRAFT)
    loaded_at = models.DateTimeField("载入时间")
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)

    class Meta:
        verbose_name = "指标体系版本"
        verbose_name_plural = "指标体系版本"
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="rubricversion_number_once"),
            models.CheckConstraint(
                condition=Q(state="frozen", frozen_at__isnull=False) | Q(state="draft", frozen_at__isnull=True),
                name="rubricversion_frozen_at_goes_with_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rubric} 第{self.number}版"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:rubric-detail", args=[self.rubric.code, self.number])
