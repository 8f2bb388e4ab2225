"""Link events into the hash chain; the unlinked tail is what has not been linked yet."""

from django.db import connection, transaction

from audit.models.link import ORIGIN, AuditLink, link_hash
from common.copying import copy_rows

_BATCH = 20_000
# The chain grows in one place at a time: an advisory lock, held until the transaction ends.
_LOCK = 0x61756469746C6E6B

_UNLINKED = """
    SELECT e.id, e.digest FROM audit_auditevent e
    WHERE NOT EXISTS (SELECT 1 FROM audit_auditlink l WHERE l.event_id = e.id)
    ORDER BY e.id LIMIT %s
"""


def head() -> tuple[int, str]:
    """Return position and hash of the last link; (0, ORIGIN) before the first."""
    last = AuditLink.objects.order_by("-position").values_list("position", "hash").first()
    return last or (0, ORIGIN)


def count_unlinked() -> int:
    """Return how many events wait to be linked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_auditevent e"
            " WHERE NOT EXISTS (SELECT 1 FROM audit_auditlink l WHERE l.event_id = e.id)"
        )
        return cursor.fetchone()[0]


@transaction.atomic
def link_batch(size: int = _BATCH) -> int | None:
    """Link the oldest unlinked events and return how many; None if somebody else is linking."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_UNLINKED, [size])
        events = cursor.fetchall()
    position, previous = head()
    rows = []
    for event_id, digest in events:
        position += 1
        current = link_hash(previous, position, event_id, digest)
        rows.append((event_id, position, previous, current))
        previous = current
    copy_rows(AuditLink, ("event_id", "position", "previous_hash", "hash"), rows)
    return len(rows)


def link_all() -> int:
    """Link every event that waits, batch by batch, and return how many; whatever is committed stays linked."""
    total = 0
    while linked := link_batch():
        total += linked
    return total
