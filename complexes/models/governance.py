from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from common.withdrawing import WithdrawableQuerySet, withdrawal_is_whole
from complexes.choices import BodyKind
from complexes.models.innovation_complex import InnovationComplex
from complexes.models.subrecord import Subrecord
from members.models import Unit


class PeriodQuerySet(WithdrawableQuerySet):
    def on(self, day: date) -> "PeriodQuerySet":
        """Return the rows in force on a day that are not withdrawn."""
        return self.current().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def _period() -> Func:
    return Func(F("valid_from"), F("valid_to"), Value("[)"), function="daterange", output_field=DateRangeField())


class GovernanceBody(Subrecord):
    """A body of a complex: 理事会, 专家委员会 …. Source: cq-complex-2024-2027 §二(二), §二(四)."""

    PAST_DAYS = ("valid_from", "valid_to")

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="bodies", verbose_name="综合体"
    )
    kind = models.CharField("机构", max_length=20, choices=BodyKind.choices)
    valid_from = models.DateField("设立日期")
    valid_to = models.DateField("撤并日期", null=True, blank=True)
    proof = models.CharField("依据（文号或名称）", max_length=200, blank=True)

    objects: ClassVar = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "治理机构"
        verbose_name_plural = "治理机构"
        constraints = [
            withdrawal_is_whole("governancebody"),
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="governancebody_kind_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="governancebody_ends_after_start",
                violation_error_message="“撤并日期”应晚于“设立日期”。请核对两个日期。",
            ),
            ExclusionConstraint(
                name="governancebody_one_of_a_kind_at_a_time",
                expressions=[
                    ("innovation_complex", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message="该机构在这一时期已登记。请核对日期，或修改已有的记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.valid_from}设立）"


class GovernanceSeat(Subrecord):
    """A person's post in a body from a day until the day before `valid_to`."""

    OWNER = "body__innovation_complex"
    PAST_DAYS = ("valid_from",)

    body = models.ForeignKey(GovernanceBody, models.PROTECT, related_name="seats", verbose_name="机构")
    person = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=40)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="governance_seats", verbose_name="所在单位"
    )
    employer = models.CharField("所在单位（未登记的）", max_length=120, blank=True)
    valid_from = models.DateField("任期起")
    valid_to = models.DateField("任期止", null=True, blank=True)

    objects: ClassVar = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "任职人员"
        verbose_name_plural = "任职人员"
        constraints = [
            withdrawal_is_whole("governanceseat"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="governanceseat_ends_after_start",
                violation_error_message="“任期止”应晚于“任期起”。请核对两个日期。",
            ),
            ExclusionConstraint(
                name="governanceseat_no_post_twice",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message="该人员在这一时期的同一职务已登记。请核对任期，或修改已有的记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"

    @property
    def employer_name(self) -> str:
        return self.unit.name if self.unit else self.employer


class Meeting(Subrecord):
    """A meeting of a body, with the number of its minutes."""

    OWNER = "body__innovation_complex"
    PAST_DAYS = ("held_on",)

    body = models.ForeignKey(GovernanceBody, models.PROTECT, related_name="meetings", verbose_name="机构")
    held_on = models.DateField("召开日期")
    subject = models.CharField("议题", max_length=200)
    minutes_number = models.CharField("纪要编号", max_length=60)

    class Meta:
        verbose_name = "会议"
        verbose_name_plural = "会议"
        constraints = [
            withdrawal_is_whole("meeting"),
            models.UniqueConstraint(
                fields=["body", "minutes_number"],
                condition=Q(withdrawn_at__isnull=True),
                name="meeting_minutes_number_once_per_body",
                violation_error_message="该机构已有这一纪要编号。请核对编号。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.subject}"
