"""Invented achievements: each complex has a few kinds, all kinds appear once there are a few complexes."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from complexes.choices import AchievementState
from complexes.kinds import KINDS, Column, ColumnType, Kind
from complexes.models import Achievement, InnovationComplex
from members.models import Unit

_PER_COMPLEX = 7
_FIRST_DAY = date(2025, 1, 15)


def sketch_achievements(
    *,
    complexes: list[InnovationComplex],
    staffing: list[list[Unit]],
    filers: dict[int | None, Any],
    serial: int,
    random: Random,
) -> Iterator[Achievement]:
    """Yield unsaved achievements of the complexes that work, numbered after `serial`."""
    kinds = list(KINDS.values())
    for position, (innovation_complex, staff) in enumerate(zip(complexes, staffing, strict=True)):
        if innovation_complex.cultivated_on is None:
            continue
        for index in range(_PER_COMPLEX):
            serial += 1
            kind = kinds[(position * _PER_COMPLEX + index) % len(kinds)]
            happened_on = max(innovation_complex.cultivated_on, _FIRST_DAY) + timedelta(days=random.randrange(300))
            yield _sketch(kind, innovation_complex, staff, happened_on, serial=serial, random=random, filers=filers)


def _sketch(
    kind: Kind,
    innovation_complex: InnovationComplex,
    staff: list[Unit],
    happened_on: date,
    *,
    serial: int,
    random: Random,
    filers: dict[int | None, Any],
) -> Achievement:
    reached = kind.stages[: random.randrange(1, len(kind.stages) + 1)]
    history = [
        [stage.value, (happened_on + timedelta(days=40 * place)).isoformat()] for place, stage in enumerate(reached)
    ]
    return Achievement(
        code=f"CG-{serial:05d}",
        innovation_complex=innovation_complex,
        kind=kind.code,
        title=f"演示：{kind.label}{serial}",
        description="演示：综合体建设中取得的成果。",
        proof=f"演示佐证〔{happened_on.year}〕{serial}号",
        unit=staff[serial % len(staff)] if kind.unit_label else None,
        happened_on=happened_on,
        amount_wan_yuan=Decimal(random.randrange(50, 5000)) if kind.amount_label else None,
        partner="演示合作机构" if kind.partner_label else "",
        details={column.name: _particular(column, random) for column in kind.columns},
        state=AchievementState(history[-1][0]),
        stage_on=date.fromisoformat(history[-1][1]),
        stage_history=history,
        counted_year=happened_on.year,
        entered_by=filers.get(innovation_complex.reporting_district_id),
    )


def _particular(column: Column, random: Random) -> Any:
    match column.type:
        case ColumnType.CHOICE:
            return random.choice(column.choices)[0]
        case ColumnType.YES_NO:
            return random.random() < 0.5
        case ColumnType.WHOLE_NUMBER:
            return random.randrange(3, 300)
        case ColumnType.NUMBER:
            return str(random.randrange(200, 9000))
        case ColumnType.DAY:
            return "2027-12-31"
        case ColumnType.TEXT:
            return f"演示{column.label}"
