"""A mark given by a reviewer of the commission, with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from evaluation.scoring.numbers import grouped
from evaluation.scoring.problems import Problems
from evaluation.scoring.rules.base import Item
from evaluation.scoring.sheets import Line, Outcome, Terms


@dataclass(frozen=True, slots=True)
class Judgement:
    """Marks from 0 to the item's weight; a reason is always required."""

    TYPE: ClassVar[str] = "judgement"

    @classmethod
    def parse(cls, content: Mapping[str, Any], place: str, problems: Problems) -> Self | None:
        for name in sorted(set(content) - {"type"}):
            problems.add(place, f"规则“judgement”没有参数“{name}”。请删除该参数。")
        return cls()

    def as_content(self) -> dict[str, Any]:
        return {"type": self.TYPE}

    def in_words(self, weight: Decimal) -> str:
        return f"由市级评审人员在0—{grouped(weight)}分内评定，须写明理由"

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        return ()

    def score(self, item: Item, inputs: Mapping[str, Any], terms: Terms) -> Line:
        """Return the reviewer's mark as it is; without one the item is missing."""
        rule = self.in_words(item.weight)
        judged = inputs["judgements"].get(item.code)
        if judged is None:
            return Line(
                item_code=item.code,
                item_name=item.name,
                outcome=Outcome.MISSING,
                rule=rule,
                max_mark=item.weight,
                explanation=f"“{item.name}”尚未评定。请市级评审人员评分并写明理由后重新计分。",
            )
        mark = Decimal(judged["mark"])
        return Line(
            item_code=item.code,
            item_name=item.name,
            outcome=Outcome.SCORED,
            rule=rule,
            max_mark=item.weight,
            mark=min(max(mark, Decimal(0)), item.weight),
            formula=f"评定 {grouped(mark)}",
            explanation=f"{judged['by']}评定{grouped(mark)}分(满分{grouped(item.weight)}分)。理由：{judged['reason']}",
            inputs=dict(judged),
        )
