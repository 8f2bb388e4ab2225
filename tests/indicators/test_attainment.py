"""Verdicts on exact values. Worked examples are quoted by clause."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.attainment import NO_VALUE, NOT_COMPUTABLE, Actual, Goal, Judgement, judge, to_decimal
from indicators.choices import Comparator

_values = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
_positive = st.decimals(min_value="0.0001", max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
_sided = st.sampled_from(["ge", "gt", "reach", "approx", "magnitude"])


@pytest.mark.parametrize(
    ("goal", "actual", "expected"),
    [
        # 000 §一(二): 整体研发投入强度超2%: exactly 2.00 % is not enough, a hair above is.
        (
            Goal("gt", Decimal(2)),
            Actual(numerator=Decimal(20), denominator=Decimal(1000), scale=100),
            Judgement(False, Decimal("1.0000000000")),
        ),
        (
            Goal("gt", Decimal(2)),
            Actual(numerator=Decimal("20.01"), denominator=Decimal(1000), scale=100),
            Judgement(True, Decimal("1.0005000000")),
        ),
        # 000 §一(二): 达2.5%: exactly 2.50 % is enough; 2.4999… shown as 2.50 is not.
        (
            Goal("reach", Decimal("2.5")),
            Actual(numerator=Decimal(25), denominator=Decimal(1000), scale=100),
            Judgement(True, Decimal("1.0000000000")),
        ),
        (
            Goal("reach", Decimal("2.5")),
            Actual(numerator=Decimal("24999.99"), denominator=Decimal(1000000), scale=100),
            Judgement(False, Decimal("0.9999996000")),
        ),
        # 000 §一(二): 达到26%, 30项以上, 不少于100项.
        (Goal("reach", Decimal(26)), Actual(value=Decimal(26)), Judgement(True, Decimal("1.0000000000"))),
        (Goal("ge", Decimal(30)), Actual(value=Decimal(29)), Judgement(False, Decimal("0.9666666667"))),
        (Goal("ge", Decimal(100)), Actual(value=Decimal(125)), Judgement(True, Decimal("1.2500000000"))),
        # 004: R&D ratio 3.65 against 3.5 planned for 2020, and 4.4 against 3.5: attainment 1.2571.
        (Goal("reach", Decimal("3.5")), Actual(value=Decimal("3.65")), Judgement(True, Decimal("1.0428571429"))),
        (Goal("reach", Decimal("3.5")), Actual(value=Decimal("4.4")), Judgement(True, Decimal("1.2571428571"))),
        # le, lt and a bare number with direction down: 1 if met, else target ÷ value.
        (Goal("le", Decimal(5)), Actual(value=Decimal(5)), Judgement(True, Decimal("1.0000000000"))),
        (Goal("le", Decimal(5)), Actual(value=Decimal(8)), Judgement(False, Decimal("0.6250000000"))),
        (Goal("lt", Decimal(5)), Actual(value=Decimal(5)), Judgement(False, Decimal("1.0000000000"))),
        (
            Goal("reach", Decimal(5), direction="down"),
            Actual(value=Decimal(4)),
            Judgement(True, Decimal("1.0000000000")),
        ),
        # range: the lower end decides, above the upper end is noted.
        (
            Goal("range", low=Decimal(2), high=Decimal(3)),
            Actual(value=Decimal(2)),
            Judgement(True, Decimal("1.0000000000")),
        ),
        (
            Goal("range", low=Decimal(2), high=Decimal(3)),
            Actual(value=Decimal(4)),
            Judgement(True, Decimal("2.0000000000"), "高于区间上限"),
        ),
        (
            Goal("range", low=Decimal(2), high=Decimal(3)),
            Actual(value=Decimal(1)),
            Judgement(False, Decimal("0.5000000000")),
        ),
        # growth of 20 % a year over two years: 100 → 144 meets it exactly, 143.99 does not.
        (
            Goal("growth_pa", Decimal(20), baseline=Decimal(100), baseline_year=2020),
            Actual(value=Decimal(144), year=2022),
            Judgement(True, Decimal("1.0000000000")),
        ),
        (
            Goal("growth_pa", Decimal(20), baseline=Decimal(100), baseline_year=2020),
            Actual(value=Decimal("143.99"), year=2022),
            Judgement(False, Decimal("0.9997916630")),
        ),
        (
            Goal("growth_pa", Decimal(20), baseline=Decimal(0), baseline_year=2020),
            Actual(value=Decimal(144), year=2022),
            Judgement(None, None, NOT_COMPUTABLE),
        ),
        # 翻番, 零的突破, 全覆盖, 位次, 高于参照, 每个, 定性.
        (Goal("double", baseline=Decimal(50)), Actual(value=Decimal(100)), Judgement(True, Decimal("1.0000000000"))),
        (Goal("double", baseline=Decimal(50)), Actual(value=Decimal(75)), Judgement(False, Decimal("0.7500000000"))),
        (Goal("first"), Actual(value=Decimal(1)), Judgement(True)),
        (Goal("first"), Actual(value=Decimal(0)), Judgement(False)),
        (Goal("first"), Actual(parts=[Decimal(0), Decimal(1)]), Judgement(True)),
        (
            Goal("coverage"),
            Actual(numerator=Decimal(11), denominator=Decimal(12), scale=100),
            Judgement(False, Decimal("0.9166666667")),
        ),
        (
            Goal("coverage"),
            Actual(numerator=Decimal(12), denominator=Decimal(12), scale=100),
            Judgement(True, Decimal("1.0000000000")),
        ),
        (Goal("rank", Decimal(3)), Actual(value=Decimal(3)), Judgement(True)),
        (Goal("rank", Decimal(3)), Actual(value=Decimal(4)), Judgement(False)),
        (Goal("relative"), Actual(value=Decimal(5), reference=Decimal(5)), Judgement(False)),
        (Goal("relative"), Actual(value=Decimal(6), reference=Decimal(5)), Judgement(True)),
        (Goal("relative", direction="down"), Actual(value=Decimal(4), reference=Decimal(5)), Judgement(True)),
        (
            Goal("per_unit", Decimal(2)),
            Actual(parts=[Decimal(2), Decimal(1), Decimal(3), Decimal(5)]),
            Judgement(False, Decimal("0.7500000000")),
        ),
        (
            Goal("yearly", Decimal(2)),
            Actual(parts=[Decimal(2), Decimal(3)]),
            Judgement(True, Decimal("1.0000000000")),
        ),
        (Goal("qualitative"), Actual(is_confirmed=True), Judgement(True)),
        (Goal("qualitative"), Actual(), Judgement(None, None, NO_VALUE)),
        # Nothing can be said without a value; a zero or negative target has a verdict but no attainment.
        (Goal("ge", Decimal(30)), Actual(), Judgement(None, None, NO_VALUE)),
        (Goal("ge", Decimal(0)), Actual(value=Decimal(3)), Judgement(None, None, NOT_COMPUTABLE)),
        (Goal("ge", Decimal(-1)), Actual(value=Decimal(-2)), Judgement(None, None, NOT_COMPUTABLE)),
        (Goal("le", Decimal(0)), Actual(value=Decimal(1)), Judgement(None, None, NOT_COMPUTABLE)),
        (Goal("ge"), Actual(value=Decimal(3)), Judgement(None, None, NOT_COMPUTABLE)),
        (
            Goal("gt", Decimal(2)),
            Actual(numerator=Decimal(3), denominator=Decimal(0), scale=100),
            Judgement(None, None, NO_VALUE),
        ),
    ],
)
def test_judge_worked_example(goal: Goal, actual: Actual, expected: Judgement) -> None:
    assert judge(goal, actual) == expected


def test_every_comparator_has_a_rule() -> None:
    without_value = {judge(Goal(comparator), Actual()).met for comparator in Comparator.values}
    assert without_value == {None}


@given(comparator=_sided, value=_values, aim=_positive)
def test_met_agrees_with_attainment(comparator: str, value: Decimal, aim: Decimal) -> None:
    judgement = judge(Goal(comparator, aim), Actual(value=value))
    ratio = Fraction(value) / Fraction(aim)
    assert judgement.attainment == to_decimal(ratio)
    assert judgement.met == (ratio > 1 if comparator == "gt" else ratio >= 1)


@given(comparator=_sided, low=_values, high=_values, aim=_positive)
def test_more_is_never_worse(comparator: str, low: Decimal, high: Decimal, aim: Decimal) -> None:
    less, more = sorted([low, high])
    worse, better = (judge(Goal(comparator, aim), Actual(value=value)) for value in (less, more))
    assert worse.attainment <= better.attainment
    assert not (worse.met and not better.met)


@given(numerator=_positive, denominator=_positive, factor=st.integers(min_value=2, max_value=10**6), aim=_positive)
def test_ratio_is_the_same_in_any_unit_of_money(
    numerator: Decimal, denominator: Decimal, factor: int, aim: Decimal
) -> None:
    plain = Actual(numerator=numerator, denominator=denominator, scale=100)
    larger = Actual(numerator=numerator * factor, denominator=denominator * factor, scale=100)
    for comparator in ("gt", "reach"):
        assert judge(Goal(comparator, aim), plain) == judge(Goal(comparator, aim), larger)


@given(value=_positive, aim=_positive)
def test_at_most_is_one_exactly_when_met(value: Decimal, aim: Decimal) -> None:
    judgement = judge(Goal("le", aim), Actual(value=value))
    assert judgement.met == (value <= aim)
    assert judgement.attainment == (Decimal(1) if value <= aim else to_decimal(Fraction(aim) / Fraction(value)))
