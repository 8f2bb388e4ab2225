"""Who may do what with ledger events: role by act."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.choices import Role
from accounts.models import User
from common.verdicts import Verdict
from complexes.models import Case, InnovationComplex
from complexes.policies import cases, ledger
from tests.factories import (
    make_case,
    make_case_participation,
    make_complex,
    make_period_lock,
    make_user,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PEOPLE = [
    "owner_filer",
    "owner_approver",
    "other_filer",
    "stranger_filer",
    "commission",
    "expert",
    "observer",
    "administrator",
    "client",
    "nobody",
]


@pytest.fixture
def owner(db: None) -> InnovationComplex:
    return make_complex()


@pytest.fixture
def participant(db: None) -> InnovationComplex:
    return make_complex()


@pytest.fixture
def case(owner: InnovationComplex) -> Case:
    return make_case(owner)


@pytest.fixture
def people(owner: InnovationComplex, participant: InnovationComplex) -> dict[str, Any]:
    return {
        "owner_filer": make_user(Role.DISTRICT_FILER, district=owner.reporting_district),
        "owner_approver": make_user(Role.DISTRICT_APPROVER, district=owner.reporting_district),
        "other_filer": make_user(Role.DISTRICT_FILER, district=participant.reporting_district),
        "stranger_filer": make_user(Role.DISTRICT_FILER),
        "commission": make_user(Role.COMMISSION),
        "expert": make_user(Role.EXPERT),
        "observer": make_user(Role.OBSERVER),
        "administrator": make_user(Role.ADMINISTRATOR),
        "client": make_user(Role.CLIENT),
        "nobody": AnonymousUser(),
    }


ACTS: dict[Callable[[Any, Case], Verdict], set[str]] = {
    ledger.may_move_event: {"owner_filer"},
    ledger.may_edit_event: {"owner_filer"},
    ledger.may_share_event: {"owner_filer"},
    cases.may_submit_case: {"owner_filer"},
    cases.may_take_back_case: {"owner_filer"},
    cases.may_select_case: {"commission"},
    cases.may_reject_case: {"commission"},
}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("act", list(ACTS), ids=lambda act: act.__name__)
def test_acts_on_an_event(act: Callable[[Any, Case], Verdict], person: str, people: dict[str, Any], case: Case) -> None:
    verdict = act(people[person], case)
    assert bool(verdict) == (person in ACTS[act])
    assert verdict.code == ("" if verdict else "role")
    assert (verdict.sentence == "") == bool(verdict)


@pytest.mark.parametrize("person", PEOPLE)
def test_entering_an_event(person: str, people: dict[str, Any], owner: InnovationComplex) -> None:
    assert bool(ledger.may_create_event(people[person], owner)) == (person == "owner_filer")
    assert bool(ledger.may_create_events(people[person])) == person.endswith("_filer")


@pytest.mark.parametrize("person", PEOPLE)
def test_acts_on_a_part(person: str, people: dict[str, Any], case: Case, participant: InnovationComplex) -> None:
    part = make_case_participation(case, participant)
    assert bool(ledger.may_confirm_participation(people[person], part)) == (person == "other_filer")
    assert bool(ledger.may_withdraw_participation(people[person], part)) == (person in {"owner_filer", "other_filer"})
    part.confirmed_at = AT
    assert not ledger.may_confirm_participation(people[person], part)
    assert bool(ledger.may_withdraw_participation(people[person], part)) == (person == "other_filer")


def test_an_inactive_account_may_nothing(case: Case) -> None:
    user = make_user(Role.DISTRICT_FILER, district=case.innovation_complex.reporting_district, is_active=False)
    assert not ledger.may_move_event(user, case)


@pytest.mark.parametrize(("locked_year", "may_edit"), [(2024, True), (2025, False), (2026, False)])
def test_an_event_is_closed_by_a_lock_of_its_year_or_a_later_one(locked_year: int, may_edit: bool, case: Case) -> None:
    user = make_user(Role.DISTRICT_FILER, district=case.innovation_complex.reporting_district)
    make_period_lock(case.innovation_complex, locked_year)
    assert bool(ledger.may_edit_event(user, case)) == may_edit
    assert bool(ledger.may_move_event(user, case)) is True


def test_the_author_of_a_case_does_not_select_it(case: Case, commission: User) -> None:
    case.entered_by = commission
    assert cases.may_select_case(commission, case).code == "same_person"
    assert cases.may_reject_case(commission, case).code == "same_person"
