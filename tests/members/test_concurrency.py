"""Two people meet at one unit or one report."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.choices import Role
from members.actions.locks import lock_reports
from members.actions.reports import accept_gap, save_report
from members.actions.units import change_unit, create_unit
from members.choices import GapReason, ReportState
from members.models import ReportLock, Unit, UnitReport
from tests.factories import make_credit_code, make_report, make_unit, make_user
from tests.threads import act_together, start, wait_until_at_rest

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


def _colleagues(role: Role = Role.DISTRICT_FILER) -> list:
    first = make_user(role)
    return [first, make_user(role, district=first.district)]


def test_same_credit_code_is_registered_once() -> None:
    code = make_credit_code()
    people = _colleagues()

    outcomes = act_together(
        [
            lambda person=person: create_unit(
                changes={"name": f"演示{person.pk}", "kind": "enterprise", "credit_code": code}, by=person, at=AT
            )
            for person in people
        ]
    )

    assert (outcomes, Unit.objects.count()) == (["done", "invalid"], 1)


def test_units_without_credit_code_get_different_numbers() -> None:
    people = _colleagues()

    outcomes = act_together(
        [
            lambda person=person, number=number: create_unit(
                changes={"name": f"演示{number}", "kind": "industry_body", "credit_code": None}, by=person, at=AT
            )
            for number in range(2)
            for person in people
        ][:1]
        + [
            lambda number=number: create_unit(
                changes={"name": f"演示另{number}", "kind": "industry_body", "credit_code": None}, by=people[1], at=AT
            )
            for number in range(3)
        ]
    )

    assert outcomes == ["done"] * 4
    assert sorted(Unit.objects.values_list("code", flat=True)) == ["U-00001", "U-00002", "U-00003", "U-00004"]


def test_of_two_edits_from_the_same_page_one_is_stale() -> None:
    people = _colleagues()
    unit = make_unit(home_district=people[0].district)

    outcomes = act_together(
        [
            lambda person=person: change_unit(
                unit=unit, changes={"name": f"演示{person.pk}"}, expected_revision=0, by=person, at=AT
            )
            for person in people
        ]
    )

    assert (outcomes, Unit.objects.get().revision) == (["done", "stale"], 1)


def test_of_two_first_reports_of_a_year_one_is_stale() -> None:
    people = _colleagues()
    unit = make_unit(home_district=people[0].district)

    outcomes = act_together(
        [
            lambda person=person, figure=figure: save_report(
                unit=unit,
                year=2025,
                changes={"revenue_wan_yuan": Decimal(figure)},
                expected_revision=-1,
                by=person,
                at=AT,
            )
            for figure, person in enumerate(people, start=1)
        ]
    )

    assert (outcomes, UnitReport.objects.count()) == (["done", "stale"], 1)


def test_gap_is_accepted_once() -> None:
    people = _colleagues(Role.DISTRICT_APPROVER)
    figures = dict.fromkeys(UnitReport.FIGURES)
    report = make_report(
        make_unit(home_district=people[0].district),
        2025,
        **figures,
        state=ReportState.GAP_CLAIMED,
        gap_reason=GapReason.DISSOLVED,
    )

    outcomes = act_together(
        [lambda person=person: accept_gap(report=report, expected_revision=None, by=person, at=AT) for person in people]
    )

    assert outcomes == ["done", "state"]


def test_change_and_lock_never_both_pass_unseen() -> None:
    person = _colleagues()[0]
    report = make_report(make_unit(home_district=person.district), 2025)

    outcomes = act_together(
        [
            lambda: save_report(
                unit=report.unit,
                year=2025,
                changes={"revenue_wan_yuan": Decimal(2000)},
                expected_revision=0,
                by=person,
                at=AT,
            ),
            lambda: lock_reports(unit_ids=[report.unit_id], year=2025, holder="a"),
        ]
    )

    report.refresh_from_db()
    assert ReportLock.objects.count() == 1
    assert (outcomes, report.revenue_wan_yuan) in [
        (["done", "done"], Decimal(2000)),
        (["done", "locked"], Decimal(1000)),
    ]


def test_new_name_and_seal_do_not_wait_for_each_other_in_a_circle() -> None:
    person = _colleagues()[0]
    unit = make_unit(home_district=person.district)

    def rename() -> None:
        change_unit(unit=unit, changes={"name": "演示新名"}, expected_revision=0, by=person, at=AT)

    def seal() -> None:
        lock_reports(unit_ids=[unit.pk], year=2025, holder="a")

    outcomes: list[str] = []

    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get()
        threads = [start(rename, outcomes)]
        wait_until_at_rest(threads)
        threads.append(start(seal, outcomes))
        wait_until_at_rest(threads)
    for thread in threads:
        thread.join(timeout=30)

    assert outcomes == ["done", "done"]
    assert Unit.objects.get().name == "演示新名"
