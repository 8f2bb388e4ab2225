"""Progress of plan 000, every figure worked out by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from accounts.choices import Role
from complexes.choices import ComplexState
from complexes.models import InnovationComplex
from indicators.choices import FilingState
from indicators.models import FigureValue, Filing, Plan
from indicators.progress import ProgressRow, Scope, claimed_rows, compute_progress, progress_rows, resolve_scope
from indicators.progress.figures import approved_figures, read_standing
from indicators.progress.population import reading_day
from tests.factories import make_complex, make_district, make_user
from tests.factories.indicators import load_plan, make_approved, make_figure, make_version

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
Rows = Callable[..., dict[str, ProgressRow]]


@pytest.fixture
def plan() -> Plan:
    return load_plan()


@pytest.fixture
def rows(plan: Plan) -> Rows:
    def compute(year: int = 2025, *, scope: Scope | None = None, today: date = TODAY) -> dict[str, ProgressRow]:
        found = progress_rows(plan=plan, year=year, scope=scope or Scope(shows_unapproved=True), today=today)
        return {row.target: row for row in found}

    return compute


def keys(prefix: str, count: int, *, start: int = 1) -> list[str]:
    return [f"{prefix}-{number:04d}" for number in range(start, start + count)]


def test_city_has_a_row_per_target_in_the_order_of_the_plan(rows: Rows, plan: Plan) -> None:
    assert list(rows()) == list(plan.targets.order_by("position").values_list("code", flat=True))


def test_shared_unit_and_task_count_once_in_the_city(rows: Rows) -> None:
    """Two complexes share the enterprise U2 and the task GG-0002.

    R&D: 30 + 20 + 10 = 60 of revenue 1000 + 500 + 1500 = 3000: exactly 2 %, not above. Tasks: 3 distinct of 4 claims.
    """
    first, second = make_complex(), make_complex()
    make_approved(
        first,
        rd_intensity={"U1": ("30", "1000"), "U2": ("20", "500")},
        tackling_tasks=["GG-0001", "GG-0002"],
    )
    make_approved(
        second,
        rd_intensity={"U2": ("20", "500"), "U3": ("10", "1500")},
        tackling_tasks=["GG-0002", "GG-0003"],
    )
    found = rows()
    ratio = found["rd_intensity-2025"]
    assert (ratio.numerator, ratio.denominator, ratio.actual) == (Decimal(60), Decimal(3000), Decimal("2.0000000000"))
    assert (ratio.met, ratio.status, ratio.attainment) == (False, "missed", Decimal("1.0000000000"))
    assert (ratio.overlap, ratio.coverage) == (1, "2/2 个综合体，企业成员 4/4 家次")
    tasks = found["tackling_tasks-2025"]
    assert (tasks.actual, tasks.overlap, tasks.attainment) == (Decimal(3), 1, Decimal("0.1000000000"))
    assert (tasks.met, tasks.gap, tasks.gap_in_words) == (False, Decimal("27.0000000000"), "还差 27 项")


def test_unit_reported_twice_takes_the_values_of_the_version_sealed_last(rows: Rows) -> None:
    first, second = make_complex(), make_complex()
    make_approved(first, rd_intensity={"U1": ("30", "1000")})
    make_approved(second, rd_intensity={"U1": ("40", "1000")})
    assert rows()["rd_intensity-2025"].actual == Decimal("4.0000000000")


def test_above_two_percent_is_met_and_two_and_a_half_is_reached(rows: Rows) -> None:
    make_approved(make_complex(), rd_intensity={"U1": ("25", "1000")}, new_product_share={"U1": ("260", "1000")})
    found = rows()
    assert (found["rd_intensity-2025"].status, found["rd_intensity-2025"].attainment) == (
        "met",
        Decimal("1.2500000000"),
    )
    assert (found["new_product_share-2025"].status, found["new_product_share-2025"].met) == ("met", True)
    # 达2.5%: reached at exactly 2.50 % two years early; 27 % is not, the last due target of 26 % stands and is reached.
    assert (found["rd_intensity-2027"].status, found["rd_intensity-2027"].met) == ("met_early", True)
    later = found["new_product_share-2027"]
    assert (later.status, later.met, later.expected) == ("on_track", None, Decimal(26))


def test_complexes_without_approved_filing_lower_the_coverage_and_are_no_zero(rows: Rows) -> None:
    make_approved(make_complex(), needs_resolved=keys("XQ", 4), rd_intensity={"U1": ("25", "1000")})
    waiting = make_version(make_complex(), state=FilingState.SUBMITTED)
    make_figure(waiting, "needs_resolved", keys("XQ", 7, start=3))
    make_complex()
    found = rows()
    needs = found["needs_resolved-2025"]
    assert (needs.actual, needs.filed, needs.due, needs.coverage) == (Decimal(4), 1, 3, "1/3 个综合体")
    assert (needs.unapproved, needs.unapproved_complexes) == (Decimal(7), 1)
    assert found["rd_intensity-2025"].actual == Decimal("2.5000000000")
    assert found["tackling_tasks-2025"].actual is None
    assert found["tackling_tasks-2025"].status == "no_data"


def test_unapproved_figures_are_hidden_from_readers_of_approved_ones(rows: Rows) -> None:
    waiting = make_version(make_complex(), state=FilingState.DISTRICT_APPROVED)
    make_figure(waiting, "needs_resolved", keys("XQ", 7))
    assert rows(scope=Scope())["needs_resolved-2025"].unapproved is None


def test_unapproved_figures_never_decide(rows: Rows) -> None:
    innovation_complex = make_complex()
    make_approved(innovation_complex, needs_resolved=keys("XQ", 9))
    waiting = make_version(innovation_complex, state=FilingState.SUBMITTED)
    make_figure(waiting, "needs_resolved", keys("XQ", 200))
    found = rows()["needs_resolved-2025"]
    assert (found.actual, found.unapproved, found.status) == (Decimal(9), Decimal(200), "missed")


def test_pace_of_a_count_follows_the_straight_line(rows: Rows) -> None:
    """From 30 at 2025-12-31 to 100 at 2027-12-31: at 2026-12-31, after 365 of 730 days, 65; 80 % of it is 52."""
    innovation_complex = make_complex()
    for number, (count, status) in enumerate([(65, "on_track"), (64, "behind"), (52, "behind"), (51, "far_behind")]):
        version = make_version(innovation_complex, 2026)
        make_figure(version, "tackling_tasks", keys("GG", count, start=1000 * number))
        found = rows(2026, today=date(2027, 6, 1))["tackling_tasks-2027"]
        assert (found.actual, found.expected, found.status) == (Decimal(count), Decimal("65.0000000000"), status)
        assert found.met is None


def test_line_is_read_today_while_the_year_is_open(rows: Rows) -> None:
    """98 of the 462 days from 2024-09-25 to 2025-12-31 had passed on 2025-01-01: 30 × 98 ÷ 462 = 6.3636…"""
    make_approved(make_complex(), tackling_tasks=keys("GG", 7))
    found = rows(2025, today=date(2025, 1, 1))["tackling_tasks-2025"]
    assert ((date(2025, 1, 1) - date(2024, 9, 25)).days, (date(2025, 12, 31) - date(2024, 9, 25)).days) == (98, 462)
    assert (found.expected, found.status, found.met) == (Decimal("6.3636363636"), "on_track", None)


def test_open_target_year_has_no_verdict_but_early_success(rows: Rows) -> None:
    make_approved(make_complex(), tackling_tasks=keys("GG", 30), needs_resolved=keys("XQ", 99))
    found = rows(2025, today=date(2025, 12, 31))
    assert (found["tackling_tasks-2025"].status, found["tackling_tasks-2025"].met) == ("met_early", True)
    assert (found["needs_resolved-2025"].status, found["needs_resolved-2025"].met) == ("behind", None)
    assert rows(2025, today=date(2026, 1, 1))["needs_resolved-2025"].status == "missed"


def test_ratio_before_any_due_target_has_no_line(rows: Rows) -> None:
    make_approved(make_complex(), 2024, rd_intensity={"U1": ("15", "1000")})
    found = rows(2024)["rd_intensity-2025"]
    assert (found.actual, found.expected, found.status, found.met) == (Decimal("1.5000000000"), None, "no_line", None)


def test_ratio_behind_the_last_due_target(rows: Rows) -> None:
    """超2% was due in 2025: 1.9 % is 95 % of it, 1.5 % is 75 %; exactly 2.00 % is still not above."""
    innovation_complex = make_complex()
    for spent, status in [("20", "behind"), ("19", "behind"), ("15", "far_behind"), ("20.1", "on_track")]:
        version = make_version(innovation_complex, 2026)
        make_figure(version, "rd_intensity", {"U1": (spent, "1000")})
        assert rows(2026)["rd_intensity-2027"].status == status


def test_closed_target_keeps_its_own_year(rows: Rows) -> None:
    innovation_complex = make_complex()
    make_approved(innovation_complex, 2025, tackling_tasks=keys("GG", 28))
    make_approved(innovation_complex, 2026, tackling_tasks=keys("GG", 40))
    found = rows(2026)
    assert (found["tackling_tasks-2025"].year, found["tackling_tasks-2025"].actual) == (2025, Decimal(28))
    assert found["tackling_tasks-2025"].status == "missed"
    assert (found["tackling_tasks-2027"].year, found["tackling_tasks-2027"].actual) == (2026, Decimal(40))


@pytest.mark.parametrize(("year", "note"), [(2023, "早于规划实施起始日"), (2027, "年度尚未开始")])
def test_year_without_data_is_no_zero(rows: Rows, year: int, note: str) -> None:
    make_approved(make_complex(), 2025, tackling_tasks=keys("GG", 28))
    found = rows(year)["complexes_built-2027"]
    assert (found.actual, found.met, found.status, found.note) == (None, None, "no_data", note)


def test_built_complexes_count_who_ever_was_recognised(rows: Rows) -> None:
    make_complex()
    make_complex(state=ComplexState.EXITED, exited_on=date(2025, 6, 1))
    make_complex(recognised_on=date(2026, 2, 1))
    make_complex(state=ComplexState.CULTIVATING, recognised_on=None, recognition_number="")
    found = rows()["complexes_built-2025"]
    assert (found.actual, found.in_operation, found.status) == (Decimal(2), 1, "missed")
    assert found.coverage == "认定登记，其中在运行1个"
    outlook = rows(2026)["complexes_built-2029"]
    assert (outlook.actual, outlook.is_outlook) == (Decimal(3), True)
    # From 10 at 2025-12-31 to 30 at 2027-12-31, on 2026-11-20: 10 + 20 × 324 ÷ 730.
    assert outlook.expected == Decimal("18.8767123288")


def test_ratio_below_the_minimum_coverage_is_shown_and_not_judged(rows: Rows) -> None:
    version = make_version(make_complex())
    make_figure(version, "rd_intensity", {"U1": ("30", "1000")}, covered=1, members=2)
    found = rows()["rd_intensity-2025"]
    assert (found.actual, found.status, found.met) == (Decimal("3.0000000000"), "low_coverage", None)
    assert found.attainment is None


def test_research_led_complex_without_enterprises_is_not_applicable(rows: Rows) -> None:
    innovation_complex = make_complex()
    make_approved(innovation_complex, rd_intensity="not_applicable")
    found = rows(scope=Scope(innovation_complex=innovation_complex))["rd_intensity-2025"]
    assert (found.actual, found.status, found.met) == (None, "not_applicable", None)
    make_approved(make_complex(), rd_intensity={"U1": ("30", "1000")})
    city = rows()["rd_intensity-2025"]
    assert (city.actual, city.coverage) == (Decimal("3.0000000000"), "2/2 个综合体，企业成员 1/1 家次")


def test_complex_is_measured_by_its_share(rows: Rows) -> None:
    innovation_complex = make_complex()
    make_approved(innovation_complex, tackling_tasks=keys("GG", 2), needs_resolved=keys("XQ", 10))
    found = rows(scope=Scope(innovation_complex=innovation_complex))
    tasks = found["tackling_tasks-2025"]
    assert (tasks.target_value, tasks.actual, tasks.attainment) == (Decimal(3), Decimal(2), Decimal("0.6666666667"))
    assert (tasks.status, tasks.coverage, tasks.gap_in_words) == ("missed", "1/1 个综合体", "还差 1 项")
    assert found["needs_resolved-2025"].status == "met"
    assert (found["tackling_tasks-2027"].target_value, found["tackling_tasks-2027"].target_decimals) == (
        Decimal("5.34"),
        2,
    )
    built = found["complexes_built-2025"]
    assert (built.actual, built.target_value, built.status) == (None, None, "not_applicable")


def test_district_is_measured_by_the_sum_of_its_shares(rows: Rows) -> None:
    district = make_district()
    first, second = (make_complex(reporting_district=district) for _ in range(2))
    make_approved(first, tackling_tasks=keys("GG", 4))
    make_approved(second, tackling_tasks=keys("GG", 4, start=3))
    make_approved(make_complex(), tackling_tasks=keys("GG", 9, start=50))
    found = rows(scope=Scope(district=district))
    tasks = found["tackling_tasks-2025"]
    assert (tasks.target_value, tasks.actual, tasks.overlap) == (Decimal(6), Decimal(6), 2)
    assert (tasks.status, tasks.coverage) == ("met", "2/2 个综合体")
    built = found["complexes_built-2025"]
    assert (built.actual, built.target_value, built.met) == (Decimal(2), None, None)


def test_figure_stays_with_the_district_of_its_year(rows: Rows) -> None:
    """The complex moves to another district in 2026: its 2025 figure and share stay with the earlier one."""
    earlier, later = make_district(), make_district()
    innovation_complex = make_complex(reporting_district=earlier)
    make_approved(innovation_complex, tackling_tasks=keys("GG", 3))
    innovation_complex.reporting_terms.create(district=later, valid_from=date(2026, 5, 1))
    InnovationComplex.objects.filter(pk=innovation_complex.pk).update(reporting_district=later)
    kept = rows(scope=Scope(district=earlier))["tackling_tasks-2025"]
    moved = rows(scope=Scope(district=later))["tackling_tasks-2025"]
    assert (kept.actual, kept.target_value, kept.status) == (Decimal(3), Decimal(3), "met")
    assert (moved.actual, moved.target_value) == (None, None)


def test_forecast_needs_three_years(rows: Rows) -> None:
    innovation_complex = make_complex()
    make_approved(innovation_complex, 2024, tackling_tasks=keys("GG", 10))
    make_approved(innovation_complex, 2025, tackling_tasks=keys("GG", 30))
    short = rows(2025)["tackling_tasks-2027"].forecast
    assert (short.value, short.sentence) == (None, "数据不足：需3个年度的审定值，现有2个")
    make_approved(innovation_complex, 2026, tackling_tasks=keys("GG", 44))
    # Least squares through 10, 30, 44: slope 17, mean 28 in 2025; residuals −1, 2, −1; 2027: 28 + 2 × 17.
    full = rows(2026)["tackling_tasks-2027"].forecast
    assert (full.value, full.low, full.high, full.points) == (Decimal(62), Decimal(60), Decimal(64), 3)


def test_series_holds_values_targets_and_the_line(plan: Plan) -> None:
    make_approved(make_complex(), 2025, tackling_tasks=keys("GG", 12))
    found = compute_progress(plan=plan, year=2025, scope=Scope(), today=TODAY)
    by_code = {series.indicator.code: series for series in found.series}
    points = [(point.year, point.actual, point.target, point.expected) for point in by_code["tackling_tasks"].points]
    assert points == [
        (2024, None, None, Decimal("6.2987012987")),
        (2025, Decimal(12), Decimal(30), Decimal(30)),
        (2026, None, None, Decimal(65)),
        (2027, None, Decimal(100), Decimal(100)),
    ]
    assert [point.year for point in by_code["complexes_built"].points] == [2024, 2025, 2026, 2027, 2029]
    assert not by_code["rd_intensity"].has_line


def test_negative_control_adding_complexes_up_would_count_twice(plan: Plan) -> None:
    """What the city would read if rows were not told apart by key: the guard is the DISTINCT ON of the combination."""
    for _ in range(2):
        make_approved(make_complex(), tackling_tasks=["GG-0001"])
    total = sum(figure.reported for figure in FigureValue.objects.approved())
    indicator = plan.targets.get(code="tackling_tasks-2025").indicator
    asked = {"scope": Scope(), "indicators": [indicator], "years": [2025]}
    combined = approved_figures(**asked, standing=read_standing())[indicator.pk, 2025]
    assert (total, combined.claims, combined.distinct_rows) == (Decimal(2), 2, 1)


def test_queries_do_not_grow_with_complexes_or_years(plan: Plan, django_assert_num_queries: Any) -> None:
    district = make_district()
    for size, year in ((1, 2024), (3, 2026)):
        for _ in range(size):
            innovation_complex = make_complex(reporting_district=district)
            make_approved(innovation_complex, year, tackling_tasks=["GG-0001"], rd_intensity={"U1": ("30", "1000")})
        with django_assert_num_queries(6):
            progress_rows(plan=plan, year=year, scope=Scope(shows_unapproved=True), today=TODAY)
        with django_assert_num_queries(7):
            progress_rows(plan=plan, year=year, scope=Scope(district=district, shows_unapproved=True), today=TODAY)


def test_combined_figures_are_kept_until_a_filing_changes(plan: Plan, django_assert_num_queries: Any) -> None:
    indicator = plan.targets.get(code="tackling_tasks-2025").indicator
    asked = {"scope": Scope(), "indicators": [indicator], "years": [2025]}

    def count() -> int:
        return approved_figures(**asked, standing=read_standing())[indicator.pk, 2025].distinct_rows

    make_approved(make_complex(), tackling_tasks=["GG-0001"])
    assert count() == 1
    with django_assert_num_queries(1):
        assert count() == 1
    make_approved(make_complex(), tackling_tasks=["GG-0002"])
    assert count() == 2
    before = read_standing()
    Filing.objects.update(state=FilingState.REOPENED)
    assert read_standing() != before


def test_reading_day_is_today_while_the_year_is_open() -> None:
    assert reading_day(2025, TODAY) == date(2025, 12, 31)
    assert reading_day(2026, TODAY) == TODAY
    assert reading_day(2026, TODAY + timedelta(days=60)) == date(2026, 12, 31)


def test_claims_name_the_complexes_of_each_row(plan: Plan, commission: Any) -> None:
    first, second = make_complex(), make_complex()
    make_approved(first, tackling_tasks=["GG-0001", "GG-0002"])
    make_approved(second, tackling_tasks=["GG-0002"])
    indicator = plan.targets.get(code="tackling_tasks-2025").indicator
    found = claimed_rows(user=commission, scope=Scope(), indicator=indicator, year=2025, today=TODAY)
    assert found.count == 2
    assert [(row.key, row.title, row.complexes) for row in found.rows] == [
        ("GG-0001", "演示GG-0001", ((first.code, first.name),)),
        ("GG-0002", "演示GG-0002", ((first.code, first.name), (second.code, second.name))),
    ]


def test_claims_stay_within_the_district(plan: Plan) -> None:
    own, other = make_complex(), make_complex()
    make_approved(own, tackling_tasks=["GG-0001", "GG-0002"])
    make_approved(other, tackling_tasks=["GG-0002", "GG-0003"])
    officer = make_user(Role.DISTRICT_FILER, district=own.reporting_district)
    indicator = plan.targets.get(code="tackling_tasks-2025").indicator
    found = claimed_rows(user=officer, scope=Scope(), indicator=indicator, year=2025, today=TODAY)
    assert [(row.key, row.complexes) for row in found.rows] == [
        ("GG-0001", ((own.code, own.name),)),
        ("GG-0002", ((own.code, own.name),)),
    ]
    built = plan.targets.get(code="complexes_built-2025").indicator
    complexes = claimed_rows(user=officer, scope=Scope(), indicator=built, year=2025, today=TODAY)
    assert ([row.key for row in complexes.rows], complexes.count) == ([own.code], 1)


@pytest.mark.parametrize(
    ("role", "is_own", "is_visible", "shows_unapproved"),
    [
        (Role.DISTRICT_FILER, True, True, True),
        (Role.DISTRICT_FILER, False, False, None),
        (Role.DISTRICT_APPROVER, True, True, True),
        (Role.DISTRICT_APPROVER, False, False, None),
        (Role.COMMISSION, False, True, True),
        (Role.OBSERVER, False, True, True),
        (Role.CLIENT, False, True, False),
        (Role.EXPERT, False, False, None),
        (Role.ADMINISTRATOR, False, False, None),
    ],
)
def test_scope_is_within_reach(role: Role, is_own: bool, is_visible: bool, shows_unapproved: bool | None) -> None:
    innovation_complex = make_complex()
    district = innovation_complex.reporting_district
    user = make_user(role, district=district) if is_own else make_user(role)
    for asked in ({"district_code": district.code}, {"complex_code": innovation_complex.code}):
        if is_visible:
            assert resolve_scope(user=user, **asked).shows_unapproved == shows_unapproved
        else:
            with pytest.raises(Http404):
                resolve_scope(user=user, **asked)


def test_city_totals_are_open_to_districts_without_what_awaits_approval(filer: Any) -> None:
    assert resolve_scope(user=filer) == Scope(shows_unapproved=False)


def test_unknown_codes_and_a_complex_of_another_district_are_not_found(commission: Any) -> None:
    innovation_complex, other = make_complex(), make_district()
    for asked in (
        {"district_code": "nowhere"},
        {"complex_code": "CQ-9999"},
        {"complex_code": innovation_complex.code, "district_code": other.code},
    ):
        with pytest.raises(Http404):
            resolve_scope(user=commission, **asked)
