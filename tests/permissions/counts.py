"""How much is drawn: everything at night, a share of it otherwise."""

import os
import random
from typing import TypeVar

T = TypeVar("T")
IS_NIGHTLY = os.environ.get("PORTAL_COUNTS") == "nightly"
SEED = 20261122


def drawn(rows: list[T], *, daily: int) -> list[T]:
    """Return all rows at night, otherwise a draw that is the same every time."""
    if IS_NIGHTLY or len(rows) <= daily:
        return rows
    return random.Random(SEED).sample(rows, daily)
