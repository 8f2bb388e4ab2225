"""Who may do what with units and reports: role by act."""

import pytest

from accounts.choices import Role
from members import policies
from members.choices import GapReason, ReportState
from members.models import ReportLock
from tests.factories import make_report, make_unit, make_user

pytestmark = pytest.mark.django_db
DISTRICT_ROLES = {Role.DISTRICT_FILER, Role.DISTRICT_APPROVER}


@pytest.mark.parametrize("role", Role.values)
def test_only_filers_register_units(role: str) -> None:
    verdict = policies.may_create_unit(make_user(Role(role)))

    assert bool(verdict) == (role == Role.DISTRICT_FILER)
    assert verdict.code == ("" if verdict else "role")


@pytest.mark.parametrize("is_at_home", [True, False])
@pytest.mark.parametrize("role", Role.values)
def test_only_filers_of_the_home_district_edit(role: str, is_at_home: bool) -> None:
    unit = make_unit()
    place = {"district": unit.home_district} if role in DISTRICT_ROLES and is_at_home else {}
    user = make_user(Role(role), **place)

    verdicts = [policies.may_edit_unit(user, unit), policies.may_edit_report(user, unit, 2025)]

    assert [bool(verdict) for verdict in verdicts] == [role == Role.DISTRICT_FILER and is_at_home] * 2
    assert {verdict.code for verdict in verdicts} == {"" if verdicts[0] else "role"}


@pytest.mark.parametrize("is_at_home", [True, False])
@pytest.mark.parametrize("role", Role.values)
def test_only_approvers_of_the_home_district_accept_a_gap(role: str, is_at_home: bool) -> None:
    unit = make_unit()
    place = {"district": unit.home_district} if role in DISTRICT_ROLES and is_at_home else {}
    report = _claim(unit)

    verdict = policies.may_accept_gap(make_user(Role(role), **place), report)

    assert bool(verdict) == (role == Role.DISTRICT_APPROVER and is_at_home)
    assert verdict.code == ("" if verdict else "role")


def test_nobody_accepts_what_the_same_person_entered(approver) -> None:
    report = _claim(make_unit(home_district=approver.district), entered_by=approver)

    assert policies.may_accept_gap(approver, report).code == "same_person"


def test_lock_names_its_holder_and_the_next_step(filer, approver) -> None:
    unit = make_unit(home_district=filer.district)
    report = _claim(unit)
    ReportLock.objects.create(
        unit=unit, year=2025, holder="CQ-0001 annual-2025", holder_label="演示综合体 2025年度填报"
    )

    verdict = policies.may_edit_report(filer, unit, 2025)

    assert verdict.code == "locked"
    assert verdict.sentence == (
        f"“{unit.name}”2025年年报已锁定：年度填报“演示综合体 2025年度填报”已提交并引用了这些数据。"
        "如需更正，请先由当前持有该填报的部门退回或重新开放，再修改年报并重新提交。"
    )
    assert policies.may_accept_gap(approver, report).code == "locked"
    assert policies.may_edit_report(filer, unit, 2024).is_allowed
    assert policies.may_edit_unit(filer, unit).is_allowed
    assert policies.may_change_identity(unit).code == "locked"


def test_foreign_unit_says_who_keeps_it(filer) -> None:
    unit = make_unit()

    assert policies.may_edit_unit(filer, unit).sentence == (
        f"“{unit.name}”属于{unit.home_district.name}，由该区县维护，您可以查看。如内容有误，请联系该区县。"
    )


def _claim(unit, **changes):
    figures = dict.fromkeys(["revenue_wan_yuan", "rd_wan_yuan", "new_product_sales_wan_yuan", "staff", "rd_staff"])
    values = {**figures, "state": ReportState.GAP_CLAIMED, "gap_reason": GapReason.NEWLY_FOUNDED, **changes}
    return make_report(unit, 2025, **values)
