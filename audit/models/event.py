"""Append-only events: who did what to which object, when, why, through which channel."""

import hashlib
import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from audit.context import current_origin
from audit.rows import NO_ROW, is_audited, row_digests, shape_of

_BATCH = 1000


class AuditEventManager(models.Manager["AuditEvent"]):
    def record(
        self,
        kind: str,
        record: models.Model,
        *,
        by: Any,
        at: datetime,
        reason: str = "",
        changes: Mapping[str, tuple[Any, Any]] | None = None,
        acting_for: Any = None,
        leaves_row: bool = True,
    ) -> "AuditEvent":
        """Write one event in the transaction of the change, after every change of the row and its parts.

        `leaves_row` is false where the row is about to be removed.
        """
        event = self.build(kind, record, by=by, at=at, reason=reason, changes=changes, acting_for=acting_for)
        event.cover_row(row_digests(record._meta.model, [record.pk]) if leaves_row else {})
        event.save(force_insert=True)
        return event

    def record_many(
        self,
        kind: str,
        records: Sequence[models.Model],
        *,
        by: Any,
        at: datetime,
        reason: str = "",
        changes: Mapping[int, Mapping[str, tuple[Any, Any]]] | None = None,
    ) -> None:
        """Write one event per row of a bulk change of one model, set by set; `changes` by the row's key."""
        for start in range(0, len(records), _BATCH):
            part = records[start : start + _BATCH]
            digests = row_digests(part[0]._meta.model, [record.pk for record in part])
            events = []
            for record in part:
                event = self.build(kind, record, by=by, at=at, reason=reason, changes=(changes or {}).get(record.pk))
                event.cover_row(digests)
                events.append(event)
            self.bulk_create(events)

    def note(
        self,
        kind: str,
        record: models.Model,
        *,
        by: Any,
        at: datetime,
        reason: str = "",
        changes: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> "AuditEvent":
        """Write one event that changes no row: a sign-in, a refusal. It says nothing about the row's state."""
        event = self.build(kind, record, by=by, at=at, reason=reason, changes=changes)
        event.seal()
        event.save(force_insert=True)
        return event

    def build(
        self,
        kind: str,
        record: models.Model,
        *,
        by: Any,
        at: datetime,
        reason: str = "",
        changes: Mapping[str, tuple[Any, Any]] | None = None,
        acting_for: Any = None,
    ) -> "AuditEvent":
        """Return an event, not yet sealed or written."""
        origin = current_origin()
        return AuditEvent(
            kind=kind,
            object_type=record._meta.label_lower,
            object_id=record.pk,
            object_label=str(record)[:200],
            actor=by,
            acting_for=acting_for,
            channel=origin.channel,
            request_id=origin.request_id,
            address=origin.address,
            reason=reason,
            changes=json.loads(json.dumps(changes or {}, cls=DjangoJSONEncoder)),
            occurred_at=at,
        )


class AuditEvent(models.Model):
    """One event; a database trigger refuses its change and removal."""

    kind = models.CharField("事件", max_length=60)
    object_type = models.CharField("对象类型", max_length=60)
    object_id = models.BigIntegerField("对象编号")
    object_label = models.CharField("对象", max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="责任人"
    )
    channel = models.CharField("渠道", max_length=10)
    request_id = models.CharField("请求编号", max_length=32, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)
    reason = models.TextField("理由", blank=True)
    changes = models.JSONField("变更", default=dict, encoder=DjangoJSONEncoder)
    # The row after the change: NULL says nothing about it, an empty text that it is gone.
    row_digest = models.CharField("行摘要", max_length=64, null=True, blank=True)  # noqa: DJ001
    row_shape = models.CharField("行摘要范围", max_length=16, blank=True)
    digest = models.CharField("摘要", max_length=64)
    occurred_at = models.DateTimeField("时间")

    objects = AuditEventManager()

    class Meta:
        verbose_name = "审计事件"
        verbose_name_plural = "审计事件"
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="auditevent_by_object")]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M:%S} {self.kind} {self.object_label}"

    def cover_row(self, digests: Mapping[int, str]) -> None:
        """Put the state of the row into the event and seal it."""
        if is_audited(type(self).model_of(self.object_type)):
            self.row_digest = digests.get(self.object_id, NO_ROW)
            self.row_shape = shape_of(type(self).model_of(self.object_type)).code
        self.seal()

    @staticmethod
    def model_of(object_type: str) -> type[models.Model]:
        return apps.get_model(object_type)

    def seal(self) -> None:
        self.digest = self.compute_digest()

    def compute_digest(self) -> str:
        """Return the SHA-256 over the event's canonical content."""
        content = [
            self.kind,
            self.object_type,
            self.object_id,
            self.object_label,
            self.actor_id,
            self.acting_for_id,
            self.channel,
            self.request_id,
            str(ipaddress.ip_address(self.address)) if self.address else None,
            self.reason,
            self.changes,
            self.occurred_at.timestamp(),
            self.row_digest,
            self.row_shape,
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
