"""What a person has to do today, by role; every count is that of the list it opens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that waits: `count` rows in the list at `url`."""

    label: str
    count: int
    url: str
    note: str = ""
    is_late: bool = False


def list_duties(user: Any, *, at: datetime) -> list[Duty]:
    """Return the duties of the person's role."""
    return []
