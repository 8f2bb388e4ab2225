"""Rules of achievements: what the declaration of a kind asks for."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from complexes.kinds import KINDS, Column, ColumnType
from complexes.models import Achievement
from complexes.validation.ledger import check_date

DETAIL_PREFIX = "detail_"
_MAX_TEXT = 200
_MAX_WHOLE_NUMBER = 10_000_000
_MAX_NUMBER = Decimal(10_000_000_000)


def check_achievement(achievement: Achievement, *, at: datetime) -> None:
    """Check an achievement against the declaration of its kind and the calendar.

    Raises: ValidationError by field; a particular's field is `detail_` and its name.
    """
    kind = KINDS.get(achievement.kind)
    if kind is None:
        raise ValidationError({"kind": "没有这一成果类别。请从列表中选择。"})
    check_date("happened_on", achievement.happened_on, label=kind.day_label, at=at)
    problems: dict[str, str] = {}
    if achievement.state not in kind.stages and achievement.state != "stopped":
        problems["state"] = f"“{kind.label}”没有所选的阶段。请从列表中选择。"
    if kind.is_unit_required and achievement.unit_id is None:
        problems["unit"] = f"“{kind.unit_label}”未填写。请填写单位代码。"
    if kind.is_amount_required and achievement.amount_wan_yuan is None:
        problems["amount_wan_yuan"] = f"“{kind.amount_label}”未填写。请以万元为单位填写。"
    problems |= find_detail_problems(kind.columns, achievement.details)
    if problems:
        raise ValidationError(problems)


def find_detail_problems(columns: tuple[Column, ...], details: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the particulars of a kind, by form field."""
    names = {column.name for column in columns}
    problems = {
        DETAIL_PREFIX + name: f"“{name}”不是该类别的内容项。请重新填写。" for name in details if name not in names
    }
    for column in columns:
        value = details.get(column.name)
        if value is None or value == "":
            if column.is_required:
                problems[DETAIL_PREFIX + column.name] = f"“{column.label}”未填写。请填写后再保存。"
        elif not _fits(column, value):
            problems[DETAIL_PREFIX + column.name] = f"“{column.label}”的内容不符合要求。请核对后重新填写。"
    return problems


def _fits(column: Column, value: Any) -> bool:
    match column.type:
        case ColumnType.YES_NO:
            return isinstance(value, bool)
        case ColumnType.WHOLE_NUMBER:
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_WHOLE_NUMBER
        case ColumnType.CHOICE:
            return value in dict(column.choices)
        case ColumnType.NUMBER:
            return isinstance(value, str) and _is_amount(value)
        case ColumnType.DAY:
            return isinstance(value, str) and _is_day(value)
        case ColumnType.TEXT:
            return isinstance(value, str) and len(value) <= _MAX_TEXT


def _is_amount(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and 0 <= number < _MAX_NUMBER


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
