"""State machines: the table of allowed moves is data, `move_to` is the only door."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from common.refusals import Refused


class StatefulModel(models.Model):
    """A record with a `state` field whose moves are listed in `TRANSITIONS`."""

    TRANSITIONS: ClassVar[Mapping[Any, set[Any]]] = {}

    class Meta:
        abstract = True

    def may_move_to(self, state: str) -> bool:
        """Tell whether the table allows the move."""
        return state in self.TRANSITIONS.get(self.state, set())

    def require_move_to(self, state: str) -> None:
        """Refuse a move that the table does not allow, before anything else about it is asked.

        Raises: Refused("state").
        """
        if not self.may_move_to(state):
            field: Any = self._meta.get_field("state")
            labels = dict(field.flatchoices)
            raise Refused(
                "state",
                f"当前状态为“{labels[self.state]}”，不能变为“{labels[state]}”。请刷新页面查看最新状态。",
            )

    def move_to(self, state: str) -> None:
        """Change the state in memory; the action saves it.

        Raises: Refused("state") if the table does not allow the move.
        """
        self.require_move_to(state)
        self.state = state
