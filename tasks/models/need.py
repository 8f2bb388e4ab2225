from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.withdrawing import withdrawal_is_whole
from complexes.models.ledger import LedgerEvent, Participation, title_once
from members.models import Unit
from tasks.choices import NEED_TRANSITIONS, NeedKind, NeedState


class Need(LedgerEvent):
    """An innovation need of an enterprise 企业创新需求; counts once the demand side has confirmed it, with proof.

    Source: cq-complex-2024-2027 §一(二), §二(三).
    """

    TRANSITIONS = NEED_TRANSITIONS

    kind = models.CharField("需求类别", max_length=20, choices=NeedKind.choices)
    demand_unit = models.ForeignKey(Unit, models.PROTECT, related_name="needs_raised", verbose_name="需求单位")
    supply_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="needs_served", verbose_name="供给单位"
    )
    outside_supplier = models.CharField("市外供给方", max_length=120, blank=True)
    raised_on = models.DateField("提出日期")
    solved_on = models.DateField("提出解决方案日期", null=True, blank=True)
    confirmed_on = models.DateField("需求方确认日期", null=True, blank=True)
    confirmer = models.CharField("需求方确认人", max_length=60, blank=True)
    state = models.CharField("状态", max_length=20, choices=NeedState.choices, default=NeedState.OPEN)

    class Meta:
        verbose_name = "创新需求"
        verbose_name_plural = "创新需求"
        constraints = [
            withdrawal_is_whole("need"),
            title_once("need"),
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=NeedKind.values), name="need_kind_is_known"),
            models.CheckConstraint(
                condition=(
                    Q(state="confirmed", confirmed_on__isnull=False, counted_year__isnull=False)
                    & ~Q(proof="")
                    & ~Q(confirmer="")
                )
                | (~Q(state="confirmed") & Q(confirmed_on__isnull=True, counted_year__isnull=True)),
                name="need_confirmation_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(solved_on__isnull=True) | Q(solved_on__gte=F("raised_on")), name="need_solved_after_raised"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True) | Q(confirmed_on__gte=F("solved_on")),
                name="need_confirmed_after_solved",
            ),
        ]
        indexes = [models.Index(fields=["innovation_complex", "counted_year"], name="need_by_complex_and_year")]

    def get_absolute_url(self) -> str:
        return reverse("tasks:need-detail", args=[self.code])


class NeedParticipation(Participation):
    event = models.ForeignKey(Need, models.CASCADE, related_name="participations", verbose_name="创新需求")

    class Meta:
        verbose_name = "需求参与"
        verbose_name_plural = "需求参与"
        constraints = [
            models.UniqueConstraint(fields=["event", "innovation_complex"], name="needparticipation_once_per_complex"),
        ]

    def __str__(self) -> str:
        return f"{self.event.code} {self.innovation_complex.code}"
