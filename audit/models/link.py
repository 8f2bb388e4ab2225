"""The hash chain over the events: a link never changes, and neither does what it holds."""

import hashlib

from django.db import models
from django.db.models import Q

from audit.models.event import AuditEvent

# What stands before the first link.
ORIGIN = "0" * 64


def link_hash(previous_hash: str, position: int, event_id: int, event_digest: str) -> str:
    """Return the SHA-256 that ties an event to all linked before it."""
    return hashlib.sha256(f"{previous_hash}:{position}:{event_id}:{event_digest}".encode()).hexdigest()


class AuditLink(models.Model):
    """One event's place in the chain; a database trigger refuses its change and removal."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="link", verbose_name="审计事件")
    position = models.BigIntegerField("序号", unique=True)
    previous_hash = models.CharField("前一哈希", max_length=64)
    hash = models.CharField("哈希", max_length=64)

    class Meta:
        verbose_name = "审计链"
        verbose_name_plural = "审计链"
        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="auditlink_begins_at_one")]

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"
