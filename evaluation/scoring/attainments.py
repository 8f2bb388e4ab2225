"""How far a figure reaches its target, with the formula in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluation.scoring.numbers import divide, grouped, multiply
from evaluation.scoring.sheets import IndicatorTerms

# Lower is better: the inverse share counts, and a figure that meets the target counts as 1.
_DOWNWARD = {"le", "lt"}


@dataclass(frozen=True, slots=True)
class Attainment:
    """Units: `ratio` 1 = 100 %; `value` in the indicator's unit."""

    ratio: Decimal
    value: Decimal
    formula: str


def attain(figure: Mapping[str, Any], target: Decimal, indicator: IndicatorTerms, comparator: str) -> Attainment | None:
    """Return the attainment of a figure, exact to eighty digits; None for a zero or negative target.

    Ratios go by numerator × scale ÷ denominator ÷ target, so that nothing is rounded on the way; a figure that was
    recognised at another value than reported goes by that value.
    Source: design 2, table of comparators.
    """
    value = Decimal(figure["value"])
    if target <= 0:
        return None
    numerator, denominator = figure["numerator"], figure["denominator"]
    if numerator is not None and denominator is not None and Decimal(denominator) > 0:
        top = multiply(Decimal(numerator), Decimal(indicator.scale))
        bottom = Decimal(denominator)
        scaled = f" × {indicator.scale}" if indicator.scale != 1 else ""
        words = f"{grouped(Decimal(numerator))} ÷ {grouped(bottom)}{scaled}"
    else:
        top, bottom = value, Decimal(1)
        words = grouped(value)
    if comparator in _DOWNWARD:
        return _downward(top, bottom, target, value, words, comparator)
    return Attainment(ratio=divide(top, multiply(bottom, target)), value=value, formula=f"{words} ÷ {grouped(target)}")


def _downward(
    top: Decimal, bottom: Decimal, target: Decimal, value: Decimal, words: str, comparator: str
) -> Attainment:
    limit = multiply(bottom, target)
    is_met = top <= limit if comparator == "le" else top < limit
    if is_met:
        return Attainment(ratio=Decimal(1), value=value, formula=f"{words} 已达目标 {grouped(target)}")
    return Attainment(ratio=divide(limit, top), value=value, formula=f"{grouped(target)} ÷ ({words})")
