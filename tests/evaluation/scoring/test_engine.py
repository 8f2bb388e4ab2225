"""Worked examples by hand, the properties of every sheet, and a second computation with fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.scoring.engine import score_sheet
from evaluation.scoring.rubric import parse_rubric
from evaluation.scoring.sheets import Outcome, Sheet
from indicators.attainment import Actual, Goal, judge
from tests.evaluation.scoring.material import (
    COUNTS,
    RATIOS,
    TARGETS,
    absent,
    count,
    default_rubric,
    make_inputs,
    make_terms,
    ratio,
)

RUBRIC = default_rubric()
TERMS = make_terms()


def score(**changes: Any) -> Sheet:
    return score_sheet(RUBRIC, make_inputs(**changes), TERMS)


def line_of(sheet: Sheet, code: str) -> Any:
    return next(line for line in sheet.lines if line.item_code == code)


# Worked by hand: 25 + 20 + 20 + 20 + 5 + 8 = 98.
def test_every_target_exactly_reached_gives_full_marks_of_the_figures():
    sheet = score()
    assert [line.mark for line in sheet.lines] == [Decimal(mark) for mark in (25, 20, 20, 20, 5, 8)]
    assert (sheet.total, sheet.applicable_max, sheet.hold_reason) == (Decimal(98), Decimal(100), "")


# 25 × 1.5/2 = 18.75; 20 × 2/3 = 13.33…; 20 × 7/10 = 14; 20 × (100/1000×100)/25 = 8; 5 × 1 (3 of 1, capped); 8.
def test_partial_attainment_is_worked_out_line_by_line():
    sheet = score(
        figures={
            "rd_intensity": ratio(15, 1000),
            "new_product_share": ratio(100, 1000),
            "tackling_tasks": count(2),
            "needs_resolved": count(7),
            "synergy_cases": count(3),
        }
    )
    assert [line.stored_mark for line in sheet.lines] == [
        Decimal("18.75"),
        Decimal(8),
        Decimal("13.33333333333333"),
        Decimal(14),
        Decimal(5),
        Decimal(8),
    ]
    assert sheet.total == Decimal("67.08333333333333")
    assert line_of(sheet, "tackling_tasks").formula == "20 × (2 ÷ 3) = 13.3333"
    assert line_of(sheet, "rd_intensity").formula == "25 × (15 ÷ 1,000 × 100 ÷ 2) = 18.75"
    assert line_of(sheet, "synergy_cases").formula == "5 × min(1, 3 ÷ 1) = 5"
    assert line_of(sheet, "synergy_cases").explanation == (
        "2025年“synergy_cases”为3项，2025年目标1项（默认），完成率300.00%，按上限100%计，满分5分，得5.00分。"
    )


# Without the two ratios (45 marks) the remaining 55 are rescaled: (20 + 20 + 5 + 8) ÷ 55 × 100.
def test_not_applicable_is_taken_out_and_the_rest_rescaled():
    sheet = score(figures={code: absent("not_applicable") for code in RATIOS})
    assert (sheet.applicable_max, sheet.hold_reason) == (Decimal(55), "")
    assert sheet.total == Decimal("96.36363636363636")
    assert line_of(sheet, "rd_intensity").outcome == Outcome.NOT_APPLICABLE


def test_missing_figure_holds_the_result_and_is_never_zero():
    sheet = score(figures={"tackling_tasks": absent("no_data")})
    assert (sheet.total, line_of(sheet, "tackling_tasks").mark) == (None, None)
    assert sheet.hold_reason == "缺少数据：关键技术攻关任务。补齐后重新计分即可参加排名。"


def test_zero_is_a_figure_and_scores_zero():
    sheet = score(figures={"tackling_tasks": count(0)})
    assert (line_of(sheet, "tackling_tasks").mark, sheet.total) == (Decimal(0), Decimal(78))


@pytest.mark.parametrize(
    ("covered", "coverage", "outcome"),
    [
        (3, "0.59", Outcome.MISSING),
        (2, "1", Outcome.MISSING),
        (2, None, Outcome.MISSING),
        (3, "0.6", Outcome.SCORED),
        (4, None, Outcome.SCORED),
    ],
)
def test_ratio_whose_lesser_coverage_is_low_is_shown_but_not_scored(covered, coverage, outcome):
    sheet = score(figures={"rd_intensity": ratio(20, 1000, coverage=coverage, covered=covered, members=5)})
    line = line_of(sheet, "rd_intensity")
    assert (line.outcome, line.inputs["value"]) == (outcome, "2.0000000000")


def test_low_coverage_names_members_and_revenue():
    sheet = score(figures={"rd_intensity": ratio(20, 1000, coverage="0.9", covered=1)})
    assert line_of(sheet, "rd_intensity").explanation == (
        "“rd_intensity”只覆盖企业成员的1/3家、成员营业收入的90.00%，低于规定的60.00%，数值照常展示但不计分。"
    )


def test_without_an_approved_filing_the_sheet_is_held_with_the_state():
    sheet = score(filing=None, filing_state="填报中", figures=dict.fromkeys(TARGETS))
    assert sheet.hold_reason == "年度填报尚未审定（当前：填报中）。审定后重新计分即可参加排名。"
    assert [line.outcome for line in sheet.lines] == [Outcome.MISSING] * 5 + [Outcome.SCORED]


def test_missing_judgement_holds_the_result():
    assert score(judgements={}).hold_reason == "缺少数据：运行机制。补齐后重新计分即可参加排名。"


def test_zero_target_cannot_be_computed():
    shares = {code: {"value": value, "basis": "默认"} for code, value in {**TARGETS, "synergy_cases": "0"}.items()}
    assert line_of(score(shares=shares), "synergy_cases").outcome == Outcome.MISSING


def test_absent_share_is_missing_not_full_marks():
    shares = {code: {"value": value, "basis": "默认"} for code, value in TARGETS.items() if code != "synergy_cases"}
    assert line_of(score(shares=shares), "synergy_cases").outcome == Outcome.MISSING


def test_recognised_value_replaces_numerator_and_denominator():
    sheet = score(figures={"rd_intensity": {**ratio(20, 1000), "value": "1", "numerator": None, "denominator": None}})
    assert line_of(sheet, "rd_intensity").mark == Decimal("12.5")


def test_all_not_applicable_is_held():
    content = default_rubric().as_content()
    content["items"] = [{**content["items"][0], "weight": "100"}]
    sheet = score_sheet(parse_rubric(content), make_inputs(figures={"rd_intensity": absent("not_applicable")}), TERMS)
    assert sheet.hold_reason == "全部评价项均不适用，没有可计分的内容。"


@pytest.mark.parametrize("comparator", ["le", "lt"])
def test_downward_comparators_agree_with_the_attainment_of_progress(comparator):
    targets = {"rd_intensity": {"code": "t", "comparator": comparator, "year": 2025, "clause": ""}}
    for numerator in (0, 10, 20, 40):
        line = RUBRIC.items[0].rule.score(
            RUBRIC.items[0],
            make_inputs(figures={"rd_intensity": ratio(numerator, 1000)}),
            make_terms(targets=targets),
        )
        verdict = judge(
            Goal(comparator=comparator, value=Decimal(2)),
            Actual(numerator=Decimal(numerator), denominator=Decimal(1000), scale=100),
        )
        assert Decimal(line.inputs["attainment"]).quantize(Decimal("1E-10")) == verdict.attainment


amounts = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)
positive = st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2, allow_nan=False)
numbers = st.integers(min_value=0, max_value=10**6)
maybe_count = st.one_of(numbers.map(count), st.sampled_from(["not_applicable", "no_data"]).map(absent))
maybe_ratio = st.one_of(st.builds(ratio, amounts, positive), st.sampled_from(["not_applicable", "no_data"]).map(absent))
figures = st.fixed_dictionaries({**dict.fromkeys(RATIOS, maybe_ratio), **dict.fromkeys(COUNTS, maybe_count)})
marks = st.decimals(min_value=0, max_value=10, places=2)


def judged(mark: Decimal) -> dict[str, Any]:
    return {"mechanism": {"mark": str(mark), "reason": "演示", "by": "演示人员"}}


@given(figures, marks)
def test_marks_and_totals_stay_within_bounds(given_figures, mark):
    sheet = score(figures=given_figures, judgements=judged(mark))
    assert all(line.mark is None or 0 <= line.mark <= line.max_mark for line in sheet.lines)
    assert sheet.total is None or 0 <= sheet.total <= 100


@given(figures, marks, st.sampled_from(COUNTS), numbers)
def test_more_of_a_benefit_never_scores_less(given_figures, mark, code, more):
    figure = given_figures[code]
    if figure["missing"]:
        return
    less = score(figures=given_figures, judgements=judged(mark))
    larger = score(figures={**given_figures, code: count(int(figure["value"]) + more)}, judgements=judged(mark))
    assert less.total is None or larger.total >= less.total


@given(figures, marks, st.randoms(use_true_random=False))
def test_order_of_inputs_is_irrelevant(given_figures, mark, random):
    inputs = make_inputs(figures=given_figures, judgements=judged(mark))
    items = list(inputs["figures"].items())
    random.shuffle(items)
    shuffled = dict(reversed(list({**inputs, "figures": dict(items)}.items())))
    assert score_sheet(RUBRIC, shuffled, TERMS) == score_sheet(RUBRIC, inputs, TERMS)


def test_best_and_worst_reach_the_ends():
    best = {code: ratio(10**9, 1) for code in RATIOS} | {code: count(10**9) for code in COUNTS}
    worst = {code: ratio(0, 1) for code in RATIOS} | {code: count(0) for code in COUNTS}
    assert score(figures=best, judgements=judged(Decimal(10))).total == Decimal(100)
    assert score(figures=worst, judgements=judged(Decimal(0))).total == Decimal(0)


WEIGHTS = {"rd_intensity": 25, "new_product_share": 20, "tackling_tasks": 20, "needs_resolved": 20, "synergy_cases": 5}


def second_computation(given_figures: dict[str, Any], mark: Decimal) -> Fraction | None:
    """The total from the text of the rule, with fractions, sharing no code with the engine."""
    got, possible = Fraction(mark), 10
    for code, weight in WEIGHTS.items():
        figure = given_figures[code]
        if figure["missing"] == "no_data":
            return None
        if figure["missing"] == "not_applicable":
            continue
        if code in RATIOS:
            reached = Fraction(figure["numerator"]) * 100 / Fraction(figure["denominator"])
        else:
            reached = Fraction(figure["value"])
        got += weight * min(Fraction(1), reached / Fraction(TARGETS[code]))
        possible += weight
    return got * 100 / possible


@settings(max_examples=300)
@given(figures, marks)
def test_total_equals_the_second_computation(given_figures, mark):
    expected = second_computation(given_figures, mark)
    total = score(figures=given_figures, judgements=judged(mark)).total
    assert (total is None) == (expected is None)
    if expected is not None:
        assert abs(Fraction(total) - expected) <= Fraction(1, 2 * 10**14)


def test_totals_equal_by_arithmetic_are_equal_in_storage():
    """20 × 1/3 + 20 × 2/3 gives the same total as 20 × 1 + 20 × 0, although the thirds are not finite."""
    shares = {code: {"value": value, "basis": "默认"} for code, value in TARGETS.items()}
    shares["needs_resolved"] = {"value": "3", "basis": "默认"}
    split = score(figures={"tackling_tasks": count(1), "needs_resolved": count(2)}, shares=shares)
    whole = score(figures={"tackling_tasks": count(3), "needs_resolved": count(0)}, shares=shares)
    assert split.total == whole.total == Decimal(78)


def test_extreme_figures_do_not_break_the_arithmetic():
    extreme = {**ratio(1, 1), "numerator": "99999999999999", "denominator": "0.0000000001"}
    sheet = score(figures={"rd_intensity": extreme})
    assert line_of(sheet, "rd_intensity").mark == Decimal(25)
