"""What is followed of a tackling task: milestones, readiness, money, open calls and bids."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from common.withdrawing import withdrawal_is_whole
from complexes.models.subrecord import Subrecord
from members.models import Unit
from tasks.choices import MoneySource, ReadinessEdition
from tasks.models.tackling_task import TacklingTask


class Milestone(Subrecord):
    """A step of a task with the day it is due; done with its proof."""

    OWNER = "task"
    PAST_DAYS = ("done_on",)

    task = models.ForeignKey(TacklingTask, models.PROTECT, related_name="milestones", verbose_name="攻关任务")
    title = models.CharField("里程碑", max_length=120)
    due_on = models.DateField("计划完成日期")
    done_on = models.DateField("实际完成日期", null=True, blank=True)
    proof = models.CharField("佐证材料（文号或名称）", max_length=200, blank=True)

    class Meta:
        verbose_name = "里程碑"
        verbose_name_plural = "里程碑"
        constraints = [
            withdrawal_is_whole("milestone"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(proof=""),
                name="milestone_done_with_proof",
                violation_error_message="已填写“实际完成日期”，但“佐证材料”未填写。请补充佐证材料的文号或名称。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReadinessLevel(models.Model):
    """A level of technology readiness in an edition of the scale; a reference list. Source: GB/T 22900."""

    code = models.CharField("代码", max_length=20, unique=True)
    edition = models.CharField("标准版本", max_length=20, choices=ReadinessEdition.choices)
    level = models.PositiveSmallIntegerField("等级", validators=[MinValueValidator(1), MaxValueValidator(9)])
    name = models.CharField("名称", max_length=20)
    is_verified = models.BooleanField("已核实", default=True)

    class Meta:
        verbose_name = "技术就绪度等级"
        verbose_name_plural = "技术就绪度等级"
        constraints = [
            models.UniqueConstraint(fields=["edition", "level"], name="readinesslevel_once_per_edition"),
            models.CheckConstraint(condition=Q(level__range=(1, 9)), name="readinesslevel_is_one_to_nine"),
        ]

    def __str__(self) -> str:
        mark = "" if self.is_verified else "，名称待核实"
        return f"{self.level}级 {self.name}（{self.get_edition_display()}{mark}）"


class Assessment(Subrecord):
    """The readiness that a task's technology had on a day, with evidence."""

    OWNER = "task"
    PAST_DAYS = ("assessed_on",)

    task = models.ForeignKey(TacklingTask, models.PROTECT, related_name="assessments", verbose_name="攻关任务")
    level = models.ForeignKey(ReadinessLevel, models.PROTECT, related_name="+", verbose_name="技术就绪度")
    assessed_on = models.DateField("评定日期")
    evidence = models.CharField("评定依据（报告编号或名称）", max_length=200)

    class Meta:
        verbose_name = "技术就绪度"
        verbose_name_plural = "技术就绪度"
        constraints = [
            withdrawal_is_whole("assessment"),
            models.UniqueConstraint(
                fields=["task", "assessed_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="assessment_once_per_day",
                violation_error_message="该任务在这一天已有评定。请核对日期，或修改已有的评定。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessed_on} {self.level}"


class Funding(Subrecord):
    """Money of one source in one year of a task."""

    OWNER = "task"

    task = models.ForeignKey(TacklingTask, models.PROTECT, related_name="fundings", verbose_name="攻关任务")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2015), MaxValueValidator(2035)])
    source = models.CharField("资金来源", max_length=10, choices=MoneySource.choices)
    amount_wan_yuan = models.DecimalField(
        "金额（万元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "经费"
        verbose_name_plural = "经费"
        constraints = [
            withdrawal_is_whole("funding"),
            models.CheckConstraint(condition=Q(source__in=MoneySource.values), name="funding_source_is_known"),
            models.CheckConstraint(condition=Q(amount_wan_yuan__gte=0), name="funding_is_not_negative"),
            models.UniqueConstraint(
                fields=["task", "year", "source"],
                condition=Q(withdrawn_at__isnull=True),
                name="funding_once_per_year_and_source",
                violation_error_message="该年度的这一资金来源已登记。请修改已有的记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年 {self.get_source_display()}"


class OpenCall(Subrecord):
    """A call for bids on a task 揭榜挂帅. Source: cq-complex-2024-2027 §三(二)."""

    OWNER = "task"
    PAST_DAYS = ("published_on",)

    task = models.ForeignKey(TacklingTask, models.PROTECT, related_name="open_calls", verbose_name="攻关任务")
    title = models.CharField("榜单名称", max_length=120)
    published_on = models.DateField("发榜日期")
    closes_on = models.DateField("揭榜截止日期")
    requirement = models.TextField("揭榜要求", max_length=1000, blank=True)
    reward_wan_yuan = models.DecimalField(
        "榜额（万元）", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = "榜单"
        verbose_name_plural = "榜单"
        constraints = [
            withdrawal_is_whole("opencall"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("published_on")),
                name="opencall_closes_after_publication",
                violation_error_message="“揭榜截止日期”早于“发榜日期”。请核对两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.published_on}发榜）"


class Bid(Subrecord):
    """A unit's bid on an open call; at most one of a call is awarded."""

    OWNER = "call__task"
    PAST_DAYS = ("submitted_on", "awarded_on")

    call = models.ForeignKey(OpenCall, models.PROTECT, related_name="bids", verbose_name="榜单")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bids", verbose_name="揭榜单位")
    submitted_on = models.DateField("揭榜日期")
    amount_wan_yuan = models.DecimalField(
        "报价（万元）", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    awarded_on = models.DateField("中榜日期", null=True, blank=True)

    class Meta:
        verbose_name = "揭榜"
        verbose_name_plural = "揭榜"
        constraints = [
            withdrawal_is_whole("bid"),
            models.UniqueConstraint(
                fields=["call", "unit"],
                condition=Q(withdrawn_at__isnull=True),
                name="bid_once_per_unit",
                violation_error_message="该单位已对这份榜单揭榜。请修改已有的记录。",
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(awarded_on__isnull=False, withdrawn_at__isnull=True),
                name="bid_one_award_per_call",
                violation_error_message="这份榜单已有中榜单位。请先清空原中榜单位的“中榜日期”。",
            ),
            models.CheckConstraint(
                condition=Q(awarded_on__isnull=True) | Q(awarded_on__gte=F("submitted_on")),
                name="bid_awarded_after_submission",
                violation_error_message="“中榜日期”早于“揭榜日期”。请核对两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.submitted_on}"
