from typing import Any

import pytest

from evaluation.scoring.problems import RubricInvalid
from evaluation.scoring.rubric import MOST_ITEMS, parse_rubric
from tests.evaluation.scoring.material import TARGETS, default_content, default_rubric


def problems_of(content: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(RubricInvalid) as caught:
        parse_rubric(content, **options)
    return caught.value.problems


def changed(position: int, **changes: Any) -> dict[str, Any]:
    content = default_content()
    content["items"][position] |= changes
    return content


def test_delivered_rubric_weighs_one_hundred():
    rubric = default_rubric()
    assert {item.code: int(item.weight) for item in rubric.items} == {
        "rd_intensity": 25,
        "new_product_share": 20,
        "tackling_tasks": 20,
        "needs_resolved": 20,
        "synergy_cases": 5,
        "mechanism": 10,
    }
    assert rubric.target_years == {2024: 2025, 2025: 2025, 2026: 2027, 2027: 2027}


def test_normal_form_reads_back_with_the_same_digest():
    rubric = default_rubric()
    assert parse_rubric(rubric.as_content()).digest() == rubric.digest()


def test_writing_of_numbers_does_not_change_the_digest():
    assert parse_rubric(changed(0, weight="25.00")).digest() == default_rubric().digest()


def test_weights_that_miss_their_sum_are_listed():
    assert problems_of(changed(0, weight=24)) == [
        (
            "(整体)",
            "各项分值之和应为100，现为99（rd_intensity 24 + new_product_share 20 + tackling_tasks 20 + "
            "needs_resolved 20 + synergy_cases 5 + mechanism 10）。请调整分值。",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weight": -1}, "分值 weight 应大于0，现为-1。"),
        ({"weight": True}, "分值 weight 应为数字。"),
        ({"weight": "NaN"}, "分值 weight 应为数字。"),
        ({"weight": 25.5}, "分值 weight 应为数字。"),
        ({"weight": "0.001"}, "分值 weight 最多两位小数，且不超过9999。"),
        ({"name": " "}, "名称 name 未填写。"),
        ({"name": "长" * 81}, "名称 name 不得超过80字，现为81字。"),
        ({"extra": 1}, "未知的设置“extra”。可用设置：code、name、weight、rule。"),
        ({"rule": {"type": "magic"}}, "规则 rule 的 type 应为以下之一：completion、judgement。"),
        ({"rule": "x"}, "规则 rule 的 type 应为以下之一：completion、judgement。"),
        ({"rule": {"type": "judgement", "by": "x"}}, "规则“judgement”没有参数“by”。请删除该参数。"),
        ({"rule": {"type": "completion"}}, "规则“completion”缺少参数 indicator(指标代码)。请填写。"),
        (
            {"rule": {"type": "completion", "indicator": "rd_intensity", "floor": 1, "cap": 1}},
            "应有 0 ≤ floor < cap ≤ 10，现为 floor=1、cap=1。请核对。",
        ),
        (
            {"rule": {"type": "completion", "indicator": "rd_intensity", "cap": "many"}},
            "floor 与 cap 应为数字（1表示100%）。请核对。",
        ),
        (
            {"rule": {"type": "completion", "indicator": "rd_intensity", "step": 1}},
            "规则“completion”没有参数“step”。可用参数：indicator、floor、cap。",
        ),
    ],
)
def test_problem_is_named_by_item(changes, sentence):
    assert ("rd_intensity", sentence) in problems_of(changed(0, **changes))


def test_unknown_indicator_is_named_by_item():
    known = frozenset(TARGETS) - {"synergy_cases"}
    assert problems_of(default_content(), known_indicators=known) == [
        ("synergy_cases", "指标“synergy_cases”不存在。请核对指标代码，或先载入规划。")
    ]


def test_repeated_code_and_wrong_code_are_named():
    content = changed(0, code="mechanism")
    content["items"][1]["code"] = "大写"
    found = [place for place, _ in problems_of(content)]
    assert found == ["第2项", "mechanism"]


@pytest.mark.parametrize(
    "changes",
    [
        {"missing": "zero"},
        {"not_applicable": "zero"},
        {"ties": "first"},
        {"rounding": {"stage": "line", "places": 2, "mode": "half_up"}},
        {"rounding": {"stage": "display", "places": 9, "mode": "half_up"}},
        {"target_years": {}},
        {"target_years": {"2025": "soon"}},
        {"total": 0},
        {"code": "Ünknown"},
        {"plan": ""},
        {"items": []},
        {"items": "x"},
        {"items": [1]},
        {"surprise": 1},
    ],
)
def test_wrong_setting_is_refused(changes):
    assert problems_of({**default_content(), **changes})


def test_file_of_too_many_items_is_refused_at_once():
    items = [{"code": f"i{number}", "name": "x", "weight": 1, "rule": {"type": "judgement"}} for number in range(501)]
    assert problems_of({**default_content(), "items": items}) == [
        ("(整体)", f"评价项共501项，最多{MOST_ITEMS}项。请核对文件。")
    ]


def test_anything_but_a_mapping_is_refused():
    assert problems_of([1, 2]) == [("(整体)", "文件应为一个映射(code、name、items …)。请对照说明重新编写。")]
