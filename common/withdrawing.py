"""Nothing is destroyed: deleting a record is withdrawing it with a reason, and can be taken back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.verdicts import ALLOWED, Verdict, denied


class WithdrawableQuerySet(models.QuerySet[Any]):
    """Rows that may be withdrawn; whatever counts or sums reads `current()`."""

    def current(self) -> Any:
        """Return the rows that stand."""
        return self.filter(withdrawn_at__isnull=True)

    def withdrawn(self) -> Any:
        """Return the rows that are withdrawn."""
        return self.filter(withdrawn_at__isnull=False)


class WithdrawableModel(models.Model):
    """A record that is withdrawn instead of deleted; it keeps its place, its links and its history.

    A model that takes part adds `withdrawal_is_whole(name)` to its constraints.
    """

    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="撤销人",
    )
    withdrawal_reason = models.CharField("撤销理由", max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


def withdrawal_is_whole(name: str) -> models.CheckConstraint:
    """Return the constraint that time, person and reason of a withdrawal are set together; `name` is the model's."""
    return models.CheckConstraint(
        condition=(Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason=""))
        | Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason=""),
        name=f"{name}_withdrawal_is_whole",
    )


def stands(record: WithdrawableModel) -> Verdict:
    """Tell whether the record stands; what is withdrawn changes only by being restored."""
    if not record.is_withdrawn:
        return ALLOWED
    return denied("withdrawn", "该记录已撤销，不能办理。如需继续，请先恢复该记录。")


def is_withdrawn(record: WithdrawableModel) -> Verdict:
    """Tell whether there is a withdrawal to take back."""
    if record.is_withdrawn:
        return ALLOWED
    return denied("not_withdrawn", "该记录未撤销，无需恢复。请刷新页面查看最新状态。")
