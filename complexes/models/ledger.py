"""Abstract bases of ledger events: a case, a task, a need."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from common.revisions import RevisedModel
from common.searching import SearchableModel
from common.states import StatefulModel
from common.withdrawing import WithdrawableModel
from complexes.models.innovation_complex import InnovationComplex
from complexes.querysets import LedgerQuerySet


class LedgerEvent(RevisedModel, StatefulModel, WithdrawableModel, SearchableModel):
    """An event filed once. One complex owns and edits it; others that share it confirm; each counts it, the city once.

    `counted_year` is the year in which it counts: the year of its deciding date, or a later open year when it was
    filed after the lock of its own (补报). Empty while the deciding date is not set.
    """

    AUDIT_PARTS: ClassVar[tuple[str, ...]] = ("participations",)
    SEARCH_NAME = "title"

    code = models.CharField("编号", max_length=16, unique=True, editable=False)
    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="%(class)ss", verbose_name="所属综合体"
    )
    title = models.CharField("名称", max_length=120)
    description = models.TextField("内容说明", max_length=2000, blank=True)
    proof = models.CharField("佐证材料（文号或名称）", max_length=200, blank=True)
    counted_year = models.PositiveSmallIntegerField("计入年度", null=True, blank=True, editable=False)
    is_late_entry = models.BooleanField("补报", default=False, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="录入人",
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = LedgerQuerySet.as_manager()
    # The reverse of the `event` that each kind of participation defines.
    participations: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


def title_once(name: str) -> models.UniqueConstraint:
    """Return the constraint that a complex has a title once among what stands; `name` is the model's."""
    return models.UniqueConstraint(
        fields=["innovation_complex", "title"],
        condition=models.Q(withdrawn_at__isnull=True),
        name=f"{name}_title_once",
        violation_error_message="本综合体已有同名的记录。请在名称中加以区分。",
    )


class Participation(models.Model):
    """A further complex that shares the event; it counts there once confirmed."""

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="%(class)ss", verbose_name="参与综合体"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    # Each kind of participation defines its own foreign key.
    event: Any

    class Meta:
        abstract = True
