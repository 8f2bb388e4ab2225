"""Verbs of innovation needs, one per move of NEED_TRANSITIONS."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from common.verdicts import require
from complexes.actions.ledger import create_event, lock_event, save_content, save_move
from complexes.policies.ledger import may_edit_event
from complexes.validation.ledger import check_date, decide_counted_year
from members.models import Unit
from tasks.choices import NeedState
from tasks.models import Need
from tasks.policies import needs as policies
from tasks.validation.needs import check_need, check_supply

_CODE_PREFIX = "XQ"


@transaction.atomic
def create_need(*, values: Mapping[str, Any], by: User, at: datetime) -> Need:
    """Enter a need as open.

    Raises: Refused by policy; ValidationError by field.
    """
    need = Need(**values)
    check_need(need, at=at)
    return create_event(need, prefix=_CODE_PREFIX, by=by, at=at)


@transaction.atomic
def change_need(
    *, need: Need, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> Need:
    """Change a need's content.

    Raises: Refused("stale"), or by policy; ValidationError by field.
    """
    need = lock_event(need)
    need.require_revision(expected_revision)
    require(may_edit_event(by, need))
    proposed = Need(**{field.attname: getattr(need, field.attname) for field in Need._meta.concrete_fields})
    for name, value in changes.items():
        setattr(proposed, name, value)
    check_need(proposed, at=at)
    return save_content(need, changes, by=by, at=at)


@transaction.atomic
def match_need(
    *, need: Need, supply_unit: Unit | None = None, outside_supplier: str = "", by: User, at: datetime
) -> Need:
    """Record who will serve the need: a unit of the city or a supplier outside.

    A need whose solution was not accepted may go to another supplier; the date of that solution is dropped.

    Raises: Refused by state or policy; ValidationError unless exactly one supplier is named.
    """
    need = lock_event(need)
    require(policies.may_match_need(by, need))
    need.require_move_to(NeedState.MATCHED)
    proposed = Need(
        demand_unit_id=need.demand_unit_id,
        supply_unit=supply_unit,
        outside_supplier=outside_supplier,
        state=NeedState.MATCHED,
    )
    check_supply(proposed)
    changes = {"supply_unit": supply_unit, "outside_supplier": outside_supplier, "solved_on": None}
    return save_move(need, NeedState.MATCHED, kind="matched", changes=changes, by=by, at=at)


@transaction.atomic
def solve_need(*, need: Need, solved_on: date, by: User, at: datetime) -> Need:
    """Record that a solution was offered to the demand side.

    Raises: Refused by state or policy; ValidationError for an impossible date.
    """
    need = lock_event(need)
    require(policies.may_solve_need(by, need))
    need.require_move_to(NeedState.SOLVED)
    check_date("solved_on", solved_on, label="提出解决方案日期", at=at, not_before=[("提出日期", need.raised_on)])
    return save_move(need, NeedState.SOLVED, kind="solved", changes={"solved_on": solved_on}, by=by, at=at)


@transaction.atomic
def confirm_need(
    *,
    need: Need,
    confirmed_on: date,
    confirmer: str,
    proof: str,
    is_late_entry: bool = False,
    by: User,
    at: datetime,
) -> Need:
    """Record the demand side's confirmation with its proof; from its year on the need counts.

    Raises: Refused by state or policy, or if the year is locked; ValidationError by field.
    """
    need = lock_event(need)
    require(policies.may_confirm_need(by, need))
    need.require_move_to(NeedState.CONFIRMED)
    check_date(
        "confirmed_on",
        confirmed_on,
        label="需求方确认日期",
        at=at,
        not_before=[("提出解决方案日期", need.solved_on)],
    )
    if not confirmer.strip():
        raise ValidationError({"confirmer": "“需求方确认人”未填写。请填写需求单位确认人的姓名。"})
    if not proof.strip():
        raise ValidationError({"proof": "“佐证材料”未填写。请填写需求方确认单的文号或名称。"})
    counted_year, is_late = decide_counted_year(need, confirmed_on, is_late_entry=is_late_entry)
    changes = {
        "confirmed_on": confirmed_on,
        "confirmer": confirmer,
        "proof": proof,
        "counted_year": counted_year,
        "is_late_entry": is_late,
    }
    return save_move(need, NeedState.CONFIRMED, kind="confirmed", changes=changes, by=by, at=at)


@transaction.atomic
def reopen_need(*, need: Need, reason: str, by: User, at: datetime) -> Need:
    """Take back one step: a match that failed, or a solution that the demand side did not accept.

    Raises: Refused by state or policy; ValidationError without a reason.
    """
    need = lock_event(need)
    require(policies.may_reopen_need(by, need))
    _require_reason(reason, "退回理由")
    if need.state == NeedState.SOLVED:
        return save_move(
            need, NeedState.MATCHED, kind="reopened", changes={"solved_on": None}, reason=reason, by=by, at=at
        )
    changes = {"supply_unit": None, "outside_supplier": ""}
    return save_move(need, NeedState.OPEN, kind="reopened", changes=changes, reason=reason, by=by, at=at)


@transaction.atomic
def close_need(*, need: Need, reason: str, by: User, at: datetime) -> Need:
    """Close a need that will not be solved.

    Raises: Refused by state or policy; ValidationError without a reason.
    """
    need = lock_event(need)
    require(policies.may_close_need(by, need))
    need.require_move_to(NeedState.CLOSED)
    _require_reason(reason, "关闭理由")
    return save_move(need, NeedState.CLOSED, kind="closed", reason=reason, by=by, at=at)


def _require_reason(reason: str, label: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": f"“{label}”未填写。请说明原因。"})
