"""Every constraint of complexes, memberships, contracts, decisions and locks, broken once."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from complexes.choices import ComplexState, DecisionState, MemberRole
from complexes.models import (
    Contract,
    InnovationComplex,
    LifecycleDecision,
    Membership,
    PeriodLock,
    ReportingTerm,
)
from tests.complexes.test_policies_complexes import make_complex_in
from tests.factories import make_complex, make_contract, make_field, make_membership, make_unit

pytestmark = pytest.mark.django_db


def _broken(act) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("state", "changes", "constraint"),
    [
        (ComplexState.RECOGNISED, {"kind": "other"}, "innovationcomplex_kind_is_known"),
        (ComplexState.CULTIVATING, {"state": "lost"}, "innovationcomplex_state_is_known"),
        (
            ComplexState.CULTIVATING,
            {"cultivated_on": None},
            "innovationcomplex_cultivated_on_goes_with_state",
        ),
        (
            ComplexState.APPLIED,
            {"cultivated_on": date(2025, 1, 1)},
            "innovationcomplex_cultivated_on_goes_with_state",
        ),
        (ComplexState.RECOGNISED, {"recognition_number": ""}, "innovationcomplex_recognition_has_number"),
        (
            ComplexState.RECOGNISED,
            {"recognised_on": date(2024, 9, 30)},
            "innovationcomplex_recognition_has_number",
        ),
        (
            ComplexState.CULTIVATING,
            {"state": ComplexState.RECOGNISED},
            "innovationcomplex_recognised_has_date",
        ),
        (ComplexState.RECOGNISED, {"exited_on": date(2026, 1, 1)}, "innovationcomplex_exited_on_goes_with_state"),
        (ComplexState.EXITED, {"exited_on": None}, "innovationcomplex_exited_on_goes_with_state"),
    ],
)
def test_complex_constraint_holds(state, changes, constraint) -> None:
    innovation_complex = make_complex_in(state)
    rows = InnovationComplex.objects.filter(pk=innovation_complex.pk)

    assert _broken(lambda: rows.update(**changes)) == constraint


@pytest.mark.parametrize("name", ["code", "name"])
def test_complex_is_unique(name) -> None:
    known, other = make_complex(), make_complex()
    rows = InnovationComplex.objects.filter(pk=other.pk)

    assert _broken(lambda: rows.update(**{name: getattr(known, name)})).startswith(
        f"complexes_innovationcomplex_{name}"
    )


def test_membership_constraints_hold() -> None:
    innovation_complex, unit = make_complex(), make_unit()
    membership = make_membership(innovation_complex, unit, left_on=date(2025, 1, 1))
    make_membership(innovation_complex, unit, joined_on=date(2025, 1, 1))
    rows = Membership.objects.filter(pk=membership.pk)

    assert _broken(lambda: rows.update(role="guest")) == "membership_role_is_known"
    assert _broken(lambda: rows.update(left_on=membership.joined_on)) == "membership_ends_after_start"
    assert _broken(lambda: rows.update(left_on=None)) == "membership_periods_do_not_overlap"
    assert (
        _broken(lambda: make_membership(innovation_complex, make_unit(), role=MemberRole.LEAD))
        == "membership_one_lead_at_a_time"
    )


def test_contract_constraints_hold() -> None:
    contract = make_contract(make_complex())
    rows = Contract.objects.filter(pk=contract.pk)

    assert _broken(lambda: rows.update(expires_on=contract.signed_on)) == "contract_ends_after_start"
    assert (
        _broken(lambda: make_contract(contract.innovation_complex, number=contract.number))
        == "contract_number_once_per_complex"
    )


def test_decision_constraints_hold(commission, second_commission) -> None:
    decision = LifecycleDecision.objects.create(
        innovation_complex=make_complex(),
        to_state=ComplexState.EXITING,
        reason="演示",
        decided_on=date(2026, 1, 1),
        proposed_by=commission,
        proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    rows = LifecycleDecision.objects.filter(pk=decision.pk)

    def propose_again():
        decision.pk = None
        decision.proposed_by = second_commission
        decision.save(force_insert=True)

    assert _broken(lambda: rows.update(state="lost")) == "lifecycledecision_state_is_known"
    assert _broken(lambda: rows.update(confirmed_by=commission)) == "lifecycledecision_confirmed_by_another"
    assert _broken(lambda: rows.update(state=DecisionState.CONFIRMED)) == "lifecycledecision_confirmed_has_a_name"
    assert _broken(propose_again) == "lifecycledecision_one_open"


def test_other_constraints_hold() -> None:
    innovation_complex, field = make_complex(), make_field()
    term = innovation_complex.reporting_terms.get()
    PeriodLock.objects.create(innovation_complex=innovation_complex, year=2025, holder="a")

    def again(model, **values):
        return lambda: model.objects.create(innovation_complex=innovation_complex, **values)

    assert _broken(again(PeriodLock, year=2025, holder="a")) == "periodlock_once_per_holder"
    assert (
        _broken(again(ReportingTerm, district=term.district, valid_from=term.valid_from))
        == "reportingterm_one_start_per_day"
    )
    assert _broken(lambda: make_field(name=field.name)) == "industryfield_once_per_taxonomy"
