from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.withdrawing import withdrawal_is_whole
from complexes.models.ledger import LedgerEvent, Participation, title_once
from members.models import Unit
from tasks.choices import TASK_TRANSITIONS, TaskMode, TaskState


class TacklingTask(LedgerEvent):
    """A key technology tackling task 关键技术攻关任务; counts once approved and started, unless cancelled.

    Source: cq-complex-2024-2027 §一(二), §二(三).
    """

    TRANSITIONS = TASK_TRANSITIONS

    mode = models.CharField("组织方式", max_length=20, choices=TaskMode.choices)
    undertaker = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="undertaken_tasks", verbose_name="承担单位"
    )
    budget_wan_yuan = models.DecimalField(
        "总投入（万元）", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    approved_on = models.DateField("立项日期", null=True, blank=True)
    started_on = models.DateField("启动日期", null=True, blank=True)
    finished_on = models.DateField("完成日期", null=True, blank=True)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)
    state = models.CharField("状态", max_length=20, choices=TaskState.choices, default=TaskState.PROPOSED)

    class Meta:
        verbose_name = "攻关任务"
        verbose_name_plural = "攻关任务"
        constraints = [
            withdrawal_is_whole("tacklingtask"),
            title_once("tacklingtask"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="tacklingtask_state_is_known"),
            models.CheckConstraint(condition=Q(mode__in=TaskMode.values), name="tacklingtask_mode_is_known"),
            models.CheckConstraint(
                condition=Q(budget_wan_yuan__isnull=True) | Q(budget_wan_yuan__gte=0),
                name="tacklingtask_budget_is_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "started", "finished"]) | Q(approved_on__isnull=False),
                name="tacklingtask_approved_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["started", "finished"])
                | Q(started_on__isnull=False, counted_year__isnull=False),
                name="tacklingtask_started_has_date_and_year",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(started_on__gte=F("approved_on")),
                name="tacklingtask_starts_after_approval",
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("started_on")),
                name="tacklingtask_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_on__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_on__isnull=True)),
                name="tacklingtask_cancelled_on_goes_with_state",
            ),
        ]
        indexes = [models.Index(fields=["innovation_complex", "counted_year"], name="tacklingtask_by_complex")]

    def get_absolute_url(self) -> str:
        return reverse("tasks:task-detail", args=[self.code])


class TacklingTaskParticipation(Participation):
    event = models.ForeignKey(TacklingTask, models.CASCADE, related_name="participations", verbose_name="攻关任务")

    class Meta:
        verbose_name = "任务参与"
        verbose_name_plural = "任务参与"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "innovation_complex"], name="tacklingtaskparticipation_once_per_complex"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event.code} {self.innovation_complex.code}"
