"""Questions about complexes: who sees them, who reported for them."""

from datetime import UTC, date, datetime

import pytest

from accounts.choices import Role
from complexes.choices import DecisionState
from complexes.models import InnovationComplex, LifecycleDecision, ReportingTerm
from tests.factories import make_complex, make_district, make_user

pytestmark = pytest.mark.django_db


def test_district_of_a_day_is_that_of_the_last_term_begun() -> None:
    innovation_complex = make_complex()
    before, after = innovation_complex.reporting_district, make_district()
    ReportingTerm.objects.create(innovation_complex=innovation_complex, district=after, valid_from=date(2025, 11, 6))
    days = [date(2024, 9, 24), date(2024, 9, 25), date(2025, 11, 5), date(2025, 11, 6), date(2025, 12, 31)]

    assert [innovation_complex.district_on(day) for day in days] == [None, before, before, after, after]
    assert [InnovationComplex.objects.with_district_on(day).get().district_id_on_day for day in days] == [
        None,
        before.pk,
        before.pk,
        after.pk,
        after.pk,
    ]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.COMMISSION, {"proposed", "confirmed", "dropped"}),
        (Role.OBSERVER, {"proposed", "confirmed", "dropped"}),
        (Role.DISTRICT_FILER, {"confirmed"}),
        (Role.CLIENT, {"confirmed"}),
        (Role.EXPERT, set()),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_districts_see_decisions_once_confirmed(role, seen, commission, second_commission) -> None:
    innovation_complex = make_complex()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for state in DecisionState.values:
        LifecycleDecision.objects.create(
            innovation_complex=innovation_complex,
            to_state="exiting",
            reason="演示",
            decided_on=date(2026, 1, 1),
            state=state,
            proposed_by=commission,
            confirmed_by=second_commission if state == "confirmed" else None,
            proposed_at=at,
        )
    place = {"district": innovation_complex.reporting_district} if role == Role.DISTRICT_FILER else {}

    rows = LifecycleDecision.objects.visible_to(make_user(role, **place))

    assert {decision.state for decision in rows} == seen
    assert LifecycleDecision.objects.visible_to(make_user(Role.DISTRICT_FILER)).count() == 0
