from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.withdrawing import withdrawal_is_whole
from complexes.choices import CASE_TRANSITIONS, CaseKind, CaseState
from complexes.models.ledger import LedgerEvent, Participation, title_once


class Case(LedgerEvent):
    """A synergy case 协同创新典型案例: submitted by the district, selected by the commission.

    Counts from `selected_on`. Source: cq-complex-2024-2027 §三(四).
    """

    TRANSITIONS = CASE_TRANSITIONS

    kind = models.CharField("案例类别", max_length=20, choices=CaseKind.choices)
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    selected_on = models.DateField("遴选日期", null=True, blank=True)
    state = models.CharField("状态", max_length=20, choices=CaseState.choices, default=CaseState.DRAFT)

    class Meta:
        verbose_name = "典型案例"
        verbose_name_plural = "典型案例"
        constraints = [
            withdrawal_is_whole("case"),
            title_once("case"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=CaseKind.values), name="case_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state="selected", selected_on__isnull=False, counted_year__isnull=False)
                | (~Q(state="selected") & Q(selected_on__isnull=True, counted_year__isnull=True)),
                name="case_selected_on_goes_with_state",
            ),
            models.CheckConstraint(
                condition=Q(selected_on__isnull=True) | Q(selected_on__gte=F("submitted_on")),
                name="case_selected_after_submitted",
            ),
        ]
        indexes = [models.Index(fields=["innovation_complex", "counted_year"], name="case_by_complex_and_year")]

    def get_absolute_url(self) -> str:
        return reverse("complexes:case-detail", args=[self.code])


class CaseParticipation(Participation):
    event = models.ForeignKey(Case, models.CASCADE, related_name="participations", verbose_name="典型案例")

    class Meta:
        verbose_name = "案例参与"
        verbose_name_plural = "案例参与"
        constraints = [
            models.UniqueConstraint(fields=["event", "innovation_complex"], name="caseparticipation_once_per_complex"),
        ]

    def __str__(self) -> str:
        return f"{self.event.code} {self.innovation_complex.code}"
