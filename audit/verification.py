"""Check the trail against itself, the rows as they are now, and a head kept outside; name whatever differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from audit.chain import count_unlinked, head
from audit.models.event import AuditEvent
from audit.models.link import ORIGIN, AuditLink, link_hash
from audit.rows import Shape, audited_models, missing_columns, states_sql, stored_shapes

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold, of which table and row."""

    problem: str
    table: str
    key: int
    label: str = ""

    def __str__(self) -> str:
        return f"{self.problem}: {self.table} {self.key}" + (f" ({self.label})" if self.label else "")


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification read and found."""

    findings: list[Finding]
    events: int
    unlinked: int
    head: tuple[int, str]


def verify(*, kept_head: tuple[int, str] | None = None) -> Report:
    """Check events, chain and rows in one snapshot of the database; the caller opens the transaction."""
    findings = [
        *_check_events(),
        *_check_chain(),
        *(_check_kept_head(*kept_head) if kept_head else ()),
        *_check_shapes(),
        *(finding for model in audited_models() for finding in _check_rows(model)),
    ]
    return Report(findings, AuditEvent.objects.count(), count_unlinked(), head())


def _check_events() -> Iterator[Finding]:
    """Compute the digest of every event again."""
    for event in AuditEvent.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        if event.compute_digest() != event.digest:
            yield Finding("event altered", "audit_auditevent", event.pk, f"{event.kind} {event.object_label}")


def _check_chain() -> Iterator[Finding]:
    """Follow the chain link by link; each break is named once, and the walk goes on from what is stored."""
    expected_position, previous = 1, ORIGIN
    for position, event_id, previous_hash, current, digest, kind in _links():
        if position != expected_position:
            yield Finding("link removed", "audit_auditlink", expected_position, f"up to {position - 1}")
        elif previous_hash != previous:
            yield Finding("link altered", "audit_auditlink", position, "does not follow the one before")
        if digest is None:
            yield Finding("event removed", "audit_auditevent", event_id, f"link {position}")
        elif current != link_hash(previous_hash, position, event_id, digest):
            yield Finding("event or link altered", "audit_auditevent", event_id, f"{kind}, link {position}")
        expected_position, previous = position + 1, current


def _links() -> Iterator[tuple[Any, ...]]:
    """Yield every link with its event; a link whose event is gone is read as well."""
    last = 0
    while True:
        rows = list(_select(_LINKS, [last, _CHUNK]))
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _check_kept_head(position: int, kept: str) -> Iterator[Finding]:
    """Compare the chain with a head that was written down outside the database."""
    found = AuditLink.objects.filter(position=position).values_list("hash", flat=True).first()
    if found is None:
        yield Finding("chain cut", "audit_auditlink", position, f"the chain ends at {head()[0]}")
    elif found != kept:
        yield Finding("chain replaced", "audit_auditlink", position, "differs from the kept head")


def _check_shapes() -> Iterator[Finding]:
    """Name the shapes that digests need and that are gone or bent, by one of their events."""
    proven = {shape.code for shape in stored_shapes()}
    used = AuditEvent.objects.exclude(row_shape="").values("row_shape").annotate(first=models.Min("pk")).order_by()
    for row in used:
        if row["row_shape"] not in proven:
            yield Finding("shape altered or removed", "audit_rowshape", row["first"], row["row_shape"])


def _check_rows(model: type[models.Model]) -> Iterator[Finding]:
    """Compare each row as it is now with its newest event that says something about it."""
    label, table = model._meta.label_lower, model._meta.db_table
    for shape in stored_shapes():
        if shape.content["table"] == table:
            yield from _compare(label, shape)
    yield from _inserted(label, table)


def _compare(label: str, shape: Shape) -> Iterator[Finding]:
    table = shape.content["table"]
    gone = missing_columns(shape.content)
    if gone:
        (count,) = next(_select(_COVERED, [label, shape.code]))
        if count:
            yield Finding("rows cannot be compared", table, count, f"columns gone: {', '.join(gone)}")
        return
    statement = f"""
        {_NEWEST}, state AS ({states_sql(shape.content)})
        SELECT newest.object_id, newest.row_digest, state.digest, newest.object_label
        FROM newest LEFT JOIN state ON state.id = newest.object_id
        WHERE newest.row_shape = %s AND newest.row_digest <> coalesce(state.digest, '')
        ORDER BY newest.object_id
    """  # noqa: S608 - identifiers from the models, quoted
    for key, kept, found, name in _select(statement, [label, shape.code]):
        problem = "row removed" if found is None else "row inserted" if kept == "" else "row altered"
        yield Finding(problem, table, key, name)


def _inserted(label: str, table: str) -> Iterator[Finding]:
    statement = f"""
        SELECT t.id FROM {connection.ops.quote_name(table)} t
        WHERE NOT EXISTS (
            SELECT 1 FROM audit_auditevent e
            WHERE e.object_type = %s AND e.object_id = t.id AND e.row_digest IS NOT NULL
        )
        ORDER BY t.id
    """  # noqa: S608 - identifiers from the models, quoted
    for (key,) in _select(statement, [label]):
        yield Finding("row inserted", table, key, "no event tells of it")


_LINKS = """
    SELECT l.position, l.event_id, l.previous_hash, l.hash, e.digest, e.kind
    FROM audit_auditlink l LEFT JOIN audit_auditevent e ON e.id = l.event_id
    WHERE l.position > %s ORDER BY l.position LIMIT %s
"""
_NEWEST = """
    WITH newest AS (
        SELECT DISTINCT ON (object_id) object_id, row_digest, row_shape, object_label
        FROM audit_auditevent
        WHERE object_type = %s AND row_digest IS NOT NULL
        ORDER BY object_id, id DESC
    )
"""
_COVERED = f"{_NEWEST} SELECT count(*) FROM newest WHERE row_shape = %s"  # noqa: S608 - no input


def _select(statement: str, parameters: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from cursor
