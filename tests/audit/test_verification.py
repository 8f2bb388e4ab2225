"""Whatever is altered, removed or inserted past the portal is named; whatever the portal does is not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import District
from audit.chain import count_unlinked, head, link_all
from audit.models import AuditEvent, AuditLink
from audit.models.link import ORIGIN, link_hash
from audit.rows import audited_models, shape_of
from audit.verification import Finding, verify
from complexes.models import Case, CaseParticipation
from indicators.models import FigureValue

pytestmark = pytest.mark.django_db

ALTERATIONS = 100 if os.environ.get("PORTAL_COUNTS") == "nightly" else 5
_OTHER_VALUES = {
    "text": "{} || '改'",
    "character varying": "left({} || '改', 500)",
    "integer": "{} + 1",
    "smallint": "{} + 1",
    "bigint": "{} + 1",
    "numeric": "{} + 1",
    "boolean": "NOT {}",
    "date": "{} + 1",
    "timestamp with time zone": "{} + interval '1 second'",
    "jsonb": "jsonb_build_array({})",
    "inet": "{} + 1",
}


@contextmanager
def past_the_portal() -> Iterator[Any]:
    """Work as the owner of the tables with every trigger switched off; what was done is undone at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Settle what earlier writes left to the end, so that tables can be altered too.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
            cursor.execute("SET LOCAL session_replication_role = origin")
        transaction.set_rollback(True)


def findings(**options: Any) -> list[Finding]:
    return verify(**options).findings


def places() -> list[tuple[str, str, int]]:
    return [(finding.problem, finding.table, finding.key) for finding in findings()]


def test_a_trail_of_the_portals_own_acts_has_no_finding(trail: None):
    report = verify()
    assert (report.findings, report.unlinked, report.head[0]) == ([], 0, report.events)


def test_random_alterations_are_all_named(trail: None):
    """Each in a copy of its own: a value, a row or an event is altered, or removed."""
    random = Random(20260611)
    missed = []
    for number in range(ALTERATIONS):
        with past_the_portal() as cursor:
            wanted = _bend(cursor, random)
            cursor.execute("SET LOCAL session_replication_role = origin")
            if wanted not in places():
                missed.append((number, wanted))
    assert missed == []


def _bend(cursor: Any, random: Random) -> tuple[str, str, int]:
    """Do one thing that no constraint notices, and return the finding that must name it."""
    while True:
        table, problem = random.choice(
            [("audit_auditevent", "event altered"), ("audit_auditevent", "event removed")]
            + [(model._meta.db_table, "row altered") for model in audited_models()]
            + [(model._meta.db_table, "row removed") for model in audited_models()]
        )
        cursor.execute(f'SELECT id FROM "{table}" ORDER BY id')
        keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            continue
        key = random.choice(keys)
        if problem.endswith("removed"):
            cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [key])
            return problem, table, key
        if _alter(cursor, random, table, key):
            return problem, table, key


def _alter(cursor: Any, random: Random, table: str, key: int) -> bool:
    columns = {model._meta.db_table: shape_of(model).content["columns"] for model in audited_models()}
    columns["audit_auditevent"] = ["kind", "object_label", "reason", "changes", "occurred_at", "channel", "row_digest"]
    column = random.choice([name for name in columns[table] if name != "id"])
    cursor.execute(
        "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, column]
    )
    other = _OTHER_VALUES[cursor.fetchone()[0]].format(f'"{column}"')
    try:
        with transaction.atomic():
            cursor.execute(f'UPDATE "{table}" SET "{column}" = {other} WHERE id = %s AND "{column}" IS NOT NULL', [key])
            return cursor.rowcount == 1
    except DatabaseError:
        return False


def test_a_part_that_is_altered_names_the_record_it_belongs_to(trail: None):
    part = CaseParticipation.objects.filter(confirmed_at__isnull=False).first()
    figure = FigureValue.objects.filter(version__number=1).first()
    for table, key, wanted in (
        ("complexes_caseparticipation", part.pk, ("row altered", "complexes_case", part.event_id)),
        ("indicators_figurevalue", figure.pk, ("row altered", "indicators_filing", figure.version.filing_id)),
    ):
        with past_the_portal() as cursor:
            cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [key])
            assert places() == [wanted]


def test_a_row_without_an_event_is_named(trail: None):
    with past_the_portal():
        district = District.objects.create(
            code="999999", name="演示虚设区", kind="district", position=99, valid_from="2026-01-01"
        )
        assert places() == [("row inserted", "accounts_district", district.pk)]


def test_an_event_written_past_the_portal_breaks_its_digest(trail: None):
    with past_the_portal():
        event = AuditEvent.objects.order_by("pk").first()
        event.pk = None
        event.reason = "事后补写"
        event.save()
        assert places() == [("event altered", "audit_auditevent", event.pk)]


