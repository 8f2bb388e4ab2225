"""What a reader of a target must be told: stricter wordings, disagreeing baselines, parts that miss their whole.

Reads targets whose `citations`, `baselines` and `children` are loaded; nothing is corrected, only shown.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from indicators.choices import Comparator, Direction
from indicators.models import Citation, Target

# Comparators that name one threshold, in order of strictness at the same value.
_STRICTNESS = {
    Comparator.MAGNITUDE: 0,
    Comparator.APPROX: 1,
    Comparator.REACH: 2,
    Comparator.GE: 3,
    Comparator.LE: 3,
    Comparator.GT: 4,
    Comparator.LT: 4,
}
# “达到”、“不少于” and a bare number are judged alike; another word at the same value is no stricter target.
_SAME_THRESHOLD = {
    Comparator.MAGNITUDE: 0,
    Comparator.APPROX: 0,
    Comparator.REACH: 0,
    Comparator.GE: 0,
    Comparator.LE: 0,
    Comparator.GT: 1,
    Comparator.LT: 1,
}


def warnings_of(target: Target) -> list[str]:
    """Return the warnings of a target in words, its own first."""
    found = [target.warning] if target.warning else []
    found += _stricter_wording(target)
    found += _disagreeing_baselines(target)
    found += _uneven_parts(target)
    return found


def strictest_citation(target: Target) -> Citation | None:
    """Return the citation that asks for most; None if none names a threshold."""
    stated = [row for row in target.citations.all() if row.value is not None and row.comparator in _STRICTNESS]
    return max(stated, key=lambda row: (*_demand(row, target), _STRICTNESS[Comparator(row.comparator)]), default=None)


def _demand(row: Citation | Target, target: Target) -> tuple[Decimal, int]:
    assert row.value is not None
    sign = -1 if target.indicator.direction == Direction.DOWN else 1
    return sign * row.value, _SAME_THRESHOLD[Comparator(row.comparator)]


def _stricter_wording(target: Target) -> Iterator[str]:
    strictest = strictest_citation(target)
    if strictest is None:
        return
    if (
        target.value is None
        or target.comparator not in _STRICTNESS
        or _demand(strictest, target) > _demand(target, target)
    ):
        label = strictest.get_comparator_display()
        yield f"{strictest.section}另有更严的表述：“{strictest.wording}”（{label} {_shown(strictest.value)}）。"


def _disagreeing_baselines(target: Target) -> Iterator[str]:
    by_year: dict[int, list[str]] = {}
    values: dict[int, set[Decimal]] = {}
    for row in sorted(target.baselines.all(), key=lambda row: (row.year, row.pk)):
        by_year.setdefault(row.year, []).append(f"{_shown(row.value)}（{row.citation}）")
        values.setdefault(row.year, set()).add(row.value)
    for year, stated in by_year.items():
        if len(values[year]) > 1:
            yield f"{year}年基期值不一：{'、'.join(stated)}。"


def _uneven_parts(target: Target) -> Iterator[str]:
    """Compare the parts that state a value with the whole: one part alone must not exceed it, several must match."""
    parts = [row for row in target.children.all() if row.indicator.measure_unit == target.indicator.measure_unit]
    stated = [row.value for row in parts if row.value is not None]
    if target.value is None or not stated:
        return
    total = sum(stated, Decimal(0))
    if total > target.value or (len(stated) > 1 and total != target.value):
        yield f"{_count(stated)}合计{_shown(total)}，本目标为{_shown(target.value)}，两者分别照原文保留。"


def _count(stated: Sequence[Decimal]) -> str:
    return f"{len(stated)}个下级目标"


def _shown(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
