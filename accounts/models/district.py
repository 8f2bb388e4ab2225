from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.choices import DistrictKind
from accounts.querysets import DistrictQuerySet


class District(models.Model):
    """A filing unit of the city: 区, 县, 自治县 or functional area, with its time of validity.

    Source: GB/T 2260 codes; functional areas and the new 两江新区 carry internal codes.
    """

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=20, choices=DistrictKind.choices)
    position = models.PositiveSmallIntegerField("排序")
    note = models.CharField("说明", max_length=200, blank=True)
    valid_from = models.DateField("设立日期")
    valid_to = models.DateField("最后有效日", null=True, blank=True)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = "区县"
        verbose_name_plural = "区县"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DistrictKind.values), name="district_kind_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="district_ends_after_start",
                violation_error_message="“最后有效日”早于“设立日期”。请核对两个日期；仍有效的区县，最后有效日留空。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Succession(models.Model):
    """A district, or a part of it, continues in another one from a day on; many to many."""

    predecessor = models.ForeignKey(District, models.PROTECT, related_name="successions", verbose_name="原区县")
    successor = models.ForeignKey(District, models.PROTECT, related_name="inheritances", verbose_name="承接区县")
    is_partial = models.BooleanField("仅部分区域", default=False)
    places = models.CharField("涉及区域", max_length=200, blank=True)
    happened_on = models.DateField("承接日期")

    class Meta:
        verbose_name = "区县沿革"
        verbose_name_plural = "区县沿革"
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once_per_pair"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_joins_two_districts",
                violation_error_message="承接区县与原区县相同。请选择另一个区县。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
