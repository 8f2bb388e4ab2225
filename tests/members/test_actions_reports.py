"""Enter figures, claim and accept a gap: every pair of states."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from audit.models import AuditEvent
from common.refusals import Refused
from members.actions.reports import accept_gap, claim_gap, save_report
from members.choices import REPORT_TRANSITIONS, GapReason, ReportState
from members.models import ReportLock, UnitReport
from tests.factories import make_report, make_unit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
NO_FIGURES = dict.fromkeys(UnitReport.FIGURES)


def _save(unit, by, *, year=2025, revision=None, **changes):
    return save_report(unit=unit, year=year, changes=changes, expected_revision=revision, by=by, at=AT)


def _claim(unit, by, *, year=2025, revision=None):
    return claim_gap(
        unit=unit, year=year, reason=GapReason.NEWLY_FOUNDED, note="演示", expected_revision=revision, by=by, at=AT
    )


def _report_in(state, unit, approver):
    values = {}
    if state != ReportState.REPORTED:
        values = {**NO_FIGURES, "gap_reason": GapReason.NEWLY_FOUNDED}
    if state == ReportState.GAP_ACCEPTED:
        values["gap_accepted_by"] = approver
    return make_report(unit, 2025, state=state, **values)


def test_report_keeps_zero_apart_from_unknown(filer) -> None:
    unit = make_unit(home_district=filer.district)

    report = _save(unit, filer, revenue_wan_yuan=Decimal("12.50"), rd_wan_yuan=Decimal(0), staff=None)
    report.refresh_from_db()

    assert (report.revenue_wan_yuan, report.rd_wan_yuan, report.new_product_sales_wan_yuan, report.staff) == (
        Decimal("12.50"),
        Decimal(0),
        None,
        None,
    )
    assert (report.state, report.entered_by) == (ReportState.REPORTED, filer)
    assert AuditEvent.objects.get().kind == "unitreport.created"


def test_zero_is_no_change_of_zero_but_of_unknown(filer) -> None:
    unit = make_unit(home_district=filer.district)
    _save(unit, filer, revenue_wan_yuan=Decimal(1), rd_wan_yuan=None)

    report = _save(unit, filer, rd_wan_yuan=Decimal(0))
    again = _save(unit, filer, rd_wan_yuan=Decimal(0))

    assert (report.revision, again.revision) == (1, 1)


def test_report_without_any_figure_is_refused(filer) -> None:
    unit = make_unit(home_district=filer.district)

    with pytest.raises(ValidationError) as error:
        _save(unit, filer, **NO_FIGURES)

    assert error.value.messages == [
        "各项数据均为空，尚未保存。请至少填写一项；如该单位本年度确无数据，请使用“说明无数据”并选择原因。"
    ]


def test_parts_do_not_exceed_their_whole(filer) -> None:
    unit = make_unit(home_district=filer.district)

    with pytest.raises(ValidationError) as error:
        _save(
            unit,
            filer,
            revenue_wan_yuan=Decimal(100),
            new_product_sales_wan_yuan=Decimal("100.01"),
            staff=5,
            rd_staff=6,
        )

    assert error.value.message_dict == {
        "new_product_sales_wan_yuan": [
            "“新产品销售收入”（100.01万元）大于“营业收入”（100万元），新产品销售收入是营业收入的一部分。请核对两项数据。"
        ],
        "rd_staff": ["“研发人员”（6人）多于“年末从业人员”（5人），研发人员是从业人员的一部分。请核对两项数据。"],
    }


@pytest.mark.parametrize("year", [2014, 2027, 2099])
def test_year_lies_between_the_first_and_this_one(filer, year) -> None:
    unit = make_unit(home_district=filer.district)

    with pytest.raises(ValidationError) as error:
        _save(unit, filer, year=year, revenue_wan_yuan=Decimal(1))

    assert error.value.message_dict == {"year": [f"“年度”应在2015至2026之间，现为{year}。请核对年度后重新填写。"]}


def test_page_opened_without_a_report_overwrites_none(filer) -> None:
    unit = make_unit(home_district=filer.district)
    _save(unit, filer, revision=-1, revenue_wan_yuan=Decimal(1))

    with pytest.raises(Refused) as refusal:
        _save(unit, filer, revision=-1, revenue_wan_yuan=Decimal(2))

    assert refusal.value.code == "stale"
    assert UnitReport.objects.get().revenue_wan_yuan == Decimal(1)


def test_lock_refuses_every_act(filer, approver) -> None:
    unit = make_unit(home_district=filer.district)
    report = _report_in(ReportState.GAP_CLAIMED, unit, approver)
    ReportLock.objects.create(unit=unit, year=2025, holder="CQ-0001/2025")
    acts = [
        lambda: _save(unit, filer, revenue_wan_yuan=Decimal(1)),
        lambda: _claim(unit, filer),
        lambda: accept_gap(report=report, expected_revision=0, by=approver, at=AT),
    ]
    codes = []

    for act in acts:
        with pytest.raises(Refused) as refusal:
            act()
        codes.append(refusal.value.code)

    assert codes == ["locked", "locked", "locked"]
    assert AuditEvent.objects.count() == 0


def test_claim_takes_the_figures_out_and_the_trail_keeps_them(filer) -> None:
    unit = make_unit(home_district=filer.district)
    make_report(unit, 2025)

    report = _claim(unit, filer)

    assert (report.state, report.has_figures, report.entered_by) == (ReportState.GAP_CLAIMED, False, filer)
    assert AuditEvent.objects.get().changes["revenue_wan_yuan"] == ["1000.00", None]


def test_claim_may_be_the_first_word_of_a_year(filer) -> None:
    report = _claim(make_unit(home_district=filer.district), filer)

    assert (report.state, report.gap_reason, report.gap_note) == (
        ReportState.GAP_CLAIMED,
        GapReason.NEWLY_FOUNDED,
        "演示",
    )


def test_accepting_names_who_accepted(filer, approver) -> None:
    report = _claim(make_unit(home_district=filer.district), filer)

    accepted = accept_gap(report=report, expected_revision=0, by=approver, at=AT)

    assert (accepted.state, accepted.gap_accepted_by, accepted.revision) == (ReportState.GAP_ACCEPTED, approver, 1)


def test_figures_end_a_gap(filer, approver) -> None:
    unit = make_unit(home_district=filer.district)
    _report_in(ReportState.GAP_ACCEPTED, unit, approver)

    report = _save(unit, filer, revision=0, revenue_wan_yuan=Decimal(5))

    assert (report.state, report.gap_reason, report.gap_note, report.gap_accepted_by) == (
        ReportState.REPORTED,
        "",
        "",
        None,
    )


@pytest.mark.parametrize("start", ReportState.values)
@pytest.mark.parametrize("end", [ReportState.GAP_CLAIMED, ReportState.GAP_ACCEPTED])
def test_only_the_moves_of_the_table_succeed(filer, approver, start, end) -> None:
    unit = make_unit(home_district=filer.district)
    report = _report_in(start, unit, approver)
    is_allowed = end in REPORT_TRANSITIONS[start] or start == end == ReportState.GAP_CLAIMED

    def act():
        if end == ReportState.GAP_CLAIMED:
            return _claim(unit, filer)
        return accept_gap(report=report, expected_revision=0, by=approver, at=AT)

    if is_allowed:
        assert act().state == end
    else:
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "state"
