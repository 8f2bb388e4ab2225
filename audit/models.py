"""Append-only events: who did what to which object, when, why, through which channel."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from audit.context import current_origin


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
    ) -> "AuditEvent":
        """Write one event in the transaction of the change."""
        event = self.build(kind, record, by=by, at=at, reason=reason, changes=changes, acting_for=acting_for)
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
        """Return an event with its digest, not yet written."""
        origin = current_origin()
        event = AuditEvent(
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
        event.digest = event.compute_digest()
        return event


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
    digest = models.CharField("摘要", max_length=64)
    occurred_at = models.DateTimeField("时间")

    objects = AuditEventManager()

    class Meta:
        verbose_name = "审计事件"
        verbose_name_plural = "审计事件"
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="auditevent_by_object")]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M:%S} {self.kind} {self.object_label}"

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
            self.address,
            self.reason,
            self.changes,
            self.occurred_at.timestamp(),
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
