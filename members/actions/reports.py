"""Enter a unit's yearly figures, or say why there are none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.records import change_record, create_record, move_record
from common.holds import hold_for_change
from common.verdicts import require
from members import policies, validation
from members.choices import ReportState
from members.models import Unit, UnitReport

_NO_FIGURES = dict.fromkeys(UnitReport.FIGURES)
_NO_GAP = {"gap_reason": "", "gap_note": "", "gap_accepted_by": None}


@transaction.atomic
def save_report(
    *, unit: Unit, year: int, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> UnitReport:
    """Create or change a unit's yearly report; figures that arrive end a claim that there are none.

    `changes` names figures of `UnitReport.FIGURES`; None is unknown, zero is zero. A page that was opened without
    a report passes a revision that no report has, so that it never overwrites one entered meanwhile.
    Raises: Refused by role, lock or stale page; ValidationError by field.
    """
    report = _lock_report(unit, year, by=by, at=at)
    validation.check_report_has_figures(changes, report)
    if report is None:
        return create_record(UnitReport(unit=unit, year=year, entered_by=by, **changes), by=by, at=at)
    report.require_revision(expected_revision)
    if report.state != ReportState.REPORTED:
        values = {**_NO_GAP, **changes, "entered_by": by}
        return move_record(report, ReportState.REPORTED, values, by=by, at=at, kind="reported")
    if all(getattr(report, name) == value for name, value in changes.items()):
        return report
    return change_record(report, {**changes, "entered_by": by}, by=by, at=at)


@transaction.atomic
def claim_gap(
    *,
    unit: Unit,
    year: int,
    reason: str,
    note: str,
    expected_revision: int | None,
    by: User,
    at: datetime,
) -> UnitReport:
    """Say why a unit has no figures for a year; figures entered before are taken out and stay in the audit trail.

    Raises: Refused by role, lock, state or stale page; ValidationError by field.
    """
    report = _lock_report(unit, year, by=by, at=at)
    values = {"gap_reason": reason, "gap_note": note, "entered_by": by}
    if report is None:
        report = UnitReport(unit=unit, year=year, state=ReportState.GAP_CLAIMED, **values)
        return create_record(report, by=by, at=at, kind="gap_claimed")
    report.require_revision(expected_revision)
    if report.state == ReportState.GAP_CLAIMED:
        return change_record(report, values, by=by, at=at, kind="gap_claimed")
    return move_record(report, ReportState.GAP_CLAIMED, {**_NO_FIGURES, **values}, by=by, at=at, kind="gap_claimed")


@transaction.atomic
def accept_gap(*, report: UnitReport, expected_revision: int | None, by: User, at: datetime) -> UnitReport:
    """Accept the reason why a unit has no figures, as another person of the home district.

    Raises: Refused by role, person, lock, state or stale page.
    """
    hold_for_change(Unit, [report.unit_id])
    report = UnitReport.objects.select_for_update(of=("self",)).select_related("unit__home_district").get(pk=report.pk)
    require(policies.may_accept_gap(by, report))
    report.require_revision(expected_revision)
    return move_record(report, ReportState.GAP_ACCEPTED, {"gap_accepted_by": by}, by=by, at=at, kind="gap_accepted")


def _lock_report(unit: Unit, year: int, *, by: User, at: datetime) -> UnitReport | None:
    """Hold the unit's reports, ask whether the person may edit the year, and return the year's report."""
    hold_for_change(Unit, [unit.pk])
    # Two people who enter the first report of a year at once meet here, not at the unique constraint.
    unit = Unit.objects.select_for_update(of=("self",), no_key=True).select_related("home_district").get(pk=unit.pk)
    require(policies.may_edit_report(by, unit, year))
    validation.check_report_year(year, today=timezone.localdate(at))
    return UnitReport.objects.select_for_update().filter(unit=unit, year=year).first()
