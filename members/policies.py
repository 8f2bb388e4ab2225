"""Who may do what with units and their yearly reports."""

from typing import Any

from accounts import policies as people
from accounts.choices import Permission
from common.verdicts import ALLOWED, Verdict, denied, first_denial
from members.models import ReportLock, Unit, UnitReport


def may_create_unit(user: Any) -> Verdict:
    """Let filers of a district register units of their district."""
    return people.holds(user, Permission.EDIT_RECORDS)


def may_edit_unit(user: Any, unit: Unit) -> Verdict:
    """Let filers of the home district edit the unit; the city reads only."""
    return first_denial(people.holds(user, Permission.EDIT_RECORDS), _at_home(user, unit))


def may_change_identity(unit: Unit) -> Verdict:
    """Keep kind and credit code while a submitted filing relies on the unit."""
    lock = ReportLock.objects.filter(unit=unit).order_by("year", "pk").first()
    if lock is None:
        return ALLOWED
    return denied(
        "locked",
        f"单位类别和统一社会信用代码现在不能更改：年度填报“{lock.shown_holder}”已提交并引用该单位。"
        "确需更正的，请先由当前持有该填报的部门退回或重新开放。",
    )


def may_edit_report(user: Any, unit: Unit, year: int) -> Verdict:
    """Let filers of the home district enter the year's figures until a submitted filing relies on them."""
    verdict = first_denial(people.holds(user, Permission.EDIT_RECORDS), _at_home(user, unit))
    return verdict and _unlocked(unit, year)


def may_accept_gap(user: Any, report: UnitReport) -> Verdict:
    """Let an approver of the home district accept the reason, unless the same person entered it."""
    verdict = first_denial(people.holds(user, Permission.APPROVE_AS_DISTRICT), _at_home(user, report.unit))
    if not verdict:
        return verdict
    if report.entered_by_id == user.pk:
        return denied("same_person", "无数据说明由您本人录入，不能由同一人认可。请由本区县另一位审核人员办理。")
    return _unlocked(report.unit, report.year)


def _at_home(user: Any, unit: Unit) -> Verdict:
    if user.district_id == unit.home_district_id:
        return ALLOWED
    return denied(
        "role", f"“{unit.name}”属于{unit.home_district.name}，由该区县维护，您可以查看。如内容有误，请联系该区县。"
    )


def _unlocked(unit: Unit, year: int) -> Verdict:
    lock = ReportLock.objects.filter(unit=unit, year=year).order_by("pk").first()
    if lock is None:
        return ALLOWED
    return denied(
        "locked",
        f"“{unit.name}”{year}年年报已锁定：年度填报“{lock.shown_holder}”已提交并引用了这些数据。"
        "如需更正，请先由当前持有该填报的部门退回或重新开放，再修改年报并重新提交。",
    )
