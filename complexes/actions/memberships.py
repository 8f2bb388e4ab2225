"""Bring units into a complex, change and end their memberships, register contracts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.records import change_record, create_record
from common.refusals import Refused
from common.verdicts import require
from complexes.actions.complexes import lock_complex
from complexes.choices import MemberRole
from complexes.models import Contract, InnovationComplex, Membership
from complexes.policies import complexes as policies
from complexes.policies.memberships import keeps_locked_members
from complexes.validation import complexes as validation
from members.models import Unit


@transaction.atomic
def add_member(
    *,
    innovation_complex: InnovationComplex,
    unit: Unit,
    role: str,
    joined_on: date,
    left_on: date | None = None,
    contract: Contract | None = None,
    by: User,
    at: datetime,
) -> Membership:
    """Bring a unit into a complex; the lead unit changes by its own action.

    Raises: Refused by role, state or lock; ValidationError by field, also when the unit is a member already.
    """
    innovation_complex = lock_complex(innovation_complex)
    require(policies.may_edit_membership(by, innovation_complex))
    membership = Membership(
        innovation_complex=innovation_complex,
        unit=unit,
        role=role,
        joined_on=joined_on,
        left_on=left_on,
        contract=contract,
    )
    _check(membership, at=at)
    require(keeps_locked_members(innovation_complex, before=[], after=[membership]))
    return create_record(membership, by=by, at=at)


@transaction.atomic
def change_member(
    *, membership: Membership, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> Membership:
    """Change a membership's role, contract or day of joining.

    Raises: Refused by role, state, lock or stale page; ValidationError by field.
    """
    membership = _lock_membership(membership, expected_revision=expected_revision, by=by)
    if membership.is_lead and changes.get("role", MemberRole.LEAD) != MemberRole.LEAD:
        raise ValidationError({"role": "牵头单位的角色不能直接修改。请在综合体页面使用“变更牵头单位”。"})
    return _change_period(membership, changes, by=by, at=at, kind="changed")


@transaction.atomic
def end_membership(
    *, membership: Membership, left_on: date, reason: str, expected_revision: int | None, by: User, at: datetime
) -> Membership:
    """Let a unit leave the complex; `left_on` is the first day on which it is no longer a member.

    Raises: Refused by role, state, lock or stale page, and for the lead unit; ValidationError by field.
    """
    membership = _lock_membership(membership, expected_revision=expected_revision, by=by)
    if membership.is_lead and membership.left_on is None:
        raise Refused("lead", "牵头单位不能直接退出。请先在综合体页面“变更牵头单位”，再办理退出。")
    return _change_period(membership, {"left_on": left_on}, by=by, at=at, kind="ended", reason=reason)


@transaction.atomic
def add_contract(
    *, innovation_complex: InnovationComplex, changes: Mapping[str, Any], by: User, at: datetime
) -> Contract:
    """Register a charter or agreement of the complex.

    Raises: Refused by role or state; ValidationError by field.
    """
    innovation_complex = lock_complex(innovation_complex)
    require(policies.may_edit_membership(by, innovation_complex))
    contract = Contract(innovation_complex=innovation_complex, **changes)
    validation.check_day("signed_on", "签订日期", contract.signed_on, today=timezone.localdate(at))
    validation.check_contract_number_is_free(innovation_complex, contract.number)
    return create_record(contract, by=by, at=at)


def _lock_membership(membership: Membership, *, expected_revision: int | None, by: User) -> Membership:
    innovation_complex = lock_complex(membership.innovation_complex)
    membership = Membership.objects.select_for_update(of=("self",)).select_related("unit").get(pk=membership.pk)
    membership.innovation_complex = innovation_complex
    require(policies.may_edit_membership(by, innovation_complex))
    membership.require_revision(expected_revision)
    return membership


def _change_period(
    membership: Membership, changes: Mapping[str, Any], *, by: User, at: datetime, kind: str, reason: str = ""
) -> Membership:
    before = Membership(unit_id=membership.unit_id, joined_on=membership.joined_on, left_on=membership.left_on)
    after = Membership(
        pk=membership.pk,
        innovation_complex=membership.innovation_complex,
        unit=membership.unit,
        role=changes.get("role", membership.role),
        joined_on=changes.get("joined_on", membership.joined_on),
        left_on=changes.get("left_on", membership.left_on),
        contract=changes.get("contract", membership.contract),
    )
    _check(after, at=at)
    require(keeps_locked_members(membership.innovation_complex, before=[before], after=[after]))
    return change_record(membership, changes, by=by, at=at, kind=kind, reason=reason)


def _check(membership: Membership, *, at: datetime) -> None:
    today = timezone.localdate(at)
    validation.check_day("joined_on", "加入日期", membership.joined_on, today=today)
    validation.check_not_before_formation("joined_on", "加入日期", membership.joined_on, membership.innovation_complex)
    validation.check_day("left_on", "退出日期", membership.left_on, today=today)
    membership.clean()
    if membership.is_lead and membership.pk is None:
        raise ValidationError({"role": "牵头单位请在综合体页面使用“变更牵头单位”办理。"})
    validation.check_contract_fits(membership.contract, membership.innovation_complex)
    validation.check_member_is_free(membership)
