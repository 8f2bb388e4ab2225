"""Save a plain record: revision checked, rules checked, the event written in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from audit.models import AuditEvent
from common.revisions import RevisedModel

Record = TypeVar("Record", bound=RevisedModel)


@transaction.atomic
def create_record(record: Record, *, by: Any, at: datetime, kind: str = "created", reason: str = "") -> Record:
    """Validate and insert a record.

    Raises: ValidationError by field. Effects: one audit event with every filled field.
    """
    record.full_clean()
    record.save(force_insert=True)
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
) -> Record:
    """Set the given fields of a locked record, validate, and save only what differs.

    The caller has locked the row and asked policy and revision. `changes` names model fields; nothing else is
    touched. Raises: ValidationError by field. Effects: one audit event if anything differs.
    """
    old_values = {name: _plain(record, name) for name in changes}
    for name, value in changes.items():
        setattr(record, name, value)
    differing = {name: (old, _plain(record, name)) for name, old in old_values.items() if old != _plain(record, name)}
    if not differing:
        return record
    record.full_clean()
    record.revision += 1
    record.save(update_fields=[*differing, "revision", *_touched_times(record)])
    AuditEvent.objects.record(
        f"{record._meta.model_name}.{kind}", record, by=by, at=at, changes=differing, reason=reason
    )
    return record


def _plain(record: models.Model, name: str) -> Any:
    return record._meta.get_field(name).value_from_object(record)


def _touched_times(record: models.Model) -> list[str]:
    return [field.name for field in record._meta.concrete_fields if getattr(field, "auto_now", False)]
