from decimal import Decimal
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.fields import optional_decimal
from common.revisions import RevisedModel
from common.states import StatefulModel
from members.choices import REPORT_TRANSITIONS, GapReason, ReportState
from members.models.unit import Unit
from members.querysets import UnitReportQuerySet

_money = partial(optional_decimal, max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])


class UnitReport(RevisedModel, StatefulModel):
    """The yearly figures of a unit. Missing is not zero: an unknown figure stays empty.

    Units: money in 万元, people in 人.
    """

    TRANSITIONS = REPORT_TRANSITIONS
    FIGURES = ("revenue_wan_yuan", "rd_wan_yuan", "new_product_sales_wan_yuan", "staff", "rd_staff")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2015), MaxValueValidator(2035)])
    revenue_wan_yuan = _money("营业收入（万元）")
    rd_wan_yuan = _money("研发经费内部支出（万元）")
    new_product_sales_wan_yuan = _money("新产品销售收入（万元）")
    staff = models.PositiveIntegerField("年末从业人员（人）", null=True, blank=True)
    rd_staff = models.PositiveIntegerField("研发人员（人）", null=True, blank=True)
    gap_reason = models.CharField("无数据原因", max_length=20, choices=GapReason.choices, blank=True)
    gap_note = models.CharField("无数据说明", max_length=300, blank=True)
    gap_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="认可人"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报人"
    )
    state = models.CharField("状态", max_length=20, choices=ReportState.choices, default=ReportState.REPORTED)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = UnitReportQuerySet.as_manager()

    class Meta:
        verbose_name = "单位年报"
        verbose_name_plural = "单位年报"
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="unitreport_once_per_unit_and_year"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="unitreport_state_is_known"),
            models.CheckConstraint(
                condition=(Q(revenue_wan_yuan__isnull=True) | Q(revenue_wan_yuan__gte=0))
                & (Q(rd_wan_yuan__isnull=True) | Q(rd_wan_yuan__gte=0))
                & (Q(new_product_sales_wan_yuan__isnull=True) | Q(new_product_sales_wan_yuan__gte=0)),
                name="unitreport_money_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(new_product_sales_wan_yuan__isnull=True)
                | Q(revenue_wan_yuan__isnull=True)
                | Q(new_product_sales_wan_yuan__lte=F("revenue_wan_yuan")),
                name="unitreport_new_product_sales_within_revenue",
            ),
            models.CheckConstraint(
                condition=Q(rd_staff__isnull=True) | Q(staff__isnull=True) | Q(rd_staff__lte=F("staff")),
                name="unitreport_rd_staff_within_staff",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.REPORTED, gap_reason="")
                | (
                    ~Q(state=ReportState.REPORTED)
                    & ~Q(gap_reason="")
                    & Q(
                        revenue_wan_yuan__isnull=True, rd_wan_yuan__isnull=True, new_product_sales_wan_yuan__isnull=True
                    )
                ),
                name="unitreport_gap_has_reason_and_no_figures",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.GAP_ACCEPTED, gap_accepted_by__isnull=False)
                | (~Q(state=ReportState.GAP_ACCEPTED) & Q(gap_accepted_by__isnull=True)),
                name="unitreport_acceptance_has_a_name",
            ),
        ]
        indexes = [models.Index(fields=["year", "unit"], name="unitreport_by_year")]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.year}年"

    def get_absolute_url(self) -> str:
        return reverse("members:report-detail", args=[self.unit.code, self.year])

    def clean(self) -> None:
        """Check the figures against each other.

        Raises: ValidationError at the figure that is too large.
        """
        errors = {}
        if _exceeds(self.new_product_sales_wan_yuan, self.revenue_wan_yuan):
            errors["new_product_sales_wan_yuan"] = (
                f"“新产品销售收入”（{self.new_product_sales_wan_yuan}万元）大于“营业收入”（{self.revenue_wan_yuan}万元），"
                "新产品销售收入是营业收入的一部分。请核对两项数据。"
            )
        if _exceeds(self.rd_staff, self.staff):
            errors["rd_staff"] = (
                f"“研发人员”（{self.rd_staff}人）多于“年末从业人员”（{self.staff}人），研发人员是从业人员的一部分。"
                "请核对两项数据。"
            )
        if errors:
            raise ValidationError(errors)

    @property
    def has_figures(self) -> bool:
        return any(getattr(self, name) is not None for name in self.FIGURES)


def _exceeds(part: Decimal | int | None, whole: Decimal | int | None) -> bool:
    return part is not None and whole is not None and part > whole
