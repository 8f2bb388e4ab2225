"""The one rounding function of the portal."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from functools import cache

# Wide enough for any stored number; the default 28 digits refuse the largest.
_WIDE = Context(prec=120)


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """Round 四舍五入 to the given number of decimal places; used for display only."""
    return value.quantize(_step(places), rounding=ROUND_HALF_UP, context=_WIDE)


def round_up(value: Decimal, places: int = 2) -> Decimal:
    """Round towards the next higher step, so that shares of a target cover it."""
    return value.quantize(_step(places), rounding=ROUND_CEILING, context=_WIDE)


@cache
def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
