"""Submitting: figures counted and sealed, periods locked, gaps listed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.models import PeriodLock
from indicators.actions import filings, reviews
from indicators.choices import FilingState, ReviewLevel
from indicators.metrics import preview_figures, verify_version
from indicators.models import FigureValue, Filing, FilingVersion
from members.choices import GapReason, ReportState, UnitKind
from members.models import ReportLock
from tests.factories import (
    IN_TIME,
    lead_membership,
    make_case,
    make_complex,
    make_district_officer,
    make_filed_indicators,
    make_filing,
    make_filing_in,
    make_filing_ready,
    make_membership,
    make_need,
    make_report,
    make_task,
    make_task_participation,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_example() -> tuple[Filing, Any]:
    """Make a complex with three enterprises (one shared, one with an accepted gap) and a college."""
    innovation_complex = make_complex()
    district = innovation_complex.reporting_district
    lead = lead_membership(innovation_complex).unit
    make_report(
        lead,
        revenue_wan_yuan=Decimal("7000"),
        rd_wan_yuan=Decimal("333.33"),
        new_product_sales_wan_yuan=Decimal("1200"),
    )
    shared = make_unit(home_district=district)
    make_membership(innovation_complex, shared)
    make_membership(make_complex(), shared)
    make_report(shared, revenue_wan_yuan=Decimal("2000"), rd_wan_yuan=Decimal("66.67"), new_product_sales_wan_yuan=None)
    silent = make_unit(home_district=district)
    make_membership(innovation_complex, silent)
    make_report(
        silent,
        revenue_wan_yuan=None,
        rd_wan_yuan=None,
        new_product_sales_wan_yuan=None,
        state=ReportState.GAP_ACCEPTED,
        gap_reason=GapReason.NEWLY_FOUNDED,
        gap_accepted_by=make_district_officer(Role.DISTRICT_APPROVER, district),
    )
    college = make_unit(kind=UnitKind.COLLEGE, home_district=district)
    make_membership(innovation_complex, college)
    make_report(college, revenue_wan_yuan=Decimal("90000"), rd_wan_yuan=Decimal("80000"))
    make_task(innovation_complex)
    other = make_task(make_complex())
    make_task_participation(
        other, innovation_complex, confirmed_at=IN_TIME, confirmed_by=make_user(Role.DISTRICT_FILER)
    )
    make_need(innovation_complex)
    make_case(innovation_complex, state="submitted", selected_on=None, counted_year=None)
    filing = make_filing_ready(make_filing(innovation_complex))
    return filing, {"lead": lead, "shared": shared, "silent": silent, "college": college}


def submit(filing: Filing, **changes: Any) -> FilingVersion:
    by = changes.pop("by", None) or make_district_officer(
        Role.DISTRICT_FILER, filing.innovation_complex.reporting_district
    )
    return filings.submit_filing(filing=filing, by=by, at=changes.pop("at", IN_TIME), **changes)


def figure(version: FilingVersion, code: str) -> FigureValue:
    return version.figures.get(indicator__code=code)


def test_submitting_seals_the_figures_of_the_worked_example() -> None:
    filing, units = make_example()

    version = submit(filing)

    rd = figure(version, "rd_intensity")
    # (333.33 + 66.67) ÷ (7000 + 2000) × 100 = 40000 ÷ 9000
    assert (rd.numerator, rd.denominator) == (Decimal("400.00"), Decimal("9000.00"))
    assert rd.reported == Decimal("4.4444444444")
    assert (rd.covered, rd.members, rd.coverage_share) == (2, 3, Decimal("1.000000"))
    assert {row["k"]: (row["n"], row["d"]) for row in rd.rows} == {
        units["lead"].code: ("333.33", "7000.00"),
        units["shared"].code: ("66.67", "2000.00"),
    }
    new = figure(version, "new_product_share")
    # 1200 ÷ 7000 × 100; the shared enterprise has no figure for new products, its revenue stays out
    assert new.reported == Decimal("17.1428571429")
    assert (new.covered, new.members, new.coverage_share) == (1, 3, Decimal("0.777778"))
    assert figure(version, "tackling_tasks").reported == Decimal(2)
    assert figure(version, "needs_resolved").reported == Decimal(1)
    assert figure(version, "synergy_cases").reported == Decimal(0)
    assert {value.missing_reason for value in version.figures.all()} == {""}
    assert {value.recognised for value in version.figures.all()} == {None}
    assert version.number == 1
    assert verify_version(version) is True


def test_submitting_locks_the_complex_and_the_enterprises_of_the_last_day() -> None:
    filing, units = make_example()

    submit(filing)

    assert set(PeriodLock.objects.values_list("innovation_complex", "year", "holder")) == {
        (filing.innovation_complex_id, 2025, filing.holder)
    }
    assert set(ReportLock.objects.values_list("unit", "year", "holder")) == {
        (units[name].pk, 2025, filing.holder) for name in ("lead", "shared", "silent")
    }
    names = {*PeriodLock.objects.values_list("holder_label"), *ReportLock.objects.values_list("holder_label")}
    assert names == {(f"{filing.innovation_complex.name} 2025年度填报",)}


def test_a_complex_without_enterprises_has_no_ratio() -> None:
    innovation_complex = make_complex(lead_unit=make_unit(kind=UnitKind.INSTITUTE))
    version = submit(make_filing_ready(make_filing(innovation_complex)))

    assert [(value.reported, value.missing_reason) for value in version.figures.order_by("indicator__position")] == [
        (None, "not_applicable"),
        (None, "not_applicable"),
        (Decimal(0), ""),
        (Decimal(0), ""),
        (Decimal(0), ""),
    ]


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"revenue_wan_yuan": None, "new_product_sales_wan_yuan": None}, "no_data"),
        ({"rd_wan_yuan": None}, "no_data"),
        ({"revenue_wan_yuan": Decimal(0), "new_product_sales_wan_yuan": Decimal(0)}, "not_applicable"),
    ],
)
def test_missing_is_never_zero(figures: dict[str, Any], reason: str) -> None:
    filing = make_filing()
    make_report(lead_membership(filing.innovation_complex).unit, **figures)

    rd = figure(submit(make_filing_ready(filing)), "rd_intensity")

    assert (rd.reported, rd.missing_reason) == (None, reason)


def test_an_incomplete_filing_is_refused_with_every_gap() -> None:
    make_filed_indicators()
    filing = make_filing()
    innovation_complex = filing.innovation_complex
    district = innovation_complex.reporting_district
    lead = lead_membership(innovation_complex).unit
    claimed = make_unit(home_district=make_user(Role.DISTRICT_FILER).district)
    make_membership(innovation_complex, claimed)
    make_report(
        claimed,
        revenue_wan_yuan=None,
        rd_wan_yuan=None,
        new_product_sales_wan_yuan=None,
        state=ReportState.GAP_CLAIMED,
        gap_reason=GapReason.OTHER,
    )
    left = make_unit(home_district=district)
    make_membership(innovation_complex, left, left_on=date(2025, 12, 31))

    with pytest.raises(Refused) as refusal:
        submit(filing)

    assert refusal.value.code == "incomplete"
    assert dict(refusal.value.details) == {
        "运行机制情况": "“运行机制情况”未填写。请在“填写”页补充后再提交。",
        "存在问题与下一步措施": "“存在问题与下一步措施”未填写。请在“填写”页补充后再提交。",
        "责任人": "“责任人”未填写。请在“填写”页补充后再提交。",
        f"{lead.name}（{lead.code}）": "未填报2025年年报。请填报，或说明无数据原因并经认可。",
        f"{claimed.name}（{claimed.code}）": (
            "2025年年报已说明无数据，尚未认可。请区县审核人员认可后再提交。"
            f"该单位年报由{claimed.home_district.name}维护，请与其联系。"
        ),
    }
    assert FilingVersion.objects.count() == 0
    assert (PeriodLock.objects.count(), ReportLock.objects.count()) == (0, 0)


def test_an_open_remark_keeps_a_filing_from_resubmission() -> None:
    filing = make_filing_in(FilingState.RETURNED_BY_DISTRICT)
    by = make_district_officer(Role.DISTRICT_FILER, filing.innovation_complex.reporting_district)

    with pytest.raises(Refused) as refusal:
        submit(filing, by=by)
    assert refusal.value.details == [("运行机制情况", "批注“演示：请补充会议次数。”尚未答复。请答复后再提交。")]

    filings.answer_remark(remark=filing.versions.get().remarks.get(), answer="已补充：4次。", by=by, at=IN_TIME)
    version = submit(filing, by=by)
    assert version.number == 2


def test_the_window_decides_on_submission_and_late_is_a_label() -> None:
    filing = make_filing_ready()
    dates = filing.filing_round

    with pytest.raises(Refused) as early:
        submit(filing, at=dates.opens_at - timedelta(minutes=1))
    with pytest.raises(Refused) as locked:
        submit(filing, at=dates.locks_at)
    assert (early.value.code, locked.value.code) == ("not_open", "round_locked")

    assert filing.is_late_at(dates.due_at) is False
    assert filing.is_late_at(dates.due_at + timedelta(minutes=1)) is True
    submit(filing, at=dates.due_at + timedelta(minutes=1))
    filing.refresh_from_db()
    assert (filing.state, filing.is_late_at(dates.locks_at)) == (FilingState.SUBMITTED, True)


def test_a_sealed_version_keeps_its_figures_when_the_ledger_moves() -> None:
    filing, units = make_example()
    version = submit(filing)
    reported = figure(version, "rd_intensity").reported
    units["lead"].reports.update(rd_wan_yuan=Decimal("999"))

    today = {one.indicator.code: one.reported for one in preview_figures(filing)}

    assert figure(version, "rd_intensity").reported == reported
    assert today["rd_intensity"] == (Decimal("1065.67") * 100 / 9000).quantize(Decimal("1e-10"))
    assert verify_version(version) is True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE indicators_figurevalue SET reported = reported + 1 WHERE reported IS NOT NULL",
        "UPDATE indicators_figurevalue SET rows = '[]'",
        "UPDATE indicators_figurevalue SET covered = covered + 1",
        "DELETE FROM indicators_figurevalue WHERE denominator IS NULL",
        "UPDATE indicators_filingversion SET narrative = narrative || '。'",
        "UPDATE indicators_filingversion SET responsible_officer = '他人'",
    ],
)
def test_the_digest_tells_of_every_altered_fact(statement: str) -> None:
    version = submit(make_example()[0])
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_version(version) is False


def test_recognition_and_review_leave_the_digest_alone() -> None:
    filing = make_filing_in(FilingState.COMMISSION_APPROVED)
    assert verify_version(filing.approved_version) is True


def test_version_numbers_only_rise() -> None:
    filing = make_filing_in(FilingState.DRAFT)
    by = make_district_officer(Role.DISTRICT_FILER, filing.innovation_complex.reporting_district)
    numbers = []
    for _ in range(3):
        numbers.append(submit(filing, by=by).number)
        filings.withdraw_filing(filing=filing, by=by, at=IN_TIME)
    assert numbers == [1, 2, 3]
    assert list(filing.versions.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]


def test_withdrawal_and_return_release_the_locks() -> None:
    filing = make_filing_ready()
    by = make_district_officer(Role.DISTRICT_FILER, filing.innovation_complex.reporting_district)
    submit(filing, by=by)
    assert (PeriodLock.objects.count(), ReportLock.objects.count()) == (1, 1)
    filings.withdraw_filing(filing=filing, by=by, at=IN_TIME)
    assert (PeriodLock.objects.count(), ReportLock.objects.count()) == (0, 0)

    submit(filing, by=by)
    reviews.return_filing(
        filing=filing,
        level=ReviewLevel.DISTRICT,
        remarks=[reviews.NewRemark("rd_intensity", "请核对。")],
        by=make_district_officer(Role.DISTRICT_APPROVER, filing.innovation_complex.reporting_district),
        at=IN_TIME,
    )
    assert (PeriodLock.objects.count(), ReportLock.objects.count()) == (0, 0)


def test_a_shared_unit_stays_locked_until_both_filings_are_returned() -> None:
    filing, units = make_example()
    other = units["shared"].memberships.exclude(innovation_complex=filing.innovation_complex).get().innovation_complex
    by = make_district_officer(Role.DISTRICT_FILER, other.reporting_district)
    second = make_filing_ready(make_filing(other))
    submit(filing)
    submit(second, by=by)
    filings.withdraw_filing(filing=second, by=by, at=IN_TIME)
    assert set(ReportLock.objects.filter(unit=units["shared"]).values_list("holder", flat=True)) == {filing.holder}


def test_the_version_names_everybody_who_entered_something() -> None:
    filing = make_filing()
    district = filing.innovation_complex.reporting_district
    reporter, tasker, writer = (make_district_officer(Role.DISTRICT_FILER, district) for _ in range(3))
    make_report(lead_membership(filing.innovation_complex).unit, entered_by=reporter)
    make_task(filing.innovation_complex, entered_by=tasker)
    make_need(filing.innovation_complex)

    version = submit(make_filing_ready(filing, by=writer))

    assert set(version.entered_by.all()) == {reporter, tasker, writer}


def test_submission_is_audited_with_version_and_digest() -> None:
    version = submit(make_filing_ready())
    event = AuditEvent.objects.get(kind="filing.submitted")
    assert event.changes == {
        "state": ["draft", "submitted"],
        "version": [None, 1],
        "digest": [None, version.digest],
    }


def test_submitting_costs_the_same_queries_with_one_and_three_members() -> None:
    def count(members: int) -> int:
        filing = make_filing()
        for _ in range(members - 1):
            make_membership(filing.innovation_complex, make_unit())
        for _ in range(members):
            make_task(filing.innovation_complex)
        filing = make_filing_ready(filing)
        by = make_district_officer(Role.DISTRICT_FILER, filing.innovation_complex.reporting_district)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            submit(filing, by=by)
        return len(queries)

    assert (count(1), count(3)) == (39, 39)
