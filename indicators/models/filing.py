from datetime import date, datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.choices import Department
from accounts.models import District
from common.revisions import RevisedModel
from common.states import StatefulModel
from complexes.models import InnovationComplex
from indicators.choices import (
    APPROVED_FILING_STATES,
    FILING_TRANSITIONS,
    OPEN_FILING_STATES,
    REVIEW_LEVELS,
    FilingState,
    ReviewLevel,
    RoundKind,
)
from indicators.querysets import FilingQuerySet, FilingVersionQuerySet

_TOO_LONG = "超过%(limit_value)d字，现为%(show_value)d字。请精简后再保存。"


class FilingRound(models.Model):
    """A window in which every active complex files a year."""

    code = models.CharField("批次代码", max_length=20, unique=True)
    name = models.CharField("批次名称", max_length=60)
    kind = models.CharField("类型", max_length=10, choices=RoundKind.choices, default=RoundKind.ANNUAL)
    year = models.PositiveSmallIntegerField("年度")
    opens_at = models.DateTimeField("开放时间")
    due_at = models.DateTimeField("截止时间")
    locks_at = models.DateTimeField("锁定时间")

    class Meta:
        verbose_name = "填报批次"
        verbose_name_plural = "填报批次"
        constraints = [
            models.UniqueConstraint(fields=["kind", "year"], name="filinground_once_per_kind_and_year"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opens_at"), locks_at__gte=F("due_at")), name="filinground_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """31 December of the filed year, on which memberships and counts are read."""
        return date(self.year, 12, 31)

    def is_open_at(self, at: datetime) -> bool:
        """Whether filings may be submitted: from opening until the lock, late ones included."""
        return self.opens_at <= at < self.locks_at


class Filing(RevisedModel, StatefulModel):
    """One complex's year: the working copy until submission, then the life of its sealed versions.

    `district` is the one that reported for the complex on 31 December of the year; who may file is decided by the
    complex's district of today.
    """

    AUDIT_PARTS = (
        "entered_by",
        "versions",
        "versions__entered_by",
        "versions__figures",
        "versions__sign_offs",
        "versions__remarks",
    )

    TRANSITIONS = FILING_TRANSITIONS

    filing_round = models.ForeignKey(FilingRound, models.PROTECT, related_name="filings", verbose_name="填报批次")
    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="filings", verbose_name="综合体"
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="filings", verbose_name="归属区县")
    narrative = models.TextField(
        "运行机制情况", max_length=2000, blank=True, validators=[MaxLengthValidator(2000, _TOO_LONG)]
    )
    difficulties = models.TextField(
        "存在问题与下一步措施", max_length=2000, blank=True, validators=[MaxLengthValidator(2000, _TOO_LONG)]
    )
    responsible_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    entered_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, editable=False, verbose_name="录入人"
    )
    state = models.CharField("状态", max_length=24, choices=FilingState.choices, default=FilingState.DRAFT)
    approved_version = models.ForeignKey(
        "indicators.FilingVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定版本"
    )
    submitted_at = models.DateTimeField("最近提交时间", null=True, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = "年度填报"
        verbose_name_plural = "年度填报"
        constraints = [
            models.UniqueConstraint(fields=["filing_round", "innovation_complex"], name="filing_once_per_round"),
            models.CheckConstraint(condition=Q(state__in=FilingState.values), name="filing_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=APPROVED_FILING_STATES) | Q(approved_version__isnull=False),
                name="filing_approved_has_version",
            ),
            models.CheckConstraint(
                condition=Q(state=FilingState.DRAFT) | Q(submitted_at__isnull=False), name="filing_submitted_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_complex.name} {self.filing_round.name}"

    def get_absolute_url(self) -> str:
        return reverse("indicators:filing-detail", args=[self.filing_round.code, self.innovation_complex.code])

    @property
    def is_open(self) -> bool:
        """Whether the filer may still change it."""
        return self.state in OPEN_FILING_STATES

    @property
    def review_level(self) -> str:
        """The level that has the filing before it, or an empty text."""
        return REVIEW_LEVELS.get(self.state, "")

    def is_late_at(self, at: datetime) -> bool:
        """Whether it was submitted after the due time, or is due and not submitted; needs `filing_round`."""
        return (at if self.is_open else self.submitted_at or at) > self.filing_round.due_at

    @property
    def holder(self) -> str:
        """The key under which the filing locks periods; it outlives a change of name."""
        return f"{self.innovation_complex.code} {self.filing_round.code}"

    @property
    def holder_label(self) -> str:
        """What a refusal calls the filing that locks a period."""
        return str(self)


class FilingVersion(models.Model):
    """A sealed copy of a filing: texts and figures with the rows behind them, never changed again.

    `entered_by` are all who ever typed a text of the filing or a row behind its figures.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="versions", verbose_name="填报")
    number = models.PositiveSmallIntegerField("版本号")
    narrative = models.TextField("运行机制情况", blank=True)
    difficulties = models.TextField("存在问题与下一步措施", blank=True)
    responsible_officer = models.CharField("责任人", max_length=60)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提交人")
    entered_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name="录入人")
    digest = models.CharField("摘要", max_length=64)
    sealed_at = models.DateTimeField("封存时间")
    review_started_at = models.DateTimeField("审核开始时间", null=True, blank=True)
    review_started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核开始人"
    )

    objects = FilingVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "填报版本"
        verbose_name_plural = "填报版本"
        constraints = [
            models.UniqueConstraint(fields=["filing", "number"], name="filingversion_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="filingversion_numbers_from_one"),
            models.CheckConstraint(
                condition=Q(review_started_at__isnull=True, review_started_by__isnull=True)
                | Q(review_started_at__isnull=False, review_started_by__isnull=False),
                name="filingversion_review_start_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing} 第{self.number}版"

    def get_absolute_url(self) -> str:
        return reverse(
            "indicators:filing-version",
            args=[self.filing.filing_round.code, self.filing.innovation_complex.code, self.number],
        )


class SignOff(models.Model):
    """One approval of one version at one level; in a district one for each department that signs."""

    version = models.ForeignKey(FilingVersion, models.PROTECT, related_name="sign_offs", verbose_name="版本")
    level = models.CharField("层级", max_length=12, choices=ReviewLevel.choices)
    department = models.CharField("部门", max_length=10, choices=Department.choices, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="审核人")
    opinion = models.CharField("意见", max_length=300, blank=True)
    signed_at = models.DateTimeField("审核时间")

    class Meta:
        verbose_name = "审核意见"
        verbose_name_plural = "审核意见"
        constraints = [
            models.UniqueConstraint(fields=["version", "level", "department"], name="signoff_once_per_department"),
            models.UniqueConstraint(fields=["version", "signed_by"], name="signoff_one_level_per_person"),
            models.CheckConstraint(condition=Q(level__in=ReviewLevel.values), name="signoff_level_is_known"),
            models.CheckConstraint(
                condition=(Q(level=ReviewLevel.DISTRICT) & ~Q(department=""))
                | Q(level=ReviewLevel.COMMISSION, department=""),
                name="signoff_department_goes_with_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.get_level_display()} {self.signed_by}"


class Remark(models.Model):
    """A remark on a figure or a text of a returned version, and the filer's answer to it."""

    version = models.ForeignKey(FilingVersion, models.PROTECT, related_name="remarks", verbose_name="版本")
    cell = models.CharField("所指内容", max_length=60)
    level = models.CharField("层级", max_length=12, choices=ReviewLevel.choices)
    text = models.CharField("批注", max_length=500)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="批注人")
    written_at = models.DateTimeField("批注时间")
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "批注"
        verbose_name_plural = "批注"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True) | (~Q(answer="") & Q(answered_by__isnull=False)),
                name="remark_answer_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.cell}"
