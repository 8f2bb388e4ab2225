"""Ranks from unrounded totals; equal totals share a rank, the next rank counts everybody before: 1, 2, 2, 4."""

from collections.abc import Mapping
from decimal import Decimal


def rank_totals(totals: Mapping[str, Decimal]) -> dict[str, int]:
    """Return the rank of each code; held complexes are not in `totals` and get none."""
    ranks: dict[str, int] = {}
    previous: Decimal | None = None
    rank = 0
    ordered = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    for position, (code, total) in enumerate(ordered, start=1):
        if total != previous:
            rank, previous = position, total
        ranks[code] = rank
    return ranks
