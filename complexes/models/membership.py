from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from common.revisions import RevisedModel
from common.withdrawing import withdrawal_is_whole
from complexes.choices import ContractKind, MemberRole
from complexes.models.innovation_complex import InnovationComplex
from complexes.models.subrecord import Subrecord
from complexes.querysets import LedgerQuerySet, MembershipQuerySet
from members.models import Unit

LATEST_YEAR = 2100


class Contract(Subrecord):
    """A charter or agreement with legal force between the complex's units. Source: cq-complex-2024-2027 §二(二)."""

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="contracts", verbose_name="综合体"
    )
    kind = models.CharField("合同类别", max_length=20, choices=ContractKind.choices)
    number = models.CharField("合同编号", max_length=60)
    signed_on = models.DateField("签订日期")
    expires_on = models.DateField("到期日期", null=True, blank=True)
    scan = models.CharField("扫描件（文件名或存放位置）", max_length=200, blank=True)
    benefit_sharing = models.TextField("利益分配约定", max_length=1000, blank=True)
    ip_terms = models.TextField("知识产权约定", max_length=1000, blank=True)

    PAST_DAYS = ("signed_on",)

    objects: ClassVar = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "合同"
        verbose_name_plural = "合同"
        constraints = [
            withdrawal_is_whole("contract"),
            models.UniqueConstraint(
                fields=["innovation_complex", "number"],
                name="contract_number_once_per_complex",
                violation_error_message="该合同编号在本综合体已登记。请核对编号。",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("signed_on")),
                name="contract_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def clean(self) -> None:
        """Check that the contract expires after it is signed, and not absurdly late.

        Raises: ValidationError at the date of expiry.
        """
        if self.expires_on and self.expires_on.year > LATEST_YEAR:
            raise ValidationError(
                {"expires_on": f"“到期日期”{self.expires_on}晚于{LATEST_YEAR}年。请核对年份；未约定到期日期的请留空。"}
            )
        if self.expires_on and self.signed_on and self.expires_on <= self.signed_on:
            raise ValidationError(
                {
                    "expires_on": f"“到期日期”（{self.expires_on}）不晚于“签订日期”（{self.signed_on}）。"
                    "请核对两个日期；未约定到期日期的请留空。"
                }
            )


class ContractParty(Subrecord):
    """A unit that is bound by a contract."""

    OWNER = "contract__innovation_complex"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="parties", verbose_name="合同")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contract_parties", verbose_name="签约单位")
    duty = models.CharField("承担的主要义务", max_length=200, blank=True)

    class Meta:
        verbose_name = "签约单位"
        verbose_name_plural = "签约单位"
        constraints = [
            withdrawal_is_whole("contractparty"),
            models.UniqueConstraint(
                fields=["contract", "unit"],
                condition=Q(withdrawn_at__isnull=True),
                name="contractparty_once_per_contract",
                violation_error_message="该单位已登记为这份合同的签约单位。请勿重复登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.unit.name}"


def _period() -> Func:
    return Func(F("joined_on"), F("left_on"), Value("[)"), function="daterange", output_field=DateRangeField())


class Membership(RevisedModel):
    """A unit in a complex from `joined_on` until the day before `left_on`."""

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="memberships", verbose_name="综合体"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("成员角色", max_length=10, choices=MemberRole.choices)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name="合同"
    )
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("退出日期", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "成员关系"
        verbose_name_plural = "成员关系"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="membership_role_is_known"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("joined_on")), name="membership_ends_after_start"
            ),
            ExclusionConstraint(
                name="membership_periods_do_not_overlap",
                expressions=[
                    ("innovation_complex", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="membership_one_lead_at_a_time",
                expressions=[("innovation_complex", RangeOperators.EQUAL), (_period(), RangeOperators.OVERLAPS)],
                condition=Q(role="lead"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_complex.code} {self.unit.name} {self.joined_on}"

    def get_absolute_url(self) -> str:
        return reverse("complexes:membership-edit", args=[self.innovation_complex.code, self.pk])

    @property
    def is_lead(self) -> bool:
        return self.role == MemberRole.LEAD

    def is_in_force_on(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    def clean(self) -> None:
        """Check that the membership ends after it begins.

        Raises: ValidationError at the later date.
        """
        if self.left_on and self.joined_on and self.left_on <= self.joined_on:
            raise ValidationError(
                {"left_on": f"“退出日期”（{self.left_on}）不晚于“加入日期”（{self.joined_on}）。请核对两个日期。"}
            )
