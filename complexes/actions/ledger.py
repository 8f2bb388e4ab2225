"""Verbs that cases, tackling tasks and needs share: enter, change, move, share, confirm a part."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.models import AuditEvent
from audit.records import change_record, create_record, restore_record, withdraw_record
from common.codes import next_code
from common.holds import hold_for_change
from common.refusals import Refused
from common.verdicts import require
from complexes.models import InnovationComplex
from complexes.models.ledger import LedgerEvent, Participation
from complexes.policies import ledger as policies
from complexes.validation.ledger import titles_kept_apart

Event = TypeVar("Event", bound=LedgerEvent)
_CODE_WIDTH = 5


def lock_event(event: Event) -> Event:
    """Lock the event's row, then keep seals of every complex that has a part in it waiting."""
    rows: Any = type(event)._default_manager.select_for_update(of=("self",)).select_related("innovation_complex")
    locked = rows.get(pk=event.pk)
    participants = locked.participations.values_list("innovation_complex_id", flat=True)
    hold_for_change(InnovationComplex, [locked.innovation_complex_id, *participants])
    return locked


@transaction.atomic
def create_event(event: Event, *, prefix: str, by: User, at: datetime) -> Event:
    """Enter an event under the next number of its ledger.

    Raises: Refused if policy forbids it; ValidationError by field. Effects: one audit event.
    """
    require(policies.may_create_event(by, event.innovation_complex))
    event.code = next_code(type(event), prefix, _CODE_WIDTH)
    event.entered_by = by
    with titles_kept_apart(event):
        return create_record(event, by=by, at=at)


@transaction.atomic
def change_event(
    event: Event, changes: Mapping[str, Any], *, expected_revision: int | None, by: User, at: datetime
) -> Event:
    """Change the content of an event that no locked year counts.

    Raises: Refused("stale"), or by policy; ValidationError by field. Effects: one audit event.
    """
    event = lock_event(event)
    event.require_revision(expected_revision)
    require(policies.may_edit_event(by, event))
    return save_content(event, changes, by=by, at=at)


def save_content(event: Event, changes: Mapping[str, Any], *, by: User, at: datetime) -> Event:
    """Save the changed content of a locked event.

    Raises: ValidationError by field, also for a title that another event of the complex has.
    """
    with titles_kept_apart(event, title=changes.get("title", event.title)):
        return change_record(event, changes, by=by, at=at)


@transaction.atomic
def withdraw_event(event: Event, *, reason: str, expected_revision: int | None = None, by: User, at: datetime) -> Event:
    """Withdraw an event instead of deleting it; it counts nowhere until it is restored.

    Raises: Refused("stale"), or by policy; ValidationError without a reason. Effects: one audit event.
    """
    event = lock_event(event)
    event.require_revision(expected_revision)
    require(policies.may_withdraw_event(by, event))
    return withdraw_record(event, reason=reason, by=by, at=at)


@transaction.atomic
def restore_event(event: Event, *, reason: str, expected_revision: int | None = None, by: User, at: datetime) -> Event:
    """Take the withdrawal of an event back; it counts again as before.

    Raises: Refused("stale"), or by policy; ValidationError without a reason. Effects: one audit event.
    """
    event = lock_event(event)
    event.require_revision(expected_revision)
    require(policies.may_restore_event(by, event))
    with titles_kept_apart(event):
        return restore_record(event, reason=reason, by=by, at=at)


def save_move(
    event: Event,
    state: str,
    *,
    kind: str,
    by: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Move a locked event, with the fields that belong to the move, and write the audit event.

    Raises: Refused("state") if the table does not allow the move; ValidationError by field.
    """
    fields = {**(changes or {}), "state": state}
    old_values = {name: _plain(event, name) for name in fields}
    event.move_to(state)
    for name, value in fields.items():
        setattr(event, name, value)
    event.full_clean()
    event.revision += 1
    event.save(update_fields=[*fields, "revision", "updated_at"])
    AuditEvent.objects.record(
        f"{event._meta.model_name}.{kind}",
        event,
        by=by,
        at=at,
        reason=reason,
        changes={name: (old, _plain(event, name)) for name, old in old_values.items() if old != _plain(event, name)},
    )
    return event


@transaction.atomic
def share_event(event: LedgerEvent, *, innovation_complex: InnovationComplex, by: User, at: datetime) -> Participation:
    """Ask another complex to confirm its part in the event.

    Raises: Refused if policy forbids it; ValidationError if the complex is the owner, has a part already or is not
    active. Effects: one audit event; nothing counts before the confirmation.
    """
    event = lock_event(event)
    require(policies.may_share_event(by, event))
    if innovation_complex.pk == event.innovation_complex_id:
        raise ValidationError({"innovation_complex": "该综合体是本事项的所属综合体，无需共享。请填写其他综合体。"})
    if event.participations.filter(innovation_complex=innovation_complex).exists():
        raise ValidationError({"innovation_complex": "该综合体已在参与名单中。请勿重复添加。"})
    if not innovation_complex.is_active:
        raise ValidationError({"innovation_complex": "该综合体不在培育或建设期内，不能参与。请核对综合体编号。"})
    participation = event.participations.create(innovation_complex=innovation_complex)
    _record_part("shared", event, innovation_complex, by=by, at=at)
    return participation


@transaction.atomic
def confirm_participation(participation: Participation, *, by: User, at: datetime) -> Participation:
    """Confirm for the participating complex that it has a part; from now on it counts the event too.

    Raises: Refused by policy, above all if the complex's year is locked. Effects: one audit event.
    """
    participation = _lock_participation(participation)
    require(policies.may_confirm_participation(by, participation))
    participation.confirmed_by = by
    participation.confirmed_at = at
    participation.save(update_fields=["confirmed_by", "confirmed_at"])
    _record_part("part_confirmed", participation.event, participation.innovation_complex, by=by, at=at)
    return participation


@transaction.atomic
def withdraw_participation(participation: Participation, *, by: User, at: datetime) -> None:
    """Take a part back; the complex no longer counts the event.

    Raises: Refused by policy, above all if the complex's year is locked. Effects: one audit event.
    """
    participation = _lock_participation(participation)
    require(policies.may_withdraw_participation(by, participation))
    participation.delete()
    _record_part("part_withdrawn", participation.event, participation.innovation_complex, by=by, at=at)


def _lock_participation(participation: Participation) -> Participation:
    # The event first, as every other verb does; the part may be gone by the time the lock is ours.
    event = lock_event(participation.event)
    rows = type(participation)._default_manager.select_for_update(of=("self",)).select_related("innovation_complex")
    locked = rows.filter(pk=participation.pk).first()
    if locked is None:
        raise Refused("state", "该参与关系已被撤回。请刷新页面查看最新的参与名单。")
    locked.event = event
    return locked


def _record_part(
    kind: str, event: LedgerEvent, innovation_complex: InnovationComplex, *, by: User, at: datetime
) -> None:
    AuditEvent.objects.record(
        f"{event._meta.model_name}.{kind}",
        event,
        by=by,
        at=at,
        changes={"participant": (None, innovation_complex.code)},
    )


def _plain(event: LedgerEvent, name: str) -> Any:
    field: Any = event._meta.get_field(name)
    return field.value_from_object(event)
