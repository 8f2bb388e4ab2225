from django.db import models
from django.db.models import Q

from common.withdrawing import withdrawal_is_whole
from complexes.models.subrecord import Subrecord
from members.models import Unit
from tasks.choices import MatchOutcome
from tasks.models.need import Need


class Match(Subrecord):
    """A try to serve a need, and how it ended: a supplier of the city by its unit, one outside by name and place."""

    OWNER = "need"
    PAST_DAYS = ("tried_on",)

    need = models.ForeignKey(Need, models.PROTECT, related_name="matches", verbose_name="创新需求")
    tried_on = models.DateField("对接日期")
    supply_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="matches", verbose_name="市内供给单位"
    )
    outside_name = models.CharField("市外供给方", max_length=120, blank=True)
    outside_place = models.CharField("市外供给方所在地", max_length=60, blank=True)
    outcome = models.CharField("对接结果", max_length=10, choices=MatchOutcome.choices, default=MatchOutcome.UNDER_WAY)
    note = models.CharField("结果说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "供需对接"
        verbose_name_plural = "供需对接"
        constraints = [
            withdrawal_is_whole("match"),
            models.CheckConstraint(condition=Q(outcome__in=MatchOutcome.values), name="match_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(supply_unit__isnull=False, outside_name="", outside_place="")
                | (Q(supply_unit__isnull=True) & ~Q(outside_name="") & ~Q(outside_place="")),
                name="match_has_one_supplier",
                violation_error_message="请填写一个供给方：市内单位填代码；市外供给方填名称和所在地。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tried_on} {self.supplier}"

    @property
    def supplier(self) -> str:
        return self.supply_unit.name if self.supply_unit else f"{self.outside_name}（{self.outside_place}）"
