"""Save a plain record: revision checked, rules checked, the event written in the same transaction."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from audit.models import AuditEvent
from common.revisions import RevisedModel
from common.states import StatefulModel

Record = TypeVar("Record", bound=RevisedModel)


@transaction.atomic
def create_record(
    record: Record,
    *,
    by: Any,
    at: datetime,
    kind: str = "created",
    reason: str = "",
    parts: Callable[[Record], Any] | None = None,
) -> Record:
    """Validate and insert a record; `parts` inserts rows that belong to it.

    Raises: ValidationError by field. Effects: one audit event with every filled field.
    """
    record.full_clean()
    record.save(force_insert=True)
    if parts is not None:
        parts(record)
    changes = {
        field.attname: (None, value)
        for field in record._meta.concrete_fields
        if (value := field.value_from_object(record)) not in (None, "") and not field.primary_key
    }
    AuditEvent.objects.record(f"{record._meta.model_name}.{kind}", record, by=by, at=at, changes=changes, reason=reason)
    return record


@transaction.atomic
def change_record(
    record: Record,
    changes: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    kind: str = "changed",
    reason: str = "",
    parts: Callable[[Record], Any] | None = None,
) -> Record:
    """Set the given fields of a locked record, validate, and save only what differs.

    The caller has locked the row and asked policy and revision. `changes` names model fields; nothing else is
    touched; `parts` changes rows that belong to the record, if anything differs.
    Raises: ValidationError by field. Effects: one audit event if anything differs.
    """
    old_values = {name: _plain(record, name) for name in changes}
    _set(record, changes)
    return _save_differing(record, old_values, by=by, at=at, kind=kind, reason=reason, parts=parts)


@transaction.atomic
def move_record(
    record: Record,
    state: str,
    changes: Mapping[str, Any] | None = None,
    *,
    by: Any,
    at: datetime,
    kind: str,
    reason: str = "",
) -> Record:
    """Move a locked record with states, together with the fields that go with the new state.

    Raises: Refused("state") if the table does not allow the move; ValidationError by field.
    Effects: one audit event of the move and its changes.
    """
    changes = changes or {}
    old_values = {name: _plain(record, name) for name in ("state", *changes)}
    assert isinstance(record, StatefulModel)
    record.move_to(state)
    _set(record, changes)
    return _save_differing(record, old_values, by=by, at=at, kind=kind, reason=reason)


def withdraw_record(record: Record, *, reason: str, by: Any, at: datetime) -> Record:
    """Withdraw a locked record instead of deleting it; the caller has asked policy and revision.

    Raises: ValidationError at "reason" if it is empty. Effects: one audit event with the reason.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "“撤销理由”未填写。请说明撤销的原因。"})
    changes = {"withdrawn_at": at, "withdrawn_by": by, "withdrawal_reason": reason}
    return change_record(record, changes, by=by, at=at, kind="withdrawn", reason=reason)


def restore_record(record: Record, *, reason: str, by: Any, at: datetime) -> Record:
    """Take the withdrawal of a locked record back; the caller has asked policy and revision.

    Raises: ValidationError at "reason" if it is empty. Effects: one audit event with the reason.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "“恢复理由”未填写。请说明恢复的原因。"})
    changes = {"withdrawn_at": None, "withdrawn_by": None, "withdrawal_reason": ""}
    return change_record(record, changes, by=by, at=at, kind="restored", reason=reason)


def _set(record: models.Model, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(record, name, value)


def _save_differing(
    record: Record,
    old_values: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    kind: str,
    reason: str,
    parts: Callable[[Record], Any] | None = None,
) -> Record:
    differing = {name: (old, _plain(record, name)) for name, old in old_values.items() if old != _plain(record, name)}
    if not differing:
        return record
    record.full_clean()
    record.revision += 1
    record.save(update_fields=[*differing, "revision", *_touched_times(record)])
    if parts is not None:
        parts(record)
    AuditEvent.objects.record(
        f"{record._meta.model_name}.{kind}", record, by=by, at=at, changes=differing, reason=reason
    )
    return record


def _plain(record: models.Model, name: str) -> Any:
    field: Any = record._meta.get_field(name)
    return field.value_from_object(record)


def _touched_times(record: models.Model) -> list[str]:
    return [field.name for field in record._meta.concrete_fields if getattr(field, "auto_now", False)]


@transaction.atomic
def sync_reference(model: type[models.Model], key: str, rows: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Create or update rows of a reference list by their key, and return how many differed.

    Effects: one audit event per row that differs; rows missing from the list stay.
    """
    rows = list(rows)
    known = {getattr(record, key): record for record in model._default_manager.all()}
    differing = 0
    for row in rows:
        record = known.get(row[key])
        if record is None:
            record = model(**row)
            record.full_clean()
            record.save()
            loaded = {name: (None, value) for name, value in row.items() if value not in (None, "")}
            AuditEvent.objects.record(f"{model._meta.model_name}.loaded", record, by=None, at=at, changes=loaded)
            differing += 1
            continue
        changes = {
            name: (getattr(record, name), value) for name, value in row.items() if getattr(record, name) != value
        }
        if changes:
            for name, (_, value) in changes.items():
                setattr(record, name, value)
            record.full_clean()
            record.save(update_fields=list(changes))
            AuditEvent.objects.record(f"{model._meta.model_name}.changed", record, by=None, at=at, changes=changes)
            differing += 1
    return differing


def record_many(
    kind: str,
    records: Iterable[models.Model],
    *,
    by: Any,
    at: datetime,
    reason: str = "",
    changes: Mapping[int, Mapping[str, tuple[Any, Any]]] | None = None,
) -> None:
    """Write one event per row of a bulk change, in a few statements per thousand rows."""
    AuditEvent.objects.record_many(kind, list(records), by=by, at=at, reason=reason, changes=changes)
