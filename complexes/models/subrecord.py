"""Abstract base of what is kept under a complex, a task or a need: seats, meetings, milestones, bids …"""

from typing import Any, ClassVar

from common.revisions import RevisedModel
from common.withdrawing import WithdrawableModel, WithdrawableQuerySet


class Subrecord(RevisedModel, WithdrawableModel):
    """A row under its owner, whose keeper enters, changes and withdraws it; it counts in no figure.

    `OWNER` is the path to the owner; `PAST_DAYS` are the dates that cannot lie in the future.
    """

    OWNER: ClassVar[str] = "innovation_complex"
    PAST_DAYS: ClassVar[tuple[str, ...]] = ()

    objects = WithdrawableQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def owner(self) -> Any:
        """The complex or event that keeps the row."""
        owner: Any = self
        for step in self.OWNER.split("__"):
            owner = getattr(owner, step)
        return owner
