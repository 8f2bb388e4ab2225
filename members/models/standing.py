from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from members.choices import StandingKind
from members.models.unit import Unit


class Standing(models.Model):
    """A title that a unit holds for a time: 高新技术企业, 专精特新 …; `valid_to` is the day it ends."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="standings", verbose_name="单位")
    kind = models.CharField("称号", max_length=20, choices=StandingKind.choices)
    number = models.CharField("文号或证书号", max_length=60, blank=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "资质称号"
        verbose_name_plural = "资质称号"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StandingKind.values), name="standing_kind_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="standing_ends_after_start"
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
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.get_kind_display()} {self.valid_from}"
