from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.withdrawing import withdrawal_is_whole
from complexes.choices import ACHIEVEMENT_TRANSITIONS, AchievementState
from complexes.kinds import KINDS, ColumnType, Kind
from complexes.models.ledger import LedgerEvent, Participation
from members.models import Unit


def _stages_fit_kind() -> Q:
    """Return the condition that the state is one of the kind's stages, or stopped."""
    by_stages: dict[tuple[str, ...], list[str]] = {}
    for kind in KINDS.values():
        by_stages.setdefault(tuple(stage.value for stage in kind.stages), []).append(kind.code)
    condition = Q()
    for stages, codes in by_stages.items():
        condition |= Q(kind__in=sorted(codes), state__in=[*stages, AchievementState.STOPPED.value])
    return condition


class Achievement(LedgerEvent):
    """What a complex has brought about: a product, a standard, a platform …; the kinds are declared in `kinds`.

    Counts in the year of `happened_on`. `details` holds the particulars of the kind by name: texts, whole numbers,
    decimals and days as texts, yes and no as booleans. `stage_history` holds stage and day of every step, the current
    one last. Source: cq-complex-2024-2027 §二(二)–(六), §三(二).
    """

    TRANSITIONS = ACHIEVEMENT_TRANSITIONS

    kind = models.CharField(
        "成果类别", max_length=20, choices=[(kind.code, kind.label) for kind in KINDS.values()], editable=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="achievements", verbose_name="单位"
    )
    happened_on = models.DateField("发生日期")
    amount_wan_yuan = models.DecimalField(
        "金额", max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    partner = models.CharField("合作方", max_length=120, blank=True)
    details = models.JSONField("具体内容", default=dict, blank=True)
    state = models.CharField(
        "阶段", max_length=20, choices=AchievementState.choices, default=AchievementState.REGISTERED
    )
    stage_on = models.DateField("阶段日期", editable=False)
    stage_history = models.JSONField("阶段沿革", default=list, editable=False)

    class Meta:
        verbose_name = "建设成果"
        verbose_name_plural = "建设成果"
        constraints = [
            withdrawal_is_whole("achievement"),
            models.CheckConstraint(condition=_stages_fit_kind(), name="achievement_stage_fits_kind"),
            models.CheckConstraint(condition=Q(counted_year__isnull=False), name="achievement_has_its_year"),
            models.CheckConstraint(
                condition=Q(amount_wan_yuan__isnull=True) | Q(amount_wan_yuan__gte=0),
                name="achievement_amount_is_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["innovation_complex", "kind", "counted_year"], name="achievement_by_complex"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("complexes:achievement-detail", args=[self.code])

    @property
    def declared_kind(self) -> Kind:
        return KINDS[self.kind]

    @property
    def steps(self) -> list[tuple[AchievementState, date]]:
        """The stages that it entered with their days, in order."""
        return [(AchievementState(state), date.fromisoformat(day)) for state, day in self.stage_history]

    def stage_by(self, day: date) -> AchievementState | None:
        """Return the stage on a day; none before the first."""
        reached = [state for state, on in self.steps if on <= day]
        return reached[-1] if reached else None

    def facts(self) -> list[tuple[str, str]]:
        """Return the particulars of the kind as label and text, in their order."""
        return [(column.full_label, _in_words(column, self.details)) for column in self.declared_kind.columns]

    def highlights(self) -> str:
        """Return the particulars that a list shows, joined."""
        listed = (column for column in self.declared_kind.columns if column.is_listed)
        texts = ((_in_words(column, self.details), column.measure_unit) for column in listed)
        return " · ".join(f"{text}{measure_unit}" for text, measure_unit in texts if text)


def _in_words(column: Any, details: dict[str, Any]) -> str:
    value = details.get(column.name)
    if value is None or value == "":
        return ""
    if column.type == ColumnType.CHOICE:
        return str(dict(column.choices).get(value, value))
    if column.type == ColumnType.YES_NO:
        return "是" if value else "否"
    return str(value)


class AchievementParticipation(Participation):
    event = models.ForeignKey(Achievement, models.CASCADE, related_name="participations", verbose_name="建设成果")

    class Meta:
        verbose_name = "成果参与"
        verbose_name_plural = "成果参与"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "innovation_complex"], name="achievementparticipation_once_per_complex"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event.code} {self.innovation_complex.code}"
