"""Whether a figure meets a target and by how much: exact arithmetic, no database, no rounding before the verdict.

Values are compared as fractions, which is cross-multiplication: 2.00 % is not above 2 %, 2.50 % reaches 2.5 %.
Source: cq-complex-2024-2027 §一(二); the comparators are those of all five plans (docs/glossary.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

PLACES = 10
NO_VALUE = "暂无数据"
NOT_COMPUTABLE = "无法计算"

Number = Decimal | Fraction | int


@dataclass(frozen=True, slots=True)
class Actual:
    """What was achieved: a plain value, or numerator ÷ denominator × scale.

    `parts` are the values of every object or year (`per_unit`, `yearly`); `reference` the compared series (`relative`);
    `is_confirmed` the answer to a qualitative target; `year` the year of the value (`growth_pa`).
    """

    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    scale: int = 1
    year: int | None = None
    parts: Sequence[Number] = ()
    reference: Number | None = None
    is_confirmed: bool | None = None

    @property
    def exact(self) -> Fraction | None:
        """The unrounded value; None when it is missing or its denominator is zero or missing."""
        if self.numerator is not None or self.denominator is not None:
            if self.numerator is None or not self.denominator:
                return None
            return Fraction(self.numerator) / Fraction(self.denominator) * self.scale
        return None if self.value is None else Fraction(self.value)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target asks for, in the indicator's measure unit; a growth rate in % a year.

    `direction` is up, down or band; it decides comparators that name no side (reach, approx, magnitude, relative).
    """

    comparator: str
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    direction: str = "up"
    baseline: Number | None = None
    baseline_year: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """met: None while nothing can be said. attainment: 1 is the target itself, uncapped, ten decimals."""

    met: bool | None = None
    attainment: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProgressRules:
    """The settings of progress: shares (0–1) of the expected value and of the members that have figures."""

    on_track_share: Decimal = field(default=Decimal(1))
    behind_share: Decimal = field(default=Decimal("0.80"))
    minimum_coverage: Decimal = field(default=Decimal("0.60"))


def lesser_coverage(covered: int | None, members: int | None, by_revenue: Decimal | None) -> Decimal | None:
    """Return the lesser of the covered shares of members and of their revenue (0–1); None for a count.

    Pages and scores hold a ratio back by the same share; without any reported revenue the members alone decide.
    """
    if covered is None or not members:
        return None
    by_members = Decimal(covered) / Decimal(members)
    return by_members if by_revenue is None else min(by_members, by_revenue)


def to_decimal(value: Fraction, places: int = PLACES) -> Decimal:
    """Return a fraction as a decimal of fixed places, for storing and showing; verdicts use the fraction."""
    with localcontext() as context:
        context.prec = 60
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return quotient.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def judge(goal: Goal, actual: Actual) -> Judgement:
    """Compare what was achieved with what was asked.

    Raises: KeyError for an unknown comparator.
    """
    return _RULES[goal.comparator](goal, actual)


def _judge_at_least(goal: Goal, actual: Actual) -> Judgement:
    reached, aim = actual.exact, _aim(goal.value)
    if reached is None or aim is None:
        return _missing(aim)
    return _against(aim, reached, reached > aim if goal.comparator == "gt" else reached >= aim)


def _judge_at_most(goal: Goal, actual: Actual) -> Judgement:
    reached, aim = actual.exact, _aim(goal.value)
    if reached is None or aim is None:
        return _missing(aim)
    is_met = reached < aim if goal.comparator == "lt" else reached <= aim
    if aim <= 0:
        return Judgement(None, None, NOT_COMPUTABLE)
    if is_met:
        return Judgement(True, to_decimal(Fraction(1)))
    return Judgement(False, to_decimal(aim / reached))


def _judge_by_direction(goal: Goal, actual: Actual) -> Judgement:
    return _judge_at_most(goal, actual) if goal.direction == "down" else _judge_at_least(goal, actual)


def _judge_range(goal: Goal, actual: Actual) -> Judgement:
    reached, low = actual.exact, _aim(goal.low)
    if reached is None or low is None:
        return _missing(low)
    judgement = _against(low, reached, reached >= low)
    if goal.high is not None and reached > Fraction(goal.high):
        return Judgement(judgement.met, judgement.attainment, "高于区间上限")
    return judgement


