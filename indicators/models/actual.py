"""Values that no ledger of the portal can give, entered by hand from a named source."""

from decimal import Decimal
from fractions import Fraction
from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.fields import optional_decimal
from common.revisions import RevisedModel
from common.withdrawing import WithdrawableModel, withdrawal_is_whole
from indicators.attainment import to_decimal
from indicators.choices import ActualStatus
from indicators.models.plan import Indicator
from indicators.querysets import ActualQuerySet

_number = partial(optional_decimal, max_digits=20, decimal_places=6)
_STANDING = Q(withdrawn_at__isnull=True)


class Actual(RevisedModel, WithdrawableModel):
    """What an indicator was in a year and scope: a value, or a numerator and a denominator in the unit of both.

    Only a final value counts; one that a person entered becomes final through another person.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="actuals", verbose_name="指标")
    scope = models.CharField("范围", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    value = _number("数值")
    numerator = _number("分子")
    denominator = _number("分母")
    source_document = models.CharField("来源文件", max_length=120)
    source_clause = models.CharField("来源位置（章节、表或页）", max_length=120)
    note = models.CharField("说明", max_length=300, blank=True)
    status = models.CharField("状态", max_length=12, choices=ActualStatus.choices, default=ActualStatus.PRELIMINARY)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    approved_at = models.DateTimeField("审核时间", null=True, blank=True)

    objects = ActualQuerySet.as_manager()

    class Meta:
        verbose_name = "手工录入实际值"
        verbose_name_plural = "手工录入实际值"
        constraints = [
            withdrawal_is_whole("actual"),
            models.UniqueConstraint(
                fields=["indicator", "scope", "year", "status"],
                condition=_STANDING,
                name="actual_one_of_a_status_per_scope_and_year",
                violation_error_message="该指标、范围和年度已有同一状态的实际值。请修改或撤销那一条。",
            ),
            models.CheckConstraint(condition=Q(status__in=ActualStatus.values), name="actual_status_is_known"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, numerator__isnull=True, denominator__isnull=True)
                | Q(value__isnull=True, numerator__isnull=False, denominator__gt=0),
                name="actual_is_a_value_or_a_ratio",
                violation_error_message="请填写“数值”，或同时填写“分子”和大于0的“分母”，二者取一。",
            ),
            models.CheckConstraint(
                condition=Q(status="preliminary", approved_by__isnull=True, approved_at__isnull=True)
                | Q(status="final", approved_at__isnull=False),
                name="actual_approval_goes_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="final")
                | Q(entered_by__isnull=True)
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("entered_by"))),
                name="actual_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(source_document="") & ~Q(source_clause=""), name="actual_names_its_source"
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2050), name="actual_year_is_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.name} {self.scope} {self.year}年"

    def get_absolute_url(self) -> str:
        return reverse("indicators:actual-detail", args=[self.pk])

    @property
    def exact(self) -> Fraction:
        """The unrounded value in the indicator's measure unit."""
        if self.value is not None:
            return Fraction(self.value)
        assert self.numerator is not None
        assert self.denominator is not None
        return Fraction(self.numerator) / Fraction(self.denominator) * self.indicator.scale

    @property
    def shown_value(self) -> Decimal:
        """The value as a decimal, for pages."""
        return self.value if self.value is not None else to_decimal(self.exact)

    @property
    def source(self) -> str:
        """The document and the place in it."""
        return f"{self.source_document} {self.source_clause}"
