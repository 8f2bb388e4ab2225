"""A rubric as data: read, checked item by item, written back in one normal form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluation.scoring.digests import digest_of
from evaluation.scoring.numbers import plain, to_decimal
from evaluation.scoring.problems import Problems, RubricInvalid
from evaluation.scoring.rules import RULES, Item, Rule

MOST_ITEMS = 500
_CODE = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
_WHOLE = "(整体)"
_FIXED = {
    "missing": ("hold", "数据缺失的处理 missing 只能为 hold(暂缓排名)。"),
    "not_applicable": ("rescale", "不适用的处理 not_applicable 只能为 rescale(剔除后折算)。"),
    "ties": ("share_rank", "并列的处理 ties 只能为 share_rank(并列同名次)。"),
}
_KEYS = {"code", "name", "plan", "total", "rounding", "target_years", "items", *_FIXED}


@dataclass(frozen=True, slots=True)
class Rubric:
    """A checked rubric. Units: weights and total in marks; `places` for display only."""

    code: str
    name: str
    plan: str
    total: Decimal
    places: int
    target_years: Mapping[int, int]
    items: tuple[Item, ...]

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        """The indicators that the rubric reads, each once, in the order of the items."""
        return tuple(dict.fromkeys(code for item in self.items for code in item.rule.indicator_codes))

    def item(self, code: str) -> Item | None:
        """Return the item of a code."""
        return next((item for item in self.items if item.code == code), None)

    def judged_items(self) -> tuple[Item, ...]:
        """Return the items that a reviewer marks."""
        return tuple(item for item in self.items if item.rule.TYPE == "judgement")

    def as_content(self) -> dict[str, Any]:
        """Return the normal form: the same rubric gives the same content, however its file is written."""
        return {
            "code": self.code,
            "name": self.name,
            "plan": self.plan,
            "total": plain(self.total),
            "rounding": {"stage": "display", "places": self.places, "mode": "half_up"},
            "target_years": {str(year): due for year, due in sorted(self.target_years.items())},
            **{key: value for key, (value, _) in _FIXED.items()},
            "items": [
                {"code": item.code, "name": item.name, "weight": plain(item.weight), "rule": item.rule.as_content()}
                for item in self.items
            ],
        }

    def digest(self) -> str:
        """Return the SHA-256 of the normal form."""
        return digest_of(self.as_content())


def parse_rubric(content: Any, *, known_indicators: frozenset[str] | None = None) -> Rubric:
    """Check a rubric and return it.

    Raises: RubricInvalid with every problem, each named by its item.
    """
    problems = Problems()
    if not isinstance(content, Mapping):
        raise RubricInvalid([(_WHOLE, "文件应为一个映射(code、name、items …)。请对照说明重新编写。")])
    for key in sorted(str(key) for key in content if key not in _KEYS):
        problems.add(_WHOLE, f"未知的设置“{key}”。可用设置：{'、'.join(sorted(_KEYS))}。")
    code = content.get("code")
    if not isinstance(code, str) or not _CODE.match(code):
        problems.add(_WHOLE, "代码 code 应以小写字母开头，只含小写字母、数字和下划线，最多60位。")
    name = _read_name(content.get("name"), 120, _WHOLE, problems)
    plan = content.get("plan")
    if not isinstance(plan, str) or not plan:
        problems.add(_WHOLE, "规划 plan 未填写。请填写规划代码，如 cq-complex-2024-2027。")
    for key, (value, sentence) in _FIXED.items():
        if content.get(key) != value:
            problems.add(_WHOLE, sentence)
    total = to_decimal(content.get("total"))
    if total is None or total <= 0:
        problems.add(_WHOLE, "总分 total 应为大于0的数字。")
    places = _read_places(content.get("rounding"), problems)
    target_years = _read_target_years(content.get("target_years"), problems)
    items = _read_items(content.get("items"), total, known_indicators, problems)
    problems.require_none()
    assert total is not None
    return Rubric(
        code=str(code),
        name=name,
        plan=str(plan),
        total=total,
        places=places,
        target_years=target_years,
        items=items,
    )


def _read_name(value: Any, longest: int, place: str, problems: Problems) -> str:
    if not isinstance(value, str) or not value.strip():
        problems.add(place, "名称 name 未填写。")
        return ""
    if len(value) > longest:
        problems.add(place, f"名称 name 不得超过{longest}字，现为{len(value)}字。")
    return value.strip()


def _read_places(value: Any, problems: Problems) -> int:
    places = to_decimal(value.get("places")) if isinstance(value, Mapping) else None
    is_known = isinstance(value, Mapping) and value.get("stage") == "display" and value.get("mode") == "half_up"
    if not is_known or places is None or places not in range(7):
        problems.add(_WHOLE, "取舍 rounding 应为 {stage: display, places: 0—6, mode: half_up}。")
        return 2
    return int(places)


def _read_target_years(value: Any, problems: Problems) -> dict[int, int]:
    years: dict[int, int] = {}
    if not isinstance(value, Mapping) or not value:
        problems.add(_WHOLE, "对应目标年度 target_years 应列出每个评价年度所对照的目标年度，如 {2025: 2025}。")
        return years
    for year, due in value.items():
        numbers = [to_decimal(each) for each in (year, due)]
        if any(each is None or each != each.to_integral_value() or not 2000 <= each <= 2100 for each in numbers):
            problems.add(_WHOLE, f"target_years 中“{year}: {due}”不是年度。")
        else:
            years[int(str(year))] = int(str(due))
    return years


def _read_items(
    value: Any, total: Decimal | None, known_indicators: frozenset[str] | None, problems: Problems
) -> tuple[Item, ...]:
    if not isinstance(value, list) or not value:
        problems.add(_WHOLE, "评价项 items 为空。请至少列出一项。")
        return ()
    if len(value) > MOST_ITEMS:
        problems.add(_WHOLE, f"评价项共{len(value)}项，最多{MOST_ITEMS}项。请核对文件。")
        return ()
    items: list[Item] = []
    seen: set[str] = set()
    for position, each in enumerate(value, start=1):
        item = _read_item(each, position, known_indicators, problems)
        if item is None:
            continue
        if item.code in seen:
            problems.add(item.code, f"代码“{item.code}”出现了不止一次。请改为不同的代码。")
        seen.add(item.code)
        items.append(item)
    weights = sum((item.weight for item in items), Decimal(0))
    if total is not None and len(items) == len(value) and weights != total:
        parts = " + ".join(f"{item.code} {plain(item.weight)}" for item in items)
        problems.add(_WHOLE, f"各项分值之和应为{plain(total)}，现为{plain(weights)}（{parts}）。请调整分值。")
    return tuple(items)


def _read_item(value: Any, position: int, known_indicators: frozenset[str] | None, problems: Problems) -> Item | None:
    if not isinstance(value, Mapping):
        problems.add(f"第{position}项", "应为一个映射(code、name、weight、rule)。")
        return None
    found_before = len(problems.found)
    code = value.get("code")
    place = code if isinstance(code, str) and _CODE.match(code) else f"第{position}项"
    if place != code:
        problems.add(place, "代码 code 应以小写字母开头，只含小写字母、数字和下划线，最多60位。")
    for key in sorted(str(key) for key in value if key not in {"code", "name", "weight", "rule"}):
        problems.add(place, f"未知的设置“{key}”。可用设置：code、name、weight、rule。")
    name = _read_name(value.get("name"), 80, place, problems)
    weight = _read_weight(value.get("weight"), place, problems)
    rule = _read_rule(value.get("rule"), place, problems)
    if rule is not None and known_indicators is not None:
        for indicator in rule.indicator_codes:
            if indicator and indicator not in known_indicators:
                problems.add(place, f"指标“{indicator}”不存在。请核对指标代码，或先载入规划。")
    if weight is None or rule is None or len(problems.found) > found_before:
        return None
    return Item(code=str(code), name=name, weight=weight, rule=rule)


def _read_weight(value: Any, place: str, problems: Problems) -> Decimal | None:
    weight = to_decimal(value)
    if weight is None:
        problems.add(place, "分值 weight 应为数字。")
    elif weight <= 0:
        problems.add(place, f"分值 weight 应大于0，现为{plain(weight)}。")
    elif weight != weight.quantize(Decimal("0.01")) or weight > 9999:
        problems.add(place, "分值 weight 最多两位小数，且不超过9999。")
    else:
        return weight
    return None


def _read_rule(value: Any, place: str, problems: Problems) -> Rule | None:
    if not isinstance(value, Mapping) or value.get("type") not in RULES:
        problems.add(place, f"规则 rule 的 type 应为以下之一：{'、'.join(sorted(RULES))}。")
        return None
    return RULES[value["type"]].parse(value, place, problems)
