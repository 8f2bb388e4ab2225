"""Score one complex: every item by its rule, then the total out of 100."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from evaluation.scoring.numbers import EXACT, divide, multiply, to_stored
from evaluation.scoring.rubric import Rubric
from evaluation.scoring.sheets import Line, Outcome, Sheet, Terms

_FULL = Decimal(100)


def score_sheet(rubric: Rubric, inputs: Mapping[str, Any], terms: Terms) -> Sheet:
    """Return the sheet of one complex.

    Items that do not apply are taken out and the rest rescaled to 100; a missing item holds the result.
    The total is Σ exact marks × 100 ÷ Σ applicable marks, rounded once to the fourteen decimals that are stored and
    ranked; two totals that are equal by arithmetic are equal in storage.
    Source: design 2, default rubric.
    """
    lines = tuple(item.rule.score(item, inputs, terms) for item in rubric.items)
    applicable_max = sum((line.max_mark for line in lines if line.outcome != Outcome.NOT_APPLICABLE), Decimal(0))
    hold_reason = _hold_reason(inputs, lines)
    if hold_reason:
        return Sheet(lines=lines, total=None, applicable_max=applicable_max, hold_reason=hold_reason)
    return Sheet(
        lines=lines, total=total_of_marks(lines, applicable_max), applicable_max=applicable_max, hold_reason=""
    )


def total_of_marks(lines: Sequence[Line], applicable_max: Decimal) -> Decimal:
    """Return Σ marks × 100 ÷ Σ applicable marks, as it is stored and ranked."""
    got = Decimal(0)
    for line in lines:
        if line.mark is not None:
            got = EXACT.add(got, line.mark)
    return to_stored(divide(multiply(got, _FULL), applicable_max))


def _hold_reason(inputs: Mapping[str, Any], lines: Sequence[Line]) -> str:
    if inputs["filing"] is None:
        return f"年度填报尚未审定（当前：{inputs['filing_state']}）。审定后重新计分即可参加排名。"
    missing = [line.item_name for line in lines if line.outcome == Outcome.MISSING]
    if missing:
        shown = "、".join(missing[:8]) + (f"等{len(missing)}项" if len(missing) > 8 else "")
        return f"缺少数据：{shown}。补齐后重新计分即可参加排名。"
    if all(line.outcome == Outcome.NOT_APPLICABLE for line in lines):
        return "全部评价项均不适用，没有可计分的内容。"
    return ""
