"""The history of a record in plain words, and the list of events by role."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from audit.models import AuditEvent
from complexes.actions import ledger
from complexes.actions.cases import submit_case
from complexes.models import Case
from members.actions.units import change_unit
from portal import history
from tests.factories import make_case, make_complex, make_task, make_unit, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def case(filer: Any) -> Case:
    return make_case(
        make_complex(reporting_district=filer.district),
        description="演示",
        state="draft",
        submitted_on=None,
        selected_on=None,
        counted_year=None,
    )


def address(noun: str, code: Any) -> str:
    return reverse("portal:history", args=[noun, code])


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_changes_are_told_in_words(case: Case, filer: Any):
    submit_case(case=case, submitted_on=date(2026, 3, 1), by=filer, at=AT)
    ledger.withdraw_event(case, reason="重复登记", by=filer, at=AT)
    page = signed_in(filer).get(address("case", case.code))
    withdrawn, submitted = page.context["lines"]
    assert (submitted.act, submitted.actor, submitted.channel) == ("报送", filer.full_name, "命令")
    assert [(change.label, change.old, change.new) for change in submitted.changes] == [
        ("报送日期", "空", "2026-03-01"),
        ("状态", "起草中", "已报送"),
    ]
    assert (withdrawn.act, withdrawn.event.reason) == ("撤销", "重复登记")
    assert ("撤销人", "空", str(filer)) in [(row.label, row.old, row.new) for row in withdrawn.changes]


def test_a_hidden_record_has_no_history(case: Case):
    stranger = signed_in(make_user(Role.DISTRICT_FILER))
    hidden = stranger.get(address("case", case.code))
    missing = stranger.get(address("case", "AL-99999"))
    by_key = stranger.get(address("case", case.pk))
    unknown = stranger.get(address("nothing", case.code))
    answers = {(answer.status_code, answer.content) for answer in (hidden, missing, by_key, unknown)}
    assert len(answers) == 1
    assert hidden.status_code == 404


def test_history_costs_the_same_queries_with_one_and_three_changes(
    commission: Any, filer: Any, django_assert_num_queries: Any
):
    innovation_complex = make_complex(reporting_district=filer.district)
    client = signed_in(commission)
    client.get(reverse("portal:audit-list"))
    counts = []
    for number in (1, 3):
        task = make_task(innovation_complex)
        for _ in range(number):
            AuditEvent.objects.record(
                "tacklingtask.changed",
                task,
                by=make_user(Role.COMMISSION),
                at=AT,
                changes={
                    "undertaker": (make_unit().pk, make_unit().pk),
                    "innovation_complex": (None, innovation_complex.pk),
                },
            )
        with django_assert_num_queries(7):
            page = client.get(address("task", task.code))
        counts.append(len(page.context["lines"]))
    assert counts == [1, 3]


def test_the_list_shows_business_or_accounts_by_role(case: Case, filer: Any, commission: Any):
    ledger.withdraw_event(case, reason="重复", by=filer, at=AT)
    AuditEvent.objects.note("user.signed_in", filer, by=filer, at=AT)
    seen = {}
    for role in (Role.COMMISSION, Role.OBSERVER, Role.ADMINISTRATOR):
        page = signed_in(make_user(role)).get(reverse("portal:audit-list"))
        seen[role] = [line.event.kind for line in page.context["lines"]]
    assert seen == {
        Role.COMMISSION: ["case.withdrawn"],
        Role.OBSERVER: ["case.withdrawn"],
        Role.ADMINISTRATOR: ["user.signed_in"],
    }


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ({"object_type": "members.unit"}, ["unit.changed"]),
        ({"act": "withdrawn"}, ["case.withdrawn"]),
        ({"person": "查无此人"}, []),
        ({"q": "AL-"}, ["case.withdrawn"]),
        ({"since": "2026-03-03"}, []),
        ({"until": "2026-03-02"}, ["unit.changed", "case.withdrawn"]),
    ],
)
def test_the_list_is_narrowed(question: dict[str, str], kinds: list[str], case: Case, filer: Any, commission: Any):
    ledger.withdraw_event(case, reason="重复", by=filer, at=AT)
    unit = make_unit(home_district=filer.district)
    change_unit(unit=unit, changes={"name": "演示改名单位"}, expected_revision=0, by=filer, at=AT)
    page = signed_in(commission).get(reverse("portal:audit-list"), question)
    assert [line.event.kind for line in page.context["lines"]] == kinds


def test_a_refused_act_leaves_an_event_and_changes_nothing(case: Case, commission: Any):
    client = signed_in(commission)
    answer = client.post(reverse("complexes:case-move", args=[case.code, "withdraw"]), {"reason": "重复"})
    assert (answer.status_code, Case.objects.get().is_withdrawn) == (403, False)
    event = AuditEvent.objects.get(kind="user.refused")
    assert (event.actor, event.channel, event.row_digest) == (commission, "page", None)
    assert event.changes["address"] == [None, reverse("complexes:case-move", args=[case.code, "withdraw"])]


def test_every_page_of_history_opens_for_the_commission(commission: Any):
    client = signed_in(commission)
    for noun in history.NOUNS:
        assert (noun, client.get(address(noun, "no-such-1")).status_code) == (noun, 404)


def test_lists_and_facts_beside_the_fields_are_told_in_words(commission: Any, filer: Any):
    innovation_complex = make_complex(reporting_district=filer.district)
    AuditEvent.objects.record(
        "innovationcomplex.linked",
        innovation_complex,
        by=filer,
        at=AT,
        changes={"fields": ([], ["F01", "F02"]), "department": (None, "industry"), "digest": ("", "a" * 64)},
    )
    page = signed_in(commission).get(address("complex", innovation_complex.code))
    (line,) = page.context["lines"]
    assert [(change.label, change.old, change.new) for change in line.changes] == [
        ("部门", "空", "经信"),
        ("摘要", "空", "aaaaaaaaaaaa…"),
        ("产业领域", "空", "F01、F02"),
    ]
