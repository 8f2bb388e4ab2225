from functools import partial

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.fields import optional_decimal
from common.revisions import RevisedModel
from complexes.models import InnovationComplex
from indicators.choices import (
    FROM_REGISTER,
    Attribute,
    Comparator,
    Direction,
    GroupKind,
    IndicatorKind,
    ResponsibilityRole,
)

_value = partial(optional_decimal, max_digits=20, decimal_places=6)


class Plan(models.Model):
    """A policy document whose numeric statements are tracked."""

    code = models.CharField("规划代码", max_length=40, unique=True)
    name = models.CharField("规划名称", max_length=120)
    document = models.CharField("文件编号", max_length=10)
    issuer = models.CharField("发文机关", max_length=120)
    scope = models.CharField("适用范围", max_length=60)
    issued_on = models.DateField("发文日期")
    starts_on = models.DateField("实施起始日")
    ends_on = models.DateField("实施截止日")
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = "规划"
        verbose_name_plural = "规划"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("indicators:plan-detail", args=[self.code])


class PlanGroup(models.Model):
    """A sector, industry, action, task or 计划 into which a plan divides its work; targets may belong to several."""

    AUDIT_PARTS = ("responsibilities",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="groups", verbose_name="规划")
    code = models.CharField("代码", max_length=60)
    kind = models.CharField("类别", max_length=16, choices=GroupKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    name = models.CharField("名称", max_length=120)
    section = models.CharField("章节", max_length=40, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = "规划任务、产业"
        verbose_name_plural = "规划任务、产业"
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="plangroup_code_once_per_plan"),
            models.CheckConstraint(condition=Q(kind__in=GroupKind.values), name="plangroup_kind_is_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="plangroup_parent_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class Responsibility(models.Model):
    """A department that leads (牵头) or answers for (责任) a group of a plan, as the document names it."""

    group = models.ForeignKey(PlanGroup, models.CASCADE, related_name="responsibilities", verbose_name="任务")
    department = models.CharField("单位", max_length=80)
    role = models.CharField("分工", max_length=4, choices=ResponsibilityRole.choices)
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = "任务分工"
        verbose_name_plural = "任务分工"
        constraints = [
            models.UniqueConstraint(fields=["group", "department"], name="responsibility_once_per_department"),
            models.CheckConstraint(
                condition=Q(role__in=ResponsibilityRole.values), name="responsibility_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group.code} {self.get_role_display()} {self.department}"


class Indicator(models.Model):
    """What is measured and how: a metric of the ledgers, shown with its definition card."""

    code = models.CharField("指标代码", max_length=60, unique=True)
    defined_by = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="defined_indicators", verbose_name="定义所在规划"
    )
    name = models.CharField("指标名称", max_length=80)
    aliases = ArrayField(models.CharField(max_length=80), verbose_name="别名", default=list, blank=True)
    measure_unit = models.CharField("计量单位", max_length=20)
    decimals = models.PositiveSmallIntegerField("小数位", default=0)
    scale = models.PositiveIntegerField("换算系数", default=1)
    direction = models.CharField("方向", max_length=10, choices=Direction.choices)
    kind = models.CharField("口径", max_length=12, choices=IndicatorKind.choices)
    metric = models.CharField("取数规则", max_length=60, blank=True)
    is_filed = models.BooleanField("由综合体填报", default=True)
    numerator = models.CharField("分子", max_length=120, blank=True)
    denominator = models.CharField("分母", max_length=120, blank=True)
    definition = models.TextField("定义")
    source = models.CharField("出处", max_length=200)
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="indicator_direction_is_known"),
            models.CheckConstraint(condition=Q(kind__in=IndicatorKind.values), name="indicator_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("indicators:indicator-detail", args=[self.code])

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator)

    @property
    def is_by_hand(self) -> bool:
        """Whether no ledger of the portal gives the value, so that it is entered by hand from a named source."""
        return not self.is_filed and not self.metric and self.code not in FROM_REGISTER


class Target(models.Model):
    """A numeric statement of a plan: comparator, value, year, and the clauses that say it."""

    AUDIT_PARTS = ("citations", "baselines", "groups")

    code = models.CharField("目标代码", max_length=80, unique=True)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="targets", verbose_name="规划")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name="指标")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级目标"
    )
    groups = models.ManyToManyField(PlanGroup, related_name="targets", verbose_name="所属任务、产业", blank=True)
    name = models.CharField("目标", max_length=120)
    scope = models.CharField("范围", max_length=60)
    comparator = models.CharField("比较方式", max_length=12, choices=Comparator.choices)
    value = _value("目标值")
    low = _value("下限")
    high = _value("上限")
    target_year = models.PositiveSmallIntegerField("目标年度", null=True, blank=True)
    from_year = models.PositiveSmallIntegerField("增长起算年度", null=True, blank=True)
    to_year = models.PositiveSmallIntegerField("增长截止年度", null=True, blank=True)
    population = models.CharField("对象或参照", max_length=120, blank=True)
    is_cumulative = models.BooleanField("累计", default=False)
    is_cumulative_assumed = models.BooleanField("累计为推定", default=False)
    is_outlook = models.BooleanField("展望目标", default=False)
    attribute = models.CharField("属性", max_length=12, choices=Attribute.choices, default=Attribute.UNDECLARED)
    planned_complexes = models.PositiveSmallIntegerField("分解基数（个综合体）", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    warning = models.CharField("存疑", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = "目标"
        verbose_name_plural = "目标"
        constraints = [
            models.CheckConstraint(condition=Q(comparator__in=Comparator.values), name="target_comparator_is_known"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=F("low")),
                name="target_range_is_upright",
            ),
            models.CheckConstraint(
                condition=Q(from_year__isnull=True) | Q(to_year__isnull=True) | Q(to_year__gt=F("from_year")),
                name="target_growth_period_is_upright",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="target_parent_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.target_year or '未定年度'}）"


class TargetBaseline(models.Model):
    """A value of an earlier year as the plan prints it; several may disagree."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="baselines", verbose_name="目标")
    year = models.PositiveSmallIntegerField("年度")
    value = models.DecimalField("基期值", max_digits=20, decimal_places=6)
    citation = models.CharField("出处", max_length=200)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "基期值"
        verbose_name_plural = "基期值"

    def __str__(self) -> str:
        return f"{self.target.code} {self.year}: {self.value}"


class Citation(models.Model):
    """A place in a document that states the target, with its own wording, comparator and value."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="citations", verbose_name="目标")
    document = models.CharField("文件编号", max_length=10)
    section = models.CharField("章节", max_length=40)
    wording = models.CharField("原文", max_length=200)
    comparator = models.CharField("比较方式", max_length=12, choices=Comparator.choices)
    value = _value("数值")
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = "引文"
        verbose_name_plural = "引文"
        constraints = [
            models.UniqueConstraint(fields=["target", "position"], name="citation_one_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.section}: {self.wording}"


class ComplexTarget(RevisedModel):
    """A share of a city target that the commission has set for one complex, in place of the default share."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="complex_targets", verbose_name="目标")
    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="complex_targets", verbose_name="综合体"
    )
    value = models.DecimalField("分解值", max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    reason = models.CharField("调整理由", max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="设定人"
    )
    set_at = models.DateTimeField("设定时间", null=True, blank=True)

    class Meta:
        verbose_name = "综合体分解目标"
        verbose_name_plural = "综合体分解目标"
        constraints = [
            models.UniqueConstraint(fields=["target", "innovation_complex"], name="complextarget_once_per_complex"),
            models.CheckConstraint(condition=Q(value__gte=0), name="complextarget_value_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.target.code} {self.innovation_complex.code}: {self.value}"
