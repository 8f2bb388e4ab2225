"""Two people meet at one complex."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from accounts.choices import Role
from complexes.actions.complexes import change_complex, create_complex
from complexes.actions.decisions import confirm_decision, propose_decision
from complexes.actions.locks import lock_period
from complexes.actions.memberships import add_member
from complexes.choices import ComplexState
from complexes.models import InnovationComplex, LifecycleDecision, Membership, PeriodLock
from tests.complexes.test_policies_complexes import make_complex_in
from tests.factories import make_complex, make_unit, make_user
from tests.threads import act_together, start, wait_until_at_rest

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
DAY = date(2025, 6, 1)


def _filers(innovation_complex) -> list:
    return [make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district) for _ in range(2)]


def test_same_unit_is_added_once() -> None:
    innovation_complex, unit = make_complex(), make_unit()

    outcomes = act_together(
        [
            lambda person=person: add_member(
                innovation_complex=innovation_complex, unit=unit, role="member", joined_on=DAY, by=person, at=AT
            )
            for person in _filers(innovation_complex)
        ]
    )

    assert (outcomes, Membership.objects.filter(unit=unit).count()) == (["done", "invalid"], 1)


def test_different_units_are_both_added() -> None:
    innovation_complex = make_complex()

    outcomes = act_together(
        [
            lambda person=person, unit=unit: add_member(
                innovation_complex=innovation_complex, unit=unit, role="member", joined_on=DAY, by=person, at=AT
            )
            for person, unit in zip(_filers(innovation_complex), [make_unit(), make_unit()], strict=True)
        ]
    )

    assert (outcomes, Membership.objects.count()) == (["done", "done"], 3)


def test_of_two_edits_from_the_same_page_one_is_stale() -> None:
    innovation_complex = make_complex()

    outcomes = act_together(
        [
            lambda person=person: change_complex(
                innovation_complex=innovation_complex,
                changes={"name": f"演示{person.pk}"},
                expected_revision=0,
                by=person,
                at=AT,
            )
            for person in _filers(innovation_complex)
        ]
    )

    assert (outcomes, InnovationComplex.objects.get().revision) == (["done", "stale"], 1)


def test_complexes_drafted_at_once_get_different_numbers() -> None:
    people = [make_user(Role.DISTRICT_FILER) for _ in range(4)]
    units = [make_unit() for _ in people]

    outcomes = act_together(
        [
            lambda person=person, unit=unit: create_complex(
                changes={"name": f"演示{person.pk}", "kind": "enterprise_led"},
                lead_unit=unit,
                since=DAY,
                by=person,
                at=AT,
            )
            for person, unit in zip(people, units, strict=True)
        ]
    )

    assert outcomes == ["done"] * 4
    assert sorted(InnovationComplex.objects.values_list("code", flat=True)) == [
        "CQ-0001",
        "CQ-0002",
        "CQ-0003",
        "CQ-0004",
    ]


def test_one_of_two_proposals_waits() -> None:
    innovation_complex = make_complex_in(ComplexState.APPLIED)
    people = [make_user(Role.COMMISSION) for _ in range(2)]

    outcomes = act_together(
        [
            lambda person=person: propose_decision(
                innovation_complex=innovation_complex,
                to_state=ComplexState.CULTIVATING,
                reason="演示",
                decided_on=DAY,
                by=person,
                at=AT,
            )
            for person in people
        ]
    )

    assert (outcomes, LifecycleDecision.objects.count()) == (["done", "open_decision"], 1)


def test_decision_is_confirmed_once() -> None:
    innovation_complex = make_complex_in(ComplexState.APPLIED)
    decision = propose_decision(
        innovation_complex=innovation_complex,
        to_state=ComplexState.CULTIVATING,
        reason="演示",
        decided_on=DAY,
        by=make_user(Role.COMMISSION),
        at=AT,
    )
    people = [make_user(Role.COMMISSION) for _ in range(2)]

    outcomes = act_together(
        [lambda person=person: confirm_decision(decision=decision, by=person, at=AT) for person in people]
    )

    assert (outcomes, InnovationComplex.objects.get().revision) == (["done", "state"], 1)


def test_member_is_in_the_seal_or_refused() -> None:
    innovation_complex, unit = make_complex(), make_unit()
    person = _filers(innovation_complex)[0]
    sealed: list[int] = []

    def seal() -> None:
        lock_period(innovation_complex=innovation_complex, year=2025, holder="a")
        sealed.append(Membership.objects.on(date(2025, 12, 31)).count())

    outcomes = act_together(
        [
            lambda: add_member(
                innovation_complex=innovation_complex, unit=unit, role="member", joined_on=DAY, by=person, at=AT
            ),
            seal,
        ]
    )

    assert PeriodLock.objects.count() == 1
    assert (outcomes, sealed) in [(["done", "done"], [2]), (["done", "locked"], [1])]


def test_new_name_and_seal_do_not_wait_for_each_other_in_a_circle() -> None:
    innovation_complex = make_complex()
    person = _filers(innovation_complex)[0]

    def rename() -> None:
        change_complex(
            innovation_complex=innovation_complex, changes={"name": "演示新名"}, expected_revision=0, by=person, at=AT
        )

    def seal() -> None:
        lock_period(innovation_complex=innovation_complex, year=2025, holder="a")

    outcomes: list[str] = []

    with transaction.atomic():
        InnovationComplex.objects.select_for_update(no_key=True).get()
        threads = [start(rename, outcomes)]
        wait_until_at_rest(threads)
        threads.append(start(seal, outcomes))
        wait_until_at_rest(threads)
    for thread in threads:
        thread.join(timeout=30)

    assert outcomes == ["done", "done"]
    assert InnovationComplex.objects.get().name == "演示新名"
