"""Completion of a target: actual ÷ target between a floor and a cap, times the item's marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Self

from common.rounding import round_half_up
from evaluation.scoring.attainments import Attainment, attain
from evaluation.scoring.numbers import grouped, multiply, plain, to_decimal, to_stored
from evaluation.scoring.problems import Problems
from evaluation.scoring.rules.base import Item
from evaluation.scoring.sheets import IndicatorTerms, Line, Outcome, Terms
from indicators.attainment import lesser_coverage

_HIGHEST_CAP = Decimal(10)


@dataclass(frozen=True, slots=True)
class Completion:
    """Marks = weight × attainment, kept within floor and cap. Units: floor and cap are ratios, 1 = 100 %."""

    TYPE: ClassVar[str] = "completion"

    indicator: str
    floor: Decimal
    cap: Decimal

    @classmethod
    def parse(cls, content: Mapping[str, Any], place: str, problems: Problems) -> Self | None:
        for name in sorted(set(content) - {"type", "indicator", "floor", "cap"}):
            problems.add(place, f"规则“completion”没有参数“{name}”。可用参数：indicator、floor、cap。")
        indicator = content.get("indicator")
        if not isinstance(indicator, str) or not indicator:
            problems.add(place, "规则“completion”缺少参数 indicator(指标代码)。请填写。")
            indicator = ""
        floor, cap = to_decimal(content.get("floor", 0)), to_decimal(content.get("cap", 1))
        if floor is None or cap is None:
            problems.add(place, "floor 与 cap 应为数字（1表示100%）。请核对。")
            return None
        if not Decimal(0) <= floor < cap <= _HIGHEST_CAP:
            problems.add(
                place, f"应有 0 ≤ floor < cap ≤ {_HIGHEST_CAP}，现为 floor={plain(floor)}、cap={plain(cap)}。请核对。"
            )
            return None
        return cls(indicator=indicator, floor=floor, cap=cap)

    def as_content(self) -> dict[str, Any]:
        return {"type": self.TYPE, "indicator": self.indicator, "floor": plain(self.floor), "cap": plain(self.cap)}

    def in_words(self, weight: Decimal) -> str:
        return _in_words(weight, self.floor, self.cap)

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        return (self.indicator,)

    def score(self, item: Item, inputs: Mapping[str, Any], terms: Terms) -> Line:
        """Return marks for the share of the target that was reached; missing stays missing, never zero."""
        indicator = terms.indicators[self.indicator]
        figure = inputs["figures"].get(self.indicator)
        if figure is None:
            if inputs["filing"] is None:
                return self._unscored(
                    item, Outcome.MISSING, f"没有已审定的{terms.year}年度填报，“{indicator.name}”缺数据。"
                )
            return self._unscored(item, Outcome.MISSING, f"已审定的填报中没有“{indicator.name}”，数据缺失。")
        seen = _seen(figure, terms, self.indicator, inputs)
        if figure["missing"] == "not_applicable":
            return self._unscored(
                item,
                Outcome.NOT_APPLICABLE,
                f"“{indicator.name}”对该综合体不适用，不计入满分，其余各项按比例折算。",
                seen,
            )
        if figure["missing"]:
            return self._unscored(item, Outcome.MISSING, f"已审定的填报中“{indicator.name}”暂缺数据，不按0计。", seen)
        by_revenue = to_decimal(figure["coverage"])
        coverage = lesser_coverage(figure["covered"], figure["members"], by_revenue)
        if coverage is not None and coverage < terms.minimum_coverage:
            of_revenue = "" if by_revenue is None else f"、成员营业收入的{_percent(by_revenue)}"
            return self._unscored(
                item,
                Outcome.MISSING,
                f"“{indicator.name}”只覆盖企业成员的{figure['covered']}/{figure['members']}家{of_revenue}，"
                f"低于规定的{_percent(terms.minimum_coverage)}，数值照常展示但不计分。",
                seen,
            )
        share = inputs["shares"].get(self.indicator)
        if share is None:
            return self._unscored(item, Outcome.MISSING, f"“{indicator.name}”没有该综合体的分解目标，无法计分。", seen)
        target = Decimal(share["value"])
        attained = attain(figure, target, indicator, terms.targets[self.indicator].comparator)
        if attained is None:
            return self._unscored(
                item,
                Outcome.MISSING,
                f"“{indicator.name}”的分解目标为{grouped(target)}，无法计算完成率。请调整分解目标后重新计分。",
                seen,
            )
        return self._scored(item, attained, indicator, terms, target, share["basis"], seen)

    def _scored(
        self,
        item: Item,
        attained: Attainment,
        indicator: IndicatorTerms,
        terms: Terms,
        target: Decimal,
        basis: str,
        seen: dict[str, Any],
    ) -> Line:
        counted = min(max(attained.ratio, self.floor), self.cap)
        mark = multiply(item.weight, counted)
        limit, bounded = "", f"({attained.formula})"
        if attained.ratio > self.cap:
            limit, bounded = f"，按上限{_percent(self.cap, 0)}计", f"min({plain(self.cap)}, {attained.formula})"
        elif attained.ratio < self.floor:
            limit, bounded = f"，按下限{_percent(self.floor, 0)}计", f"max({plain(self.floor)}, {attained.formula})"
        unit = indicator.measure_unit
        return Line(
            item_code=item.code,
            item_name=item.name,
            outcome=Outcome.SCORED,
            rule=self.in_words(item.weight),
            max_mark=item.weight,
            mark=mark,
            formula=f"{grouped(item.weight)} × {bounded} = {grouped(round_half_up(mark, 4))}",
            explanation=(
                f"{terms.year}年“{indicator.name}”为{_shown(attained.value, indicator.decimals)}{unit}，"
                f"{terms.targets[self.indicator].year}年目标{grouped(target)}{unit}（{basis}），"
                f"完成率{_percent(attained.ratio)}{limit}，满分{grouped(item.weight)}分，得{round_half_up(mark)}分。"
            ),
            inputs={**seen, "attainment": plain(to_stored(attained.ratio))},
        )

    def _unscored(self, item: Item, outcome: Outcome, explanation: str, seen: Mapping[str, Any] | None = None) -> Line:
        return Line(
            item_code=item.code,
            item_name=item.name,
            outcome=outcome,
            rule=self.in_words(item.weight),
            max_mark=item.weight,
            explanation=explanation,
            inputs=seen,
        )


def _seen(figure: Mapping[str, Any], terms: Terms, indicator: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the line shows of its inputs: the figure, the share and the clause of the target."""
    share = inputs["shares"].get(indicator)
    target = terms.targets.get(indicator)
    return {
        "indicator": indicator,
        **figure,
        "target": share["value"] if share else None,
        "basis": share["basis"] if share else "",
        "target_code": target.code if target else "",
        "clause": target.clause if target else "",
    }


@lru_cache(maxsize=256)
def _in_words(weight: Decimal, floor: Decimal, cap: Decimal) -> str:
    return (
        f"{grouped(weight)}分 × 目标完成率，完成率低于{_percent(floor, 0)}按{_percent(floor, 0)}计、"
        f"高于{_percent(cap, 0)}按{_percent(cap, 0)}计"
    )


def _shown(value: Decimal, places: int) -> str:
    return f"{round_half_up(value, places):,}"


def _percent(share: Decimal, places: int = 2) -> str:
    return f"{round_half_up(share * 100, places):,}%"
