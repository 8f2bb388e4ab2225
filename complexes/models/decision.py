from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.states import StatefulModel
from complexes.choices import DECISION_TRANSITIONS, ComplexState, DecisionState
from complexes.models.innovation_complex import InnovationComplex
from complexes.querysets import LifecycleDecisionQuerySet


class LifecycleDecision(StatefulModel):
    """A decision of the commission on a complex: one officer proposes, another confirms, then it takes effect."""

    TRANSITIONS = DECISION_TRANSITIONS

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="decisions", verbose_name="综合体"
    )
    to_state = models.CharField("决定", max_length=20, choices=ComplexState.choices)
    number = models.CharField("文号", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=500)
    decided_on = models.DateField("决定日期")
    state = models.CharField("状态", max_length=10, choices=DecisionState.choices, default=DecisionState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    proposed_at = models.DateTimeField("提出时间")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = LifecycleDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "生命周期决定"
        verbose_name_plural = "生命周期决定"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DecisionState.values), name="lifecycledecision_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="lifecycledecision_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False),
                name="lifecycledecision_confirmed_has_a_name",
            ),
            models.UniqueConstraint(
                fields=["innovation_complex"], condition=Q(state="proposed"), name="lifecycledecision_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_complex.code} {self.get_to_state_display()} {self.decided_on}"
