"""Sharing an event: who asks, who confirms, what counts when."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.metrics import evaluate
from common.refusals import Refused
from complexes.actions import cases, ledger
from complexes.choices import CaseState, ComplexState
from complexes.models import Case, InnovationComplex
from tests.factories import make_case, make_case_participation, make_complex, make_period_lock, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def case(filer: User) -> Case:
    return make_case(make_complex(reporting_district=filer.district))


@pytest.fixture
def other_filer(db: None) -> User:
    return make_user(Role.DISTRICT_FILER)


@pytest.fixture
def participant(other_filer: User) -> InnovationComplex:
    return make_complex(reporting_district=other_filer.district)


def cases_of(innovation_complex: InnovationComplex) -> int:
    return int(evaluate("synergy_cases", year=2025, complex_ids=[innovation_complex.pk])[0].value)


def test_a_shared_case_counts_from_its_confirmation_until_its_withdrawal(
    case: Case, participant: InnovationComplex, filer: User, other_filer: User
) -> None:
    part = ledger.share_event(case, innovation_complex=participant, by=filer, at=AT)
    assert cases_of(participant) == 0
    part = ledger.confirm_participation(part, by=other_filer, at=AT)
    assert (part.confirmed_by, part.confirmed_at, cases_of(participant)) == (other_filer, AT, 1)
    ledger.withdraw_participation(part, by=other_filer, at=AT)
    assert (cases_of(participant), cases_of(case.innovation_complex)) == (0, 1)
    kinds = AuditEvent.objects.filter(object_type="complexes.case").order_by("pk").values_list("kind", "actor")
    assert list(kinds) == [
        ("case.shared", filer.pk),
        ("case.part_confirmed", other_filer.pk),
        ("case.part_withdrawn", other_filer.pk),
    ]


def test_sharing_refuses_the_owner_a_second_time_and_an_exited_complex(
    case: Case, participant: InnovationComplex, filer: User
) -> None:
    ledger.share_event(case, innovation_complex=participant, by=filer, at=AT)
    exited = make_complex(state=ComplexState.EXITED, exited_on=date(2026, 1, 1))
    for innovation_complex in (case.innovation_complex, participant, exited):
        with pytest.raises(ValidationError) as caught:
            ledger.share_event(case, innovation_complex=innovation_complex, by=filer, at=AT)
        assert list(caught.value.message_dict) == ["innovation_complex"]


def test_only_the_participants_district_confirms(
    case: Case, participant: InnovationComplex, filer: User, other_filer: User
) -> None:
    part = make_case_participation(case, participant)
    with pytest.raises(Refused) as caught:
        ledger.confirm_participation(part, by=filer, at=AT)
    assert caught.value.code == "role"
    ledger.confirm_participation(part, by=other_filer, at=AT)
    with pytest.raises(Refused) as caught:
        ledger.confirm_participation(part, by=other_filer, at=AT)
    assert caught.value.code == "confirmed"


@pytest.mark.parametrize(("locked_year", "is_refused"), [(2024, False), (2025, True), (2026, True)])
def test_a_part_in_a_locked_year_is_neither_confirmed_nor_withdrawn(
    locked_year: int, is_refused: bool, case: Case, participant: InnovationComplex, other_filer: User
) -> None:
    make_period_lock(participant, locked_year)
    open_part = make_case_participation(case, participant)
    if is_refused:
        with pytest.raises(Refused) as caught:
            ledger.confirm_participation(open_part, by=other_filer, at=AT)
        assert caught.value.code == "period_locked"
        open_part.confirmed_at = AT
        open_part.save(update_fields=["confirmed_at"])
        with pytest.raises(Refused) as caught:
            ledger.withdraw_participation(open_part, by=other_filer, at=AT)
        assert caught.value.code == "period_locked"
    else:
        part = ledger.confirm_participation(open_part, by=other_filer, at=AT)
        ledger.withdraw_participation(part, by=other_filer, at=AT)
        assert case.participations.count() == 0


def test_the_owner_takes_back_an_invitation_but_not_a_confirmed_part(
    case: Case, participant: InnovationComplex, filer: User, other_filer: User
) -> None:
    part = make_case_participation(case, participant)
    ledger.withdraw_participation(part, by=filer, at=AT)
    confirmed = make_case_participation(case, participant, confirmed_at=AT, confirmed_by=other_filer)
    with pytest.raises(Refused) as caught:
        ledger.withdraw_participation(confirmed, by=filer, at=AT)
    assert caught.value.code == "role"


def test_a_part_that_is_gone_is_refused_with_a_sentence(
    case: Case, participant: InnovationComplex, filer: User, other_filer: User
) -> None:
    part = make_case_participation(case, participant)
    ledger.withdraw_participation(part, by=filer, at=AT)
    stale = type(part)(pk=10**9, event=case, innovation_complex=participant)
    with pytest.raises(Refused) as caught:
        ledger.confirm_participation(stale, by=other_filer, at=AT)
    assert caught.value.code == "state"


def test_a_case_counted_in_a_participants_locked_year_is_not_changed(
    case: Case, participant: InnovationComplex, filer: User
) -> None:
    make_case_participation(case, participant, confirmed_at=AT)
    make_period_lock(participant, 2025)
    with pytest.raises(Refused) as caught:
        cases.change_case(case=case, changes={"title": "新名称"}, expected_revision=0, by=filer, at=AT)
    assert caught.value.code == "period_locked"


@pytest.mark.parametrize("state", [ComplexState.DRAFTING, ComplexState.APPLIED, ComplexState.DECLINED])
def test_a_complex_before_cultivation_keeps_no_ledger(state: str, filer: User) -> None:
    owner = make_complex(
        reporting_district=filer.district,
        state=state,
        cultivated_on=None,
        recognised_on=None,
        recognition_number="",
    )
    with pytest.raises(Refused) as caught:
        cases.create_case(values={"innovation_complex": owner, "title": "演示", "kind": "other"}, by=filer, at=AT)
    assert caught.value.code == "complex_state"
    assert Case.objects.filter(state=CaseState.DRAFT).count() == 0
