from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.models import Job
from common.states import StatefulModel
from complexes.models import InnovationComplex
from evaluation.choices import RUN_TRANSITIONS, LineOutcome, RunState
from evaluation.models.round import EvaluationRound
from evaluation.models.rubric import RubricVersion
from evaluation.querysets import ScoreRunQuerySet, ScoreSheetQuerySet
from indicators.models import FilingVersion


class ScoreRun(StatefulModel):
    """One computation of a round: pinned inputs, stored lines, a digest that anyone can recompute.

    At the start of the run, `inputs` pins what holds for all (rubric, indicators, targets, coverage), and each sheet's
    `inputs` what belongs to one complex (approved version, figures, shares of targets, judgements). Nothing else is
    read while computing, so the stored run can be recomputed for good.
    """

    TRANSITIONS = RUN_TRANSITIONS

    evaluation_round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="runs", verbose_name="评价批次")
    number = models.PositiveSmallIntegerField("序号")
    job = models.OneToOneField(Job, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="后台任务")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发起人")
    code_version = models.CharField("程序版本", max_length=40)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="runs", verbose_name="指标体系版本")
    inputs = models.JSONField("共同输入", default=dict)
    rubric_digest = models.CharField("指标体系摘要", max_length=64)
    inputs_digest = models.CharField("数据切片摘要", max_length=64, blank=True)
    digest = models.CharField("结果摘要", max_length=64, blank=True)
    state = models.CharField("状态", max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    error = models.CharField("失败原因", max_length=500, blank=True)
    cut_at = models.DateTimeField("数据切片时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = ScoreRunQuerySet.as_manager()

    class Meta:
        verbose_name = "计分"
        verbose_name_plural = "计分"
        constraints = [
            models.UniqueConstraint(fields=["evaluation_round", "number"], name="scorerun_number_once"),
            models.UniqueConstraint(
                fields=["evaluation_round"],
                condition=Q(state__in=["queued", "computing"]),
                name="scorerun_one_active_per_round",
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="scorerun_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="complete") | (~Q(digest="") & Q(finished_at__isnull=False)),
                name="scorerun_complete_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_round} 第{self.number}次计分"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:run-detail", args=[self.evaluation_round.code, self.number])


class ScoreSheet(models.Model):
    """The result of one complex in one run. Totals are unrounded; ranks come from them, ties share a rank."""

    AUDIT_EXEMPT = "covered by the digest of its run, which verify_run computes again"

    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="sheets", verbose_name="计分")
    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="score_sheets", verbose_name="综合体"
    )
    version = models.ForeignKey(
        FilingVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报版本"
    )
    inputs = models.JSONField("数据切片")
    total = models.DecimalField("总分", max_digits=20, decimal_places=14, null=True, blank=True)
    applicable_max = models.DecimalField("适用满分", max_digits=8, decimal_places=2, null=True, blank=True)
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    hold_reason = models.CharField("暂缓排名原因", max_length=1000, blank=True)
    digest = models.CharField("摘要", max_length=64, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "评分表"
        verbose_name_plural = "评分表"
        constraints = [
            models.UniqueConstraint(fields=["run", "innovation_complex"], name="scoresheet_once_per_run"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(total__isnull=False, hold_reason=""),
                name="scoresheet_held_is_not_ranked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.innovation_complex.code}"

    def get_absolute_url(self) -> str:
        return reverse(
            "evaluation:sheet-detail",
            args=[self.run.evaluation_round.code, self.run.number, self.innovation_complex.code],
        )


class ScoreLine(models.Model):
    """One item of a sheet: inputs, rule, formula with numbers, mark, and the explanation in words."""

    AUDIT_EXEMPT = "covered by the digest of its run, which verify_run computes again"

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="lines", verbose_name="评分表")
    position = models.PositiveSmallIntegerField("序号")
    item_code = models.CharField("评价项代码", max_length=60)
    item_name = models.CharField("评价项", max_length=80)
    outcome = models.CharField("结果", max_length=16, choices=LineOutcome.choices)
    inputs = models.JSONField("输入")
    rule = models.CharField("规则", max_length=200)
    formula = models.CharField("算式", max_length=500, blank=True)
    mark = models.DecimalField("得分", max_digits=20, decimal_places=14, null=True, blank=True)
    max_mark = models.DecimalField("满分", max_digits=6, decimal_places=2)
    explanation = models.CharField("说明", max_length=2000)

    class Meta:
        verbose_name = "评分项"
        verbose_name_plural = "评分项"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item_code"], name="scoreline_once_per_item"),
            models.CheckConstraint(
                condition=Q(outcome="scored", mark__isnull=False, mark__gte=0)
                | (~Q(outcome="scored") & Q(mark__isnull=True)),
                name="scoreline_mark_goes_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.item_code}"
