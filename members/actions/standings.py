"""Register the standings of a unit over time, end and correct them, withdraw and restore them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.records import change_record, create_record, restore_record, withdraw_record
from common.verdicts import Verdict, require
from common.withdrawing import is_withdrawn, stands
from members import policies
from members.models import Standing, Unit

_EARLIEST_DAY = date(1990, 1, 1)


@transaction.atomic
def add_standing(*, unit: Unit, changes: Mapping[str, Any], by: User, at: datetime) -> Standing:
    """Register a standing of a unit of the person's district.

    Raises: Refused by role; ValidationError by field, also when the unit holds it already at that time.
    """
    unit = _lock_unit(unit, by=by)
    standing = Standing(unit=unit, **changes)
    _check(standing, at=at)
    return create_record(standing, by=by, at=at)


@transaction.atomic
def change_standing(
    *, standing: Standing, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> Standing:
    """End a standing by its day, or correct what was registered.

    Raises: Refused by role or stale page; ValidationError by field.
    """
    standing = _lock_standing(standing, ask=stands, by=by)
    standing.require_revision(expected_revision)
    proposed = Standing(unit=standing.unit, number=standing.number, valid_from=standing.valid_from)
    for name, value in changes.items():
        setattr(proposed, name, value)
    _check(proposed, at=at)
    return change_record(standing, changes, by=by, at=at)


@transaction.atomic
def withdraw_standing(*, standing: Standing, reason: str, by: User, at: datetime) -> Standing:
    """Withdraw a standing that was registered by mistake.

    Raises: Refused by role; ValidationError without a reason.
    """
    return withdraw_record(_lock_standing(standing, ask=stands, by=by), reason=reason, by=by, at=at)


@transaction.atomic
def restore_standing(*, standing: Standing, reason: str, by: User, at: datetime) -> Standing:
    """Take a withdrawal back.

    Raises: Refused by role; ValidationError without a reason, or if another one has taken its place.
    """
    return restore_record(_lock_standing(standing, ask=is_withdrawn, by=by), reason=reason, by=by, at=at)


def _lock_unit(unit: Unit, *, by: User) -> Unit:
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    require(policies.may_edit_unit(by, unit))
    return unit


def _lock_standing(standing: Standing, *, ask: Callable[[Any], Verdict], by: User) -> Standing:
    unit = _lock_unit(standing.unit, by=by)
    locked = Standing.objects.select_for_update().get(pk=standing.pk)
    locked.unit = unit
    require(ask(locked))
    return locked


def _check(standing: Standing, *, at: datetime) -> None:
    if not standing.number.strip():
        raise ValidationError({"number": "“文号或证书号”未填写。请按认定文件或证书填写。"})
    today = timezone.localdate(at)
    if standing.valid_from is not None and not _EARLIEST_DAY <= standing.valid_from <= today:
        raise ValidationError(
            {
                "valid_from": f"“生效日期”应在{_EARLIEST_DAY}至今天（{today}）之间，"
                f"现为{standing.valid_from}。请核对日期。"
            }
        )
