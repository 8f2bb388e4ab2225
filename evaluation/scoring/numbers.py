"""Exact decimals of the scoring: one context, one storage precision, one way to write a number."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import lru_cache

# Eighty digits hold the largest attainment a figure can give with thirty decimals; equal totals reached by different
# divisions agree far beyond the digits that are stored.
EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
STORED_PLACES = 14
_STORED = Decimal(1).scaleb(-STORED_PLACES)
_GUARDED = Decimal(1).scaleb(-30)


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Return a quotient to eighty digits."""
    return EXACT.divide(numerator, denominator)


def multiply(*factors: Decimal) -> Decimal:
    """Return a product to eighty digits."""
    product = Decimal(1)
    for factor in factors:
        product = EXACT.multiply(product, factor)
    return product


def to_stored(value: Decimal) -> Decimal:
    """Return a mark or total as it is stored and ranked: fourteen decimals.

    The step over thirty decimals removes the last digits of divisions, so that mathematically equal totals are equal.
    """
    return value.quantize(_GUARDED, context=EXACT).quantize(_STORED, context=EXACT)


def to_decimal(text: object) -> Decimal | None:
    """Return a finite decimal from an integer, a decimal or its text; None for anything else."""
    if isinstance(text, bool) or not isinstance(text, int | str | Decimal):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: the one form that digests know."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@lru_cache(maxsize=4096)
def grouped(value: Decimal) -> str:
    """Write a decimal for people: thousands separators, no trailing zeros."""
    whole, _, rest = plain(value).partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "") if whole != "-0" else f"-0.{rest}"
