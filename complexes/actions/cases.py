"""Verbs of synergy cases, one per move of CASE_TRANSITIONS."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from common.verdicts import require
from complexes.actions.ledger import change_event, create_event, lock_event, save_move
from complexes.choices import CaseState
from complexes.models import Case
from complexes.policies import cases as policies
from complexes.validation.ledger import check_date, decide_counted_year

_CODE_PREFIX = "AL"


@transaction.atomic
def create_case(*, values: Mapping[str, Any], by: User, at: datetime) -> Case:
    """Enter a case as a draft.

    Raises: Refused by policy; ValidationError by field.
    """
    return create_event(Case(**values), prefix=_CODE_PREFIX, by=by, at=at)


@transaction.atomic
def change_case(
    *, case: Case, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> Case:
    """Change a case's content.

    Raises: Refused("stale"), or by policy; ValidationError by field.
    """
    return change_event(case, changes, expected_revision=expected_revision, by=by, at=at)


@transaction.atomic
def submit_case(*, case: Case, submitted_on: date, by: User, at: datetime) -> Case:
    """Hand the case to the commission.

    Raises: Refused by state or policy; ValidationError for an impossible date or without description or proof.
    """
    case = lock_event(case)
    require(policies.may_submit_case(by, case))
    case.require_move_to(CaseState.SUBMITTED)
    check_date("submitted_on", submitted_on, label="报送日期", at=at)
    if not case.description.strip():
        raise ValidationError("案例的“内容说明”未填写，不能报送。请先编辑案例，补充内容说明。")
    return save_move(case, CaseState.SUBMITTED, kind="submitted", changes={"submitted_on": submitted_on}, by=by, at=at)


@transaction.atomic
def take_back_case(*, case: Case, by: User, at: datetime) -> Case:
    """Take an undecided case back to draft.

    Raises: Refused by state or policy.
    """
    case = lock_event(case)
    require(policies.may_take_back_case(by, case))
    return save_move(case, CaseState.DRAFT, kind="taken_back", changes={"submitted_on": None}, by=by, at=at)


@transaction.atomic
def select_case(*, case: Case, selected_on: date, is_late_entry: bool = False, by: User, at: datetime) -> Case:
    """Select the case; from its year on it counts.

    Raises: Refused by state or policy, or if the year is locked; ValidationError for an impossible date.
    """
    case = lock_event(case)
    require(policies.may_select_case(by, case))
    case.require_move_to(CaseState.SELECTED)
    check_date("selected_on", selected_on, label="遴选日期", at=at, not_before=[("报送日期", case.submitted_on)])
    counted_year, is_late = decide_counted_year(case, selected_on, is_late_entry=is_late_entry)
    changes = {"selected_on": selected_on, "counted_year": counted_year, "is_late_entry": is_late}
    return save_move(case, CaseState.SELECTED, kind="selected", changes=changes, by=by, at=at)


@transaction.atomic
def reject_case(*, case: Case, reason: str, by: User, at: datetime) -> Case:
    """Leave the case out of the selection.

    Raises: Refused by state or policy; ValidationError without a reason.
    """
    case = lock_event(case)
    require(policies.may_reject_case(by, case))
    case.require_move_to(CaseState.NOT_SELECTED)
    if not reason.strip():
        raise ValidationError({"reason": "“未入选理由”未填写。请说明原因。"})
    return save_move(case, CaseState.NOT_SELECTED, kind="rejected", reason=reason, by=by, at=at)
