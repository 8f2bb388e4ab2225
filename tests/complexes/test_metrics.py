"""Ratios and cases by hand-computed figures."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from common.metrics import MetricRow, evaluate, get_metric, metric_codes
from complexes.choices import CaseState
from complexes.models import InnovationComplex
from members.choices import GapReason, ReportState, UnitKind
from members.models import Unit
from tests.factories import (
    make_case,
    make_case_participation,
    make_complex,
    make_membership,
    make_report,
    make_unit,
)

pytestmark = pytest.mark.django_db

CONFIRMED_AT = datetime(2025, 7, 1, 9, tzinfo=UTC)


def count(code: str, innovation_complex: InnovationComplex, year: int = 2025) -> MetricRow:
    (row,) = evaluate(code, year=year, complex_ids=[innovation_complex.pk])
    return row


def lead_of(innovation_complex: InnovationComplex) -> Unit:
    return innovation_complex.memberships.get(role="lead").unit


def report(unit: Unit, revenue: str | int, rd: str | int | None) -> None:
    make_report(
        unit,
        revenue_wan_yuan=Decimal(revenue),
        rd_wan_yuan=None if rd is None else Decimal(rd),
        new_product_sales_wan_yuan=Decimal(0),
    )


def test_the_metrics_of_plan_000_are_registered_at_start() -> None:
    assert set(metric_codes()) >= {
        "rd_intensity",
        "new_product_share",
        "tackling_tasks",
        "needs_resolved",
        "synergy_cases",
    }


@pytest.mark.parametrize("code", metric_codes())
def test_a_metric_has_the_columns_of_the_contract_and_a_row_for_a_complex_without_members(code: str) -> None:
    innovation_complex = make_complex()
    innovation_complex.memberships.all().delete()
    row = count(code, innovation_complex)
    is_ratio = code in {"rd_intensity", "new_product_share"}
    expected = MetricRow(
        complex_id=innovation_complex.pk,
        numerator=None if is_ratio else Decimal(0),
        denominator=None,
        value=None if is_ratio else Decimal(0),
        covered=0 if is_ratio else None,
        members=0 if is_ratio else None,
        coverage_share=None,
        rows=[],
    )
    assert row == expected
    assert get_metric(code).counts != ""


def test_ratio_is_a_ratio_of_sums_with_the_rows_behind_it() -> None:
    innovation_complex = make_complex()
    lead = lead_of(innovation_complex)
    second = make_unit()
    make_membership(innovation_complex, second)
    report(lead, 1000, 30)
    report(second, "9000.50", "45.25")
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.denominator, row.value) == (Decimal("75.25"), Decimal("10000.50"), None)
    assert (row.covered, row.members, row.coverage_share) == (2, 2, Decimal(1))
    assert row.rows == sorted(
        [
            {"k": lead.code, "t": lead.name, "n": "30.00", "d": "1000.00"},
            {"k": second.code, "t": second.name, "n": "45.25", "d": "9000.50"},
        ],
        key=lambda behind: behind["k"],
    )


def test_new_product_share_takes_new_product_sales() -> None:
    innovation_complex = make_complex()
    make_report(
        lead_of(innovation_complex), revenue_wan_yuan=Decimal(800), new_product_sales_wan_yuan=Decimal("200.01")
    )
    row = count("new_product_share", innovation_complex)
    assert (row.numerator, row.denominator) == (Decimal("200.01"), Decimal(800))


def test_a_unit_in_two_complexes_counts_fully_in_each() -> None:
    first, second = make_complex(), make_complex()
    shared = make_unit()
    make_membership(first, shared)
    make_membership(second, shared)
    report(shared, 500, 20)
    rows = evaluate("rd_intensity", year=2025, complex_ids=[first.pk, second.pk])
    assert [(row.complex_id, row.numerator, row.denominator, row.covered, row.members) for row in rows] == [
        (first.pk, Decimal(20), Decimal(500), 1, 2),
        (second.pk, Decimal(20), Decimal(500), 1, 2),
    ]


@pytest.mark.parametrize(
    ("joined_on", "left_on", "members"),
    [
        (date(2025, 12, 31), None, 2),
        (date(2026, 1, 1), None, 1),
        (date(2024, 10, 1), date(2025, 12, 31), 1),
        (date(2024, 10, 1), date(2026, 1, 1), 2),
        (date(2024, 10, 1), date(2025, 6, 30), 1),
    ],
)
def test_members_are_those_on_31_december(joined_on: date, left_on: date | None, members: int) -> None:
    innovation_complex = make_complex()
    unit = make_unit()
    make_membership(innovation_complex, unit, joined_on=joined_on, left_on=left_on)
    report(unit, 100, 7)
    row = count("rd_intensity", innovation_complex)
    assert (row.members, row.covered) == (members, members - 1)
    assert row.numerator == (Decimal(7) if members == 2 else None)


def test_a_member_that_left_and_returned_counts_once() -> None:
    innovation_complex = make_complex()
    unit = make_unit()
    make_membership(innovation_complex, unit, joined_on=date(2024, 10, 1), left_on=date(2025, 3, 1))
    make_membership(innovation_complex, unit, joined_on=date(2025, 5, 1))
    report(unit, 100, 7)
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.covered, row.members) == (Decimal(7), 1, 2)


@pytest.mark.parametrize("kind", [kind for kind in UnitKind if kind != UnitKind.ENTERPRISE])
def test_only_enterprises_enter_the_ratio(kind: UnitKind) -> None:
    innovation_complex = make_complex()
    other = make_unit(kind=kind)
    make_membership(innovation_complex, other)
    report(other, 1, 5000)
    report(lead_of(innovation_complex), 1000, 30)
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.denominator, row.members) == (Decimal(30), Decimal(1000), 1)


def test_a_member_with_one_figure_missing_stays_out_of_both_sums_but_in_the_coverage() -> None:
    innovation_complex = make_complex()
    half = make_unit()
    make_membership(innovation_complex, half)
    report(lead_of(innovation_complex), 600, 12)
    report(half, 200, None)
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.denominator) == (Decimal(12), Decimal(600))
    assert (row.covered, row.members, row.coverage_share) == (1, 2, Decimal("0.75"))
    assert [behind["d"] for behind in row.rows] == ["600.00"]


def test_a_member_without_revenue_is_not_covered() -> None:
    innovation_complex = make_complex()
    make_report(
        lead_of(innovation_complex),
        revenue_wan_yuan=None,
        rd_wan_yuan=Decimal(12),
        new_product_sales_wan_yuan=None,
    )
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.denominator, row.covered, row.members) == (None, None, 0, 1)
    assert (row.coverage_share, row.rows) == (None, [])


def test_an_accepted_gap_is_missing_not_zero() -> None:
    innovation_complex = make_complex()
    make_report(
        lead_of(innovation_complex),
        state=ReportState.GAP_CLAIMED,
        gap_reason=GapReason.NEWLY_FOUNDED,
        revenue_wan_yuan=None,
        rd_wan_yuan=None,
        new_product_sales_wan_yuan=None,
    )
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.covered, row.members) == (None, 0, 1)


def test_zero_revenue_is_a_figure_and_gives_a_zero_denominator() -> None:
    innovation_complex = make_complex()
    make_report(
        lead_of(innovation_complex),
        revenue_wan_yuan=Decimal(0),
        rd_wan_yuan=Decimal(5),
        new_product_sales_wan_yuan=Decimal(0),
    )
    row = count("rd_intensity", innovation_complex)
    assert (row.numerator, row.denominator, row.covered, row.coverage_share) == (Decimal(5), Decimal(0), 1, None)


def test_a_report_of_another_year_does_not_count() -> None:
    innovation_complex = make_complex()
    make_report(lead_of(innovation_complex), 2024)
    assert count("rd_intensity", innovation_complex).covered == 0
    assert count("rd_intensity", innovation_complex, 2024).covered == 1


def test_without_named_complexes_every_complex_has_a_row() -> None:
    first, second = make_complex(), make_complex()
    make_report(lead_of(first))
    assert [row.complex_id for row in evaluate("rd_intensity", year=2025)] == sorted([first.pk, second.pk])
    assert evaluate("rd_intensity", year=2025)[0] == count("rd_intensity", first)


def test_only_selected_cases_count_cumulatively() -> None:
    innovation_complex = make_complex()
    early = make_case(innovation_complex, submitted_on=date(2024, 11, 1), selected_on=date(2024, 12, 31))
    early.counted_year = 2024
    early.save(update_fields=["counted_year"])
    make_case(innovation_complex)
    make_case(innovation_complex, state=CaseState.SUBMITTED, selected_on=None, counted_year=None)
    make_case(innovation_complex, state=CaseState.NOT_SELECTED, selected_on=None, counted_year=None)
    assert [count("synergy_cases", innovation_complex, year).value for year in (2023, 2024, 2025, 2026)] == [0, 1, 2, 2]


def test_a_shared_case_counts_where_it_was_confirmed() -> None:
    owner, confirmed, silent = make_complex(), make_complex(), make_complex()
    case = make_case(owner)
    make_case_participation(case, confirmed, confirmed_at=CONFIRMED_AT)
    make_case_participation(case, silent)
    rows = evaluate("synergy_cases", year=2025, complex_ids=[owner.pk, confirmed.pk, silent.pk])
    assert [row.value for row in rows] == [1, 1, 0]
    assert rows[0].rows == rows[1].rows == [{"k": case.code, "t": case.title}]


def test_many_members_and_many_shared_events_do_not_multiply_each_other() -> None:
    innovation_complex = make_complex()
    report(lead_of(innovation_complex), 100, 1)
    for _ in range(3):
        unit = make_unit()
        make_membership(innovation_complex, unit)
        make_membership(make_complex(), unit)
        report(unit, 100, 1)
        make_report(unit, 2024)
    for _ in range(4):
        case = make_case(innovation_complex)
        make_case_participation(case, make_complex(), confirmed_at=CONFIRMED_AT)
        make_case_participation(case, innovation_complex, confirmed_at=CONFIRMED_AT)
    ratio = count("rd_intensity", innovation_complex)
    assert (ratio.numerator, ratio.denominator, ratio.covered, len(ratio.rows)) == (Decimal(4), Decimal(400), 4, 4)
    cases = count("synergy_cases", innovation_complex)
    assert (cases.value, len(cases.rows)) == (4, 4)
