"""Every pair of states of a need, its suppliers, its confirmation."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.models import InnovationComplex
from members.choices import UnitKind
from tasks.actions import needs as actions
from tasks.choices import NEED_TRANSITIONS, NeedKind, NeedState
from tasks.models import Need
from tests.factories import make_complex, make_need, make_period_lock, make_unit

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)
UNCONFIRMED = {"confirmed_on": None, "counted_year": None, "outside_supplier": "演示市外供给方"}

VALUES: dict[str, dict[str, Any]] = {
    NeedState.OPEN: {**UNCONFIRMED, "solved_on": None, "outside_supplier": ""},
    NeedState.MATCHED: {**UNCONFIRMED, "solved_on": None},
    NeedState.SOLVED: UNCONFIRMED,
    NeedState.CONFIRMED: {"outside_supplier": "演示市外供给方"},
    NeedState.CLOSED: UNCONFIRMED,
}


def match(need: Need, by: User) -> Need:
    return actions.match_need(need=need, outside_supplier="另一供给方", by=by, at=AT)


def solve(need: Need, by: User) -> Need:
    return actions.solve_need(need=need, solved_on=DAY, by=by, at=AT)


def confirm(need: Need, by: User, **changes: Any) -> Need:
    values = {"confirmed_on": DAY, "confirmer": "演示确认人", "proof": "演示确认单"}
    return actions.confirm_need(need=need, **{**values, **changes}, by=by, at=AT)


def reopen(need: Need, by: User) -> Need:
    return actions.reopen_need(need=need, reason="演示理由", by=by, at=AT)


def close(need: Need, by: User) -> Need:
    return actions.close_need(need=need, reason="演示理由", by=by, at=AT)


Act = Callable[[Need, User], Need]
# Where each action leads to from each state; what is not listed is refused.
LEADS: dict[Act, dict[str, str]] = {
    match: {NeedState.OPEN: NeedState.MATCHED, NeedState.SOLVED: NeedState.MATCHED},
    solve: {NeedState.MATCHED: NeedState.SOLVED},
    confirm: {NeedState.SOLVED: NeedState.CONFIRMED},
    reopen: {NeedState.MATCHED: NeedState.OPEN, NeedState.SOLVED: NeedState.MATCHED},
    close: {
        NeedState.OPEN: NeedState.CLOSED,
        NeedState.MATCHED: NeedState.CLOSED,
        NeedState.SOLVED: NeedState.CLOSED,
    },
}


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def need_in(state: str, innovation_complex: InnovationComplex, **changes: Any) -> Need:
    return make_need(innovation_complex, state=state, **{**VALUES[state], **changes})


def test_the_actions_cover_the_table() -> None:
    pairs = {(start, end) for leads in LEADS.values() for start, end in leads.items()}
    assert pairs == {(start, end) for start, ends in NEED_TRANSITIONS.items() for end in ends}


@pytest.mark.parametrize("start", NeedState.values)
@pytest.mark.parametrize("act", list(LEADS), ids=lambda act: act.__name__)
def test_every_action_from_every_state(
    act: Act, start: str, innovation_complex: InnovationComplex, filer: User
) -> None:
    need = need_in(start, innovation_complex)
    if start in LEADS[act]:
        assert act(need, filer).state == LEADS[act][start]
        assert AuditEvent.objects.filter(object_id=need.pk).count() == 1
    else:
        with pytest.raises(Refused) as caught:
            act(need, filer)
        assert caught.value.code == "state"
        need.refresh_from_db()
        assert need.state == start


@pytest.mark.parametrize("start", NeedState.values)
@pytest.mark.parametrize("end", NeedState.values)
def test_move_to_follows_the_table(start: str, end: str) -> None:
    need = Need(state=start)
    if end in NEED_TRANSITIONS[start]:
        need.move_to(end)
        assert need.state == end
    else:
        with pytest.raises(Refused):
            need.move_to(end)


def test_a_confirmation_counts_in_its_year(innovation_complex: InnovationComplex, filer: User) -> None:
    need = confirm(need_in(NeedState.SOLVED, innovation_complex), filer)
    assert (need.confirmed_on, need.confirmer, need.proof) == (DAY, "演示确认人", "演示确认单")
    assert (need.counted_year, need.is_late_entry) == (2026, False)


def test_a_confirmation_in_a_locked_year_counts_later_only_on_demand(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    make_period_lock(innovation_complex, 2026)
    need = need_in(NeedState.SOLVED, innovation_complex)
    with pytest.raises(Refused) as caught:
        confirm(need, filer)
    assert caught.value.code == "period_locked"
    confirmed = confirm(need, filer, is_late_entry=True)
    assert (confirmed.counted_year, confirmed.is_late_entry) == (2027, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"proof": " "}, "proof"),
        ({"confirmer": ""}, "confirmer"),
        ({"confirmed_on": date(2025, 3, 31)}, "confirmed_on"),
        ({"confirmed_on": date(2026, 11, 21)}, "confirmed_on"),
    ],
)
def test_a_confirmation_needs_proof_person_and_a_possible_date(
    changes: dict[str, Any], field: str, innovation_complex: InnovationComplex, filer: User
) -> None:
    need = need_in(NeedState.SOLVED, innovation_complex, solved_on=date(2025, 4, 1))
    with pytest.raises(ValidationError) as caught:
        confirm(need, filer, **changes)
    assert list(caught.value.message_dict) == [field]


def test_a_match_names_exactly_one_supplier_other_than_the_demand_side(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    need = need_in(NeedState.OPEN, innovation_complex)
    supplier = make_unit(kind=UnitKind.COLLEGE)
    for values, field in (
        ({}, "supply_unit"),
        ({"supply_unit": supplier, "outside_supplier": "演示市外供给方"}, "outside_supplier"),
        ({"supply_unit": need.demand_unit}, "supply_unit"),
    ):
        with pytest.raises(ValidationError) as caught:
            actions.match_need(need=need, **values, by=filer, at=AT)
        assert list(caught.value.message_dict) == [field]
    assert actions.match_need(need=need, supply_unit=supplier, by=filer, at=AT).supply_unit == supplier


def test_reopening_drops_what_did_not_hold(innovation_complex: InnovationComplex, filer: User) -> None:
    need = reopen(need_in(NeedState.SOLVED, innovation_complex), filer)
    assert (need.state, need.solved_on, need.outside_supplier) == (NeedState.MATCHED, None, "演示市外供给方")
    need = reopen(need, filer)
    assert (need.state, need.outside_supplier) == (NeedState.OPEN, "")


@pytest.mark.parametrize("act", [actions.reopen_need, actions.close_need])
def test_reopening_and_closing_need_a_reason(
    act: Callable[..., Need], innovation_complex: InnovationComplex, filer: User
) -> None:
    need = need_in(NeedState.MATCHED, innovation_complex)
    with pytest.raises(ValidationError) as caught:
        act(need=need, reason="", by=filer, at=AT)
    assert list(caught.value.message_dict) == ["reason"]


def test_the_demand_side_is_an_enterprise(innovation_complex: InnovationComplex, filer: User) -> None:
    values = {
        "innovation_complex": innovation_complex,
        "title": "演示需求",
        "kind": NeedKind.KEY_LINK,
        "raised_on": DAY,
    }
    with pytest.raises(ValidationError) as caught:
        actions.create_need(values={**values, "demand_unit": make_unit(kind=UnitKind.COLLEGE)}, by=filer, at=AT)
    assert list(caught.value.message_dict) == ["demand_unit"]
    assert actions.create_need(values={**values, "demand_unit": make_unit()}, by=filer, at=AT).code == "XQ-00001"


def test_a_change_keeps_dates_in_order_and_the_proof(innovation_complex: InnovationComplex, filer: User) -> None:
    need = need_in(NeedState.CONFIRMED, innovation_complex)
    for changes, field in (({"raised_on": date(2025, 4, 2)}, "raised_on"), ({"proof": ""}, "proof")):
        with pytest.raises(ValidationError) as caught:
            actions.change_need(need=need, changes=changes, expected_revision=0, by=filer, at=AT)
        assert list(caught.value.message_dict) == [field]
    changed = actions.change_need(need=need, changes={"proof": "演示确认单甲"}, expected_revision=0, by=filer, at=AT)
    assert (changed.proof, changed.revision) == ("演示确认单甲", 1)


def test_a_change_of_a_need_counted_in_a_locked_year_is_refused(
    innovation_complex: InnovationComplex, filer: User
) -> None:
    need = need_in(NeedState.CONFIRMED, innovation_complex)
    make_period_lock(innovation_complex, 2026)
    with pytest.raises(Refused) as caught:
        actions.change_need(need=need, changes={"title": "新名称"}, expected_revision=0, by=filer, at=AT)
    assert caught.value.code == "period_locked"
