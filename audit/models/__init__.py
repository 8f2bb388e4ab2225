from audit.models.event import AuditEvent
from audit.models.link import AuditLink
from audit.models.shape import RowShape

__all__ = ["AuditEvent", "AuditLink", "RowShape"]
