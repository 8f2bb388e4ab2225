"""Every constraint of units, standings, reports and locks, broken once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.choices import Role
from members.choices import GapReason, ReportState, StandingKind
from members.models import ReportLock, Standing, Unit, UnitReport
from tests.factories import make_credit_code, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db
NO_MONEY = {"revenue_wan_yuan": None, "rd_wan_yuan": None, "new_product_sales_wan_yuan": None}


def _broken(act) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": "other"}, "unit_kind_is_known"),
        ({"credit_code": "91500107000000000I", "code": "x"}, "unit_credit_code_is_well_formed"),
    ],
)
def test_unit_constraint_holds(changes, constraint) -> None:
    unit = make_unit()

    assert _broken(lambda: Unit.objects.filter(pk=unit.pk).update(**changes)) == constraint


@pytest.mark.parametrize("name", ["code", "credit_code", "name"])
def test_unit_is_unique(name) -> None:
    known, other = make_unit(), make_unit()

    broken = _broken(lambda: Unit.objects.filter(pk=other.pk).update(**{name: getattr(known, name)}))

    assert broken.startswith(f"members_unit_{name}")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost", "gap_reason": GapReason.OTHER, **NO_MONEY}, "unitreport_state_is_known"),
        ({"rd_wan_yuan": Decimal("-0.01")}, "unitreport_money_is_not_negative"),
        ({"new_product_sales_wan_yuan": Decimal("1000.01")}, "unitreport_new_product_sales_within_revenue"),
        ({"rd_staff": 101}, "unitreport_rd_staff_within_staff"),
        ({"gap_reason": GapReason.OTHER}, "unitreport_gap_has_reason_and_no_figures"),
        (
            {"state": ReportState.GAP_CLAIMED, "gap_reason": GapReason.OTHER},
            "unitreport_gap_has_reason_and_no_figures",
        ),
        (
            {"state": ReportState.GAP_ACCEPTED, "gap_reason": GapReason.OTHER, **NO_MONEY},
            "unitreport_acceptance_has_a_name",
        ),
    ],
)
def test_report_constraint_holds(changes, constraint) -> None:
    report = make_report(make_unit(), 2025)

    assert _broken(lambda: UnitReport.objects.filter(pk=report.pk).update(**changes)) == constraint


def test_report_is_accepted_by_nobody_unless_it_is_a_gap() -> None:
    report = make_report(make_unit(), 2025)
    person = make_user(Role.DISTRICT_APPROVER)

    broken = _broken(lambda: UnitReport.objects.filter(pk=report.pk).update(gap_accepted_by=person))

    assert broken == "unitreport_acceptance_has_a_name"


def test_one_report_per_unit_and_year() -> None:
    report = make_report(make_unit(), 2025)

    assert _broken(lambda: make_report(report.unit, 2025)) == "unitreport_once_per_unit_and_year"


def test_standing_constraints_hold() -> None:
    unit = make_unit()

    def add(kind=StandingKind.HIGH_TECH, start=date(2024, 1, 1), end=date(2027, 1, 1)):
        return Standing.objects.create(unit=unit, kind=kind, valid_from=start, valid_to=end)

    add()
    add(start=date(2027, 1, 1), end=None)
    assert _broken(lambda: add(kind="other")) == "standing_kind_is_known"
    assert _broken(lambda: add(StandingKind.UNICORN, end=date(2024, 1, 1))) == "standing_ends_after_start"
    assert _broken(lambda: add(start=date(2026, 12, 31), end=None)) == "standing_periods_do_not_overlap"


def test_lock_is_there_once_per_holder() -> None:
    unit = make_unit()
    ReportLock.objects.create(unit=unit, year=2025, holder="a")

    assert _broken(lambda: ReportLock.objects.create(unit=unit, year=2025, holder="a")) == "reportlock_once_per_holder"


def test_unit_without_credit_code_may_stand_beside_another() -> None:
    units = [
        Unit.objects.create(
            code=f"U-0000{n}", name=f"演示{n}", kind="industry_body", home_district=make_unit().home_district
        )
        for n in (1, 2)
    ]

    assert [unit.credit_code for unit in units] == [None, None]
    assert make_credit_code() != make_credit_code()
