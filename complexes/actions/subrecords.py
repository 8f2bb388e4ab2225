"""Verbs of what is kept under a complex, a task or a need: enter, change, withdraw, restore."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.records import change_record, create_record, restore_record, withdraw_record
from common.verdicts import Verdict, require
from common.withdrawing import is_withdrawn, stands
from complexes.actions.complexes import lock_complex
from complexes.actions.ledger import lock_event
from complexes.models import InnovationComplex
from complexes.models.subrecord import Subrecord
from complexes.policies.subrecords import may_keep
from complexes.validation.complexes import check_day

Row = TypeVar("Row", bound=Subrecord)
# Looks at a row as it would be, beside the other rows of its owner; raises ValidationError by field.
Check = Callable[[Any], None]


@transaction.atomic
def create_subrecord(record: Row, *, check: Check | None = None, by: User, at: datetime) -> Row:
    """Enter a row under its owner.

    Raises: Refused by policy; ValidationError by field. Effects: one audit event.
    """
    _hold(record, by=by)
    _check_days(record, at=at)
    if check:
        check(record)
    return create_record(record, by=by, at=at)


@transaction.atomic
def change_subrecord(
    record: Row,
    changes: Mapping[str, Any],
    *,
    expected_revision: int | None,
    check: Check | None = None,
    by: User,
    at: datetime,
) -> Row:
    """Change a row.

    Raises: Refused("stale"), or by policy; ValidationError by field. Effects: one audit event.
    """
    record = _locked(record, expected_revision=expected_revision, ask=stands, by=by)
    proposed = type(record)(**{field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields})
    for name, value in changes.items():
        setattr(proposed, name, value)
    if proposed.owner.pk != record.owner.pk:
        raise ValidationError("所选的上级记录不属于同一事项。请从列表中重新选择。")
    _check_days(proposed, at=at)
    if check:
        check(proposed)
    return change_record(record, changes, by=by, at=at)


@transaction.atomic
def withdraw_subrecord(record: Row, *, reason: str, by: User, at: datetime) -> Row:
    """Withdraw a row instead of deleting it.

    Raises: Refused by policy; ValidationError without a reason. Effects: one audit event.
    """
    record = _locked(record, expected_revision=None, ask=stands, by=by)
    return withdraw_record(record, reason=reason, by=by, at=at)


@transaction.atomic
def restore_subrecord(record: Row, *, reason: str, by: User, at: datetime) -> Row:
    """Take a withdrawal back.

    Raises: Refused by policy; ValidationError without a reason, or if another row has taken its place.
    """
    record = _locked(record, expected_revision=None, ask=is_withdrawn, by=by)
    return restore_record(record, reason=reason, by=by, at=at)


def _locked(record: Row, *, expected_revision: int | None, ask: Callable[[Any], Verdict], by: User) -> Row:
    _hold(record, by=by)
    rows: Any = type(record)._default_manager.select_for_update(of=("self",))
    locked = rows.get(pk=record.pk)
    locked.require_revision(expected_revision)
    require(ask(locked))
    return locked


def _hold(record: Subrecord, *, by: User) -> None:
    owner = record.owner
    owner = lock_complex(owner) if isinstance(owner, InnovationComplex) else lock_event(owner)
    require(may_keep(by, owner))


def _check_days(record: Subrecord, *, at: datetime) -> None:
    today = timezone.localdate(at)
    for name in record.PAST_DAYS:
        field: Any = record._meta.get_field(name)
        check_day(name, str(field.verbose_name), getattr(record, name), today=today)
