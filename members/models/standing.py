from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from common.revisions import RevisedModel
from common.withdrawing import WithdrawableModel, WithdrawableQuerySet, withdrawal_is_whole
from members.choices import StandingKind
from members.models.unit import Unit


class StandingQuerySet(WithdrawableQuerySet):
    def on(self, day: date) -> "StandingQuerySet":
        """Return the standings in force on a day that are not withdrawn."""
        return self.current().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Standing(RevisedModel, WithdrawableModel):
    """A title that a unit holds for a time: 高新技术企业, 专精特新 …; `valid_to` is the day it ends."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="standings", verbose_name="单位")
    kind = models.CharField("称号", max_length=20, choices=StandingKind.choices)
    number = models.CharField("文号或证书号", max_length=60, blank=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = "资质称号"
        verbose_name_plural = "资质称号"
        constraints = [
            withdrawal_is_whole("standing"),
            models.CheckConstraint(condition=Q(kind__in=StandingKind.values), name="standing_kind_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="standing_ends_after_start",
                violation_error_message="“失效日期”应晚于“生效日期”。请核对两个日期。",
            ),
            ExclusionConstraint(
                name="standing_periods_do_not_overlap",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message="该称号在这一时期已登记。请核对日期，或先登记原称号的失效日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.get_kind_display()} {self.valid_from}"