def test_a_forged_event_with_its_digest_is_named_by_the_chain(trail: None):
    with past_the_portal():
        event = AuditEvent.objects.order_by("pk")[5]
        event.object_label = "他人"
        event.seal()
        event.save()
        assert places() == [("event or link altered", "audit_auditevent", event.pk)]


def test_a_link_that_is_altered_or_removed_is_named(trail: None):
    with past_the_portal() as cursor:
        cursor.execute("UPDATE audit_auditlink SET hash = %s WHERE position = 7", ["f" * 64])
        assert [place[0] for place in places()] == ["event or link altered", "link altered"]
    with past_the_portal() as cursor:
        cursor.execute("DELETE FROM audit_auditlink WHERE position = 7")
        assert places() == [("link removed", "audit_auditlink", 7)]


def test_a_cut_tail_is_noticed_against_a_kept_head(trail: None):
    kept = head()
    with past_the_portal() as cursor:
        cursor.execute("DELETE FROM audit_auditlink WHERE position > %s", [kept[0] - 3])
        assert (findings(), verify().unlinked) == ([], 3)
        assert [finding.problem for finding in findings(kept_head=kept)] == ["chain cut"]


def test_a_chain_written_anew_is_noticed_against_a_kept_head(trail: None):
    kept = head()
    with past_the_portal() as cursor:
        event = AuditEvent.objects.order_by("pk")[5]
        event.reason = "改写"
        event.seal()
        event.save()
        previous = ORIGIN
        for link in AuditLink.objects.select_related("event").order_by("position"):
            current = link_hash(previous, link.position, link.event_id, link.event.digest)
            cursor.execute(
                "UPDATE audit_auditlink SET previous_hash = %s, hash = %s WHERE id = %s", [previous, current, link.pk]
            )
            previous = current
        assert findings() == []
        assert [finding.problem for finding in findings(kept_head=kept)] == ["chain replaced"]


def test_digests_of_an_older_shape_stay_verifiable(trail: None):
    """A new column changes what new digests cover; earlier ones are compared by what they covered."""
    with past_the_portal() as cursor:
        cursor.execute("ALTER TABLE complexes_case ADD COLUMN novelty text NOT NULL DEFAULT 'x'")
        assert places() == []
        key = Case.objects.values_list("pk", flat=True).first()
        cursor.execute("UPDATE complexes_case SET title = 'y' WHERE id = %s", [key])
        assert places() == [("row altered", "complexes_case", key)]


def test_a_column_that_is_gone_is_told(trail: None):
    with past_the_portal() as cursor:
        cursor.execute("ALTER TABLE accounts_succession DROP COLUMN places")
        (finding,) = findings()
        assert finding.label == "columns gone: accounts_succession.places"


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id WHERE id > 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["audit_auditevent", "audit_auditlink"])
def test_the_database_refuses_change_and_removal(trail: None, table: str, statement: str):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in ("audit_auditevent", "audit_auditlink"):
            cursor.execute(
                f"ALTER TABLE {name} ENABLE TRIGGER {name.replace('audit_audit', 'audit_')}_refuses_truncate"
            )
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
        transaction.set_rollback(True)


def test_linking_twice_links_nothing_twice(trail: None):
    with transaction.atomic():
        before = head()
        AuditEvent.objects.note("user.signed_in", District.objects.first(), by=None, at=timezone.now())
        assert (count_unlinked(), link_all(), link_all(), count_unlinked()) == (1, 1, 0, 0)
        assert head()[0] == before[0] + 1
        transaction.set_rollback(True)


def test_the_command_names_the_first_finding_and_fails(trail: None):
    position, digest = head()
    out = StringIO()
    call_command("verify_audit", "--head", f"{position}:{digest}", stdout=out)
    assert f"Head: {position}:{digest}" in out.getvalue()
    with past_the_portal() as cursor:
        key = District.objects.order_by("pk").values_list("pk", flat=True)[3]
        cursor.execute("UPDATE accounts_district SET name = name || '改' WHERE id = %s", [key])
        with pytest.raises(CommandError, match=f"row altered: accounts_district {key}") as error:
            call_command("verify_audit", stdout=StringIO())
        assert error.value.returncode == 1


def test_the_command_wants_a_head_as_it_prints_one(trail: None):
    with pytest.raises(CommandError, match="POSITION:HASH"):
        call_command("verify_audit", "--head", "12", stdout=StringIO())


def test_an_event_of_a_later_moment_covers_the_row_again(trail: None):
    """Negative control of the comparison: the same change, told by an event, is no finding."""
    with transaction.atomic():
        case = Case.objects.order_by("pk").first()
        case.title += "改"
        case.save(update_fields=["title"])
        assert places() == [("row altered", "complexes_case", case.pk)]
        AuditEvent.objects.record("case.changed", case, by=None, at=timezone.now() + timedelta(seconds=1))
        assert places() == []
        transaction.set_rollback(True)
