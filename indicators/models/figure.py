from decimal import Decimal
from functools import partial

from django.db import models
from django.db.models import Q

from accounts.models import District
from common.fields import optional_decimal
from complexes.models import InnovationComplex
from indicators.choices import MissingReason
from indicators.models.filing import FilingVersion
from indicators.models.plan import Indicator
from indicators.querysets import FigureValueQuerySet

_value = partial(optional_decimal, max_digits=24, decimal_places=10)


class FigureValue(models.Model):
    """A sealed figure: value, numerator, denominator, coverage, and the keys and values of the rows behind it.

    `rows` is a list of {"k": stable code, "t": name, "n": numerator, "d": denominator}; for counts without n and d.
    A ratio is stored unrounded to ten decimals; verdicts cross-multiply numerator and denominator.
    """

    version = models.ForeignKey(FilingVersion, models.PROTECT, related_name="figures", verbose_name="填报版本")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="figures", verbose_name="指标")
    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="figures", verbose_name="综合体"
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="figures", verbose_name="归属区县")
    year = models.PositiveSmallIntegerField("年度")
    reported = _value("上报值")
    recognised = _value("核定值")
    numerator = _value("分子")
    denominator = _value("分母")
    covered = models.PositiveIntegerField("已覆盖成员数", null=True, blank=True)
    members = models.PositiveIntegerField("应覆盖成员数", null=True, blank=True)
    coverage_share = models.DecimalField("覆盖率（按营业收入）", max_digits=7, decimal_places=6, null=True, blank=True)
    missing_reason = models.CharField("无数值原因", max_length=20, choices=MissingReason.choices, blank=True)
    rows = models.JSONField("明细", default=list)
    updated_at = models.DateTimeField("更新时间")

    objects = FigureValueQuerySet.as_manager()

    class Meta:
        verbose_name = "指标数值"
        verbose_name_plural = "指标数值"
        constraints = [
            models.UniqueConstraint(fields=["version", "indicator"], name="figurevalue_once_per_version"),
            models.CheckConstraint(
                condition=Q(reported__isnull=True) ^ Q(missing_reason=""), name="figurevalue_missing_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["year", "indicator", "innovation_complex"], name="figurevalue_by_year")]

    def __str__(self) -> str:
        return f"{self.innovation_complex_id} {self.indicator_id} {self.year}"

    @property
    def effective(self) -> Decimal | None:
        """The recognised value, or the reported one until recognition."""
        return self.reported if self.recognised is None else self.recognised