def _judge_growth(goal: Goal, actual: Actual) -> Judgement:
    """Mean compound growth: value ÷ baseline ≥ (1 + r/100)^n, so that no root is drawn for the verdict."""
    reached, rate = actual.exact, _aim(goal.value)
    if reached is None or rate is None or goal.baseline is None:
        return _missing(rate)
    years = (actual.year or 0) - (goal.baseline_year or 0)
    base = Fraction(goal.baseline)
    if actual.year is None or goal.baseline_year is None or years <= 0 or base <= 0 or reached < 0:
        return Judgement(None, None, NOT_COMPUTABLE)
    is_met = reached / base >= (1 + rate / 100) ** years
    if rate <= 0:
        return Judgement(is_met, None, NOT_COMPUTABLE)
    with localcontext() as context:
        context.prec = 60
        growth = _root(reached / base, years) - 1
        attainment = growth * 100 * rate.denominator / rate.numerator
        return Judgement(is_met, attainment.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_HALF_EVEN))


def _judge_double(goal: Goal, actual: Actual) -> Judgement:
    reached = actual.exact
    if reached is None or goal.baseline is None:
        return Judgement(None, None, NO_VALUE if reached is None else NOT_COMPUTABLE)
    aim = 2 * Fraction(goal.baseline)
    return _against(aim, reached, reached >= aim)


def _judge_first(goal: Goal, actual: Actual) -> Judgement:
    reached = actual.exact
    if actual.parts:
        return Judgement(any(Fraction(part) >= 1 for part in actual.parts))
    return Judgement(None, None, NO_VALUE) if reached is None else Judgement(reached >= 1)


def _judge_coverage(goal: Goal, actual: Actual) -> Judgement:
    reached = actual.exact
    if reached is None:
        return Judgement(None, None, NO_VALUE)
    return Judgement(reached >= actual.scale, to_decimal(reached / actual.scale))


def _judge_rank(goal: Goal, actual: Actual) -> Judgement:
    reached, aim = actual.exact, _aim(goal.value)
    return _missing(aim) if reached is None or aim is None else Judgement(reached <= aim)


def _judge_relative(goal: Goal, actual: Actual) -> Judgement:
    reached = actual.exact
    if reached is None or actual.reference is None:
        return Judgement(None, None, NO_VALUE)
    reference = Fraction(actual.reference)
    return Judgement(reached < reference if goal.direction == "down" else reached > reference)


def _judge_every(goal: Goal, actual: Actual) -> Judgement:
    """Judge every part; if only the weakest is known, the share of those that meet the target stays open."""
    aim = _aim(goal.value)
    if not actual.parts:
        if actual.exact is None or aim is None:
            return _missing(aim)
        is_met = actual.exact <= aim if goal.direction == "down" else actual.exact >= aim
        return Judgement(is_met, to_decimal(Fraction(1)) if is_met else None)
    if aim is None:
        return Judgement(None, None, NOT_COMPUTABLE)
    values = [Fraction(part) for part in actual.parts]
    reaching = sum(value <= aim if goal.direction == "down" else value >= aim for value in values)
    return Judgement(reaching == len(values), to_decimal(Fraction(reaching, len(values))))


def _judge_qualitative(goal: Goal, actual: Actual) -> Judgement:
    return Judgement(actual.is_confirmed, None, "" if actual.is_confirmed is not None else NO_VALUE)


def _aim(value: Number | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _missing(aim: Fraction | None) -> Judgement:
    return Judgement(None, None, NOT_COMPUTABLE if aim is None else NO_VALUE)


def _against(aim: Fraction, reached: Fraction, is_met: bool) -> Judgement:
    """Return verdict and ratio; neither for a target of zero or less, as in scores."""
    if aim <= 0:
        return Judgement(None, None, NOT_COMPUTABLE)
    return Judgement(is_met, to_decimal(reached / aim))


def _root(value: Fraction, degree: int) -> Decimal:
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return quotient if not quotient or degree == 1 else (quotient.ln() / degree).exp()


_RULES: dict[str, Callable[[Goal, Actual], Judgement]] = {
    "ge": _judge_at_least,
    "gt": _judge_at_least,
    "reach": _judge_by_direction,
    "approx": _judge_by_direction,
    "magnitude": _judge_by_direction,
    "le": _judge_at_most,
    "lt": _judge_at_most,
    "range": _judge_range,
    "growth_pa": _judge_growth,
    "double": _judge_double,
    "first": _judge_first,
    "coverage": _judge_coverage,
    "rank": _judge_rank,
    "relative": _judge_relative,
    "per_unit": _judge_every,
    "yearly": _judge_every,
    "qualitative": _judge_qualitative,
}
