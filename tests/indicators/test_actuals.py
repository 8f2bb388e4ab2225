"""Values entered by hand: the figures that document 004 prints, four eyes, withdrawal, and who sees what."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from audit.models import AuditEvent
from common.refusals import Refused
from indicators.actions import actuals as actions
from indicators.actual_files import read_actuals
from indicators.choices import ActualStatus
from indicators.models import Actual, Indicator, Plan
from indicators.progress import ProgressRow, Scope, compute_progress, progress_rows
from tests.factories import make_district
from tests.factories.indicators import load_plan, load_plan_of_yubei

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NEW = {
    "scope": "渝北区",
    "year": 2021,
    "value": Decimal("95.5"),
    "source_document": "演示统计公报",
    "source_clause": "第3页",
    "note": "",
}


@pytest.fixture(scope="module")
def standing_plan(django_db_setup: None, django_db_blocker: Any) -> Iterator[Plan]:
    """Load the plan once for the module; each test's changes are undone with the test."""
    with django_db_blocker.unblock():
        try:
            yield load_plan_of_yubei()
        finally:
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def plan(standing_plan: Plan, db: None) -> Plan:
    return standing_plan


def rows_of(plan: Plan, year: int, *, scope: Scope | None = None, today: date = TODAY) -> dict[str, ProgressRow]:
    found = progress_rows(plan=plan, year=year, scope=scope or Scope(shows_unapproved=True), today=today)
    return {row.target: row for row in found}


def enter(by: Any, **changes: Any) -> Actual:
    values = {"indicator": Indicator.objects.get(code="yb_rd_expenditure"), **NEW, **changes}
    return actions.enter_actual(values=values, by=by, at=AT)


def approve(actual: Actual, by: Any, **changes: Any) -> Actual:
    asked = {"expected_revision": actual.revision, "by": by, "at": AT, **changes}
    return actions.approve_actual(actual=actual, **asked)


def test_2016_is_met_against_the_targets_of_2020(plan: Plan) -> None:
    """Table 1 of document 004: 3.65 against 3.5, 10.2 against 10, four years early."""
    found = rows_of(plan, 2016)
    share, patents = found["yb_rd_gdp_share-2020"], found["yb_patents_per_10k-2020"]
    assert (share.actual, share.met, share.status, share.year) == (Decimal("3.65"), True, "met_early", 2016)
    assert (patents.actual, patents.met, patents.status, patents.year) == (Decimal("10.2"), True, "met_early", 2016)
    assert (share.scope, share.unapproved) == ("渝北区", None)
    assert share.coverage == "手工录入，终审"
    assert "渝北府发〔2022〕7号 §一(一)1 表1" in share.note


def test_2015_had_not_met_them(plan: Plan) -> None:
    """2.53 ÷ 3.5 = 0.7228571429; 8.3 ÷ 10 = 0.83; no verdict before the target year."""
    found = rows_of(plan, 2015)
    share, patents = found["yb_rd_gdp_share-2020"], found["yb_patents_per_10k-2020"]
    assert (share.actual, share.met, share.attainment) == (Decimal("2.53"), None, Decimal("0.7228571429"))
    assert (patents.actual, patents.met, patents.attainment) == (Decimal("8.3"), None, Decimal("0.8300000000"))


@pytest.mark.parametrize("year", [2020, 2025])
def test_attainment_in_2020(plan: Plan, year: int) -> None:
    """4.4 ÷ 3.5 = 1.2571428571…; 23.56 ÷ 10 = 2.356. A later year shows a closed target with its own year."""
    found = rows_of(plan, year)
    share, patents = found["yb_rd_gdp_share-2020"], found["yb_patents_per_10k-2020"]
    assert (share.year, share.actual, share.met, share.status) == (2020, Decimal("4.4"), True, "met")
    assert (share.attainment, patents.attainment) == (Decimal("1.2571428571"), Decimal("2.3560000000"))
    assert (patents.actual, patents.met, patents.gap) == (Decimal("23.56"), True, Decimal("-13.5600000000"))


def test_2020_against_the_targets_of_2025(plan: Plan) -> None:
    """Table 2: 88.39 of 140; the ratio of 4.4 stands above the last due target of 3.5."""
    found = rows_of(plan, 2020)
    spent, share = found["yb_rd_expenditure-2025"], found["yb_rd_gdp_share-2025"]
    assert (spent.actual, spent.attainment, spent.met) == (Decimal("88.39"), Decimal("0.6313571429"), None)
    assert (share.expected, share.status, share.met) == (Decimal("3.5"), "on_track", None)
    assert {code: row.actual for code, row in found.items() if row.actual is not None and code.endswith("2025")} == {
        "yb_rd_expenditure-2025": Decimal("88.39"),
        "yb_rd_gdp_share-2025": Decimal("4.4"),
        "yb_patents_per_10k-2025": Decimal("23.56"),
        "yb_new_rd_institutions-2025": Decimal(15),
        "yb_new_rd_institutions_double-2025": Decimal(15),
        "yb_high_end_rd_institutions-2025": Decimal(8),
        "yb_innovation_bases-2025": Decimal(219),
        "yb_national_innovation_bases-2025": Decimal(10),
        "yb_tech_enterprises-2025": Decimal(2905),
        "yb_hightech_enterprises-2025": Decimal(690),
        "yb_high_growth_enterprises-2025": Decimal(101),
        "yb_talents-2025": Decimal(671),
        "yb_tech_funds-2025": Decimal("30.73"),
    }


def test_year_without_a_value_has_none(plan: Plan) -> None:
    found = rows_of(plan, 2025)["yb_rd_expenditure-2025"]
    assert (found.actual, found.met, found.status) == (None, None, "no_data")


def test_preliminary_value_stands_apart_and_counts_only_once_final(
    plan: Plan, commission: Any, second_commission: Any
) -> None:
    actual = enter(commission, year=2025, value=Decimal(150))
    waiting = rows_of(plan, 2025)["yb_rd_expenditure-2025"]
    assert (waiting.actual, waiting.unapproved, waiting.met) == (None, Decimal(150), None)
    assert rows_of(plan, 2025, scope=Scope())["yb_rd_expenditure-2025"].unapproved is None
    approve(actual, second_commission)
    final = rows_of(plan, 2025, scope=Scope())["yb_rd_expenditure-2025"]
    assert (final.actual, final.unapproved, final.met, final.status) == (Decimal(150), None, True, "met")
    assert final.attainment == Decimal("1.0714285714")


@pytest.mark.parametrize(
    ("target", "values", "met", "attainment"),
    [
        (
            "yb_internal_rd_coverage-2025",
            {"numerator": Decimal(99), "denominator": Decimal(100)},
            False,
            "0.9900000000",
        ),
        ("yb_internal_rd_coverage-2025", {"value": Decimal(100)}, True, "1.0000000000"),
        ("yb_rd_expenditure_rank-2025", {"value": Decimal(1)}, True, None),
        ("yb_rd_expenditure_rank-2025", {"value": Decimal(2)}, False, None),
        ("yb_champions-2025", {"value": Decimal(0)}, False, None),
        ("yb_champions-2025", {"value": Decimal(1)}, True, None),
        ("yb_science_facility-2025", {"value": Decimal(0)}, False, None),
        ("yb_science_facility-2025", {"value": Decimal(1)}, True, None),
        ("yb_leading_cluster_output-2025", {"value": Decimal(2000)}, True, "1.0000000000"),
        ("yb_new_rd_institutions_double-2025", {"value": Decimal(29)}, False, "0.9666666667"),
        ("yb_new_rd_institutions_double-2025", {"value": Decimal(30)}, True, "1.0000000000"),
        ("yb_vocational_colleges", {"value": Decimal(2)}, True, "1.0000000000"),
        ("yb_demo_base_area", {"value": Decimal(499)}, None, None),
        ("yb_demo_base_area", {"value": Decimal(500)}, True, "1.0000000000"),
    ],
)
def test_comparators_of_the_plan(
    plan: Plan,
    commission: Any,
    second_commission: Any,
    target: str,
    values: dict[str, Decimal],
    met: bool | None,
    attainment: str | None,
) -> None:
    """Doubling is measured from the table's 15; where the document states no year, only early success is a verdict."""
    indicator = plan.targets.get(code=target).indicator
    approve(enter(commission, indicator=indicator, year=2025, **{"value": None, **values}), second_commission)
    found = rows_of(plan, 2025)[target]
    assert (found.met, found.attainment) == (met, None if attainment is None else Decimal(attainment))


def test_every_year_needs_every_year(plan: Plan, commission: Any, second_commission: Any) -> None:
    indicator = Indicator.objects.get(code="yb_renovation_fund")
    for year in (2021, 2022, 2023, 2025):
        approve(enter(commission, indicator=indicator, year=year, value=Decimal(2)), second_commission)
    assert rows_of(plan, 2025)["yb_renovation_fund-2025"].met is None
    approve(enter(commission, indicator=indicator, year=2024, value=Decimal("1.99")), second_commission)
    found = rows_of(plan, 2025)["yb_renovation_fund-2025"]
    assert (found.met, found.attainment) == (False, Decimal("0.8000000000"))


def test_plan_of_a_district_asks_nothing_of_another(plan: Plan) -> None:
    own, other = make_district(name="渝北区"), make_district()
    found = rows_of(plan, 2020, scope=Scope(district=own))["yb_rd_gdp_share-2020"]
    assert (found.actual, found.met, found.scope) == (Decimal("4.4"), True, "渝北区")
    found = rows_of(plan, 2020, scope=Scope(district=other))["yb_rd_gdp_share-2020"]
    assert (found.actual, found.target_value, found.status) == (None, None, "not_applicable")
    assert found.basis == "本目标只对渝北区提出"
    drawn = compute_progress(plan=plan, year=2020, scope=Scope(district=own), today=TODAY).series
    assert "全社会研究与试验发展经费支出占地区生产总值比重" in [series.title for series in drawn]
    assert compute_progress(plan=plan, year=2020, scope=Scope(district=other), today=TODAY).series == ()


def test_progress_takes_the_same_queries_whatever_the_values(
    plan: Plan, commission: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(5):
        rows_of(plan, 2025)
    for year in (2021, 2022, 2023):
        enter(commission, year=year)
    with django_assert_num_queries(5):
        rows_of(plan, 2025)


def test_loading_again_changes_nothing_and_leaves_decisions_of_people_alone(plan: Plan, commission: Any) -> None:
    count, events = Actual.objects.count(), AuditEvent.objects.count()
    drafts = read_actuals(open_actuals())
    lines = actions.load_actuals(drafts=drafts, by=None, at=AT)
    assert (len(lines), {line.split(": ")[1] for line in lines}) == (16, {"unchanged"})
    assert (Actual.objects.count(), AuditEvent.objects.count()) == (count, events)
    held = Actual.objects.get(indicator__code="yb_rd_expenditure", year=2020)
    actions.withdraw_actual(actual=held, reason="演示：复核", expected_revision=held.revision, by=commission, at=AT)
    assert set(actions.load_actuals(drafts=drafts, by=None, at=AT)) >= {"yb_rd_expenditure 渝北区 2020: unchanged"}
    assert Actual.objects.count() == count


def test_entering_approving_and_their_events(plan: Plan, commission: Any, second_commission: Any) -> None:
    actual = enter(commission)
    assert (actual.status, actual.entered_by, actual.approved_by) == (ActualStatus.PRELIMINARY, commission, None)
    actual = approve(actual, second_commission)
    assert (actual.status, actual.approved_by, actual.approved_at) == (ActualStatus.FINAL, second_commission, AT)
    events = AuditEvent.objects.filter(object_type="indicators.actual", object_id=actual.pk).order_by("pk")
    assert [(event.kind, event.actor) for event in events] == [
        ("actual.entered", commission),
        ("actual.approved", second_commission),
    ]
    assert events[1].changes["status"] == ["preliminary", "final"]


def test_nobody_approves_what_they_entered_or_changed_last(plan: Plan, commission: Any, second_commission: Any) -> None:
    actual = enter(commission)
    with pytest.raises(Refused) as caught:
        approve(actual, commission)
    assert caught.value.code == "same_person"
    actual = actions.change_actual(
        actual=actual, values={"value": Decimal(96)}, expected_revision=actual.revision, by=second_commission, at=AT
    )
    with pytest.raises(Refused) as caught:
        approve(actual, second_commission)
    assert caught.value.code == "same_person"
    assert approve(actual, commission).value == Decimal(96)


def test_final_value_does_not_change(plan: Plan, commission: Any, second_commission: Any) -> None:
    actual = approve(enter(commission), second_commission)
    with pytest.raises(Refused) as caught:
        actions.change_actual(
            actual=actual, values={"value": Decimal(1)}, expected_revision=actual.revision, by=commission, at=AT
        )
    assert caught.value.code == "final"


def test_one_final_value_for_a_year(plan: Plan, commission: Any, second_commission: Any) -> None:
    approve(enter(commission), second_commission)
    correction = enter(commission, value=Decimal(97))
    with pytest.raises(Refused) as caught:
        approve(correction, second_commission)
    assert caught.value.code == "taken"
    with pytest.raises(ValidationError):
        enter(commission, value=Decimal(98))


def test_withdrawing_and_restoring_leave_a_preliminary_value(
    plan: Plan, commission: Any, second_commission: Any
) -> None:
    actual = approve(enter(commission, year=2025), second_commission)
    asked = {"by": commission, "at": AT}
    with pytest.raises(ValidationError):
        actions.withdraw_actual(actual=actual, reason=" ", expected_revision=actual.revision, **asked)
    actual = actions.withdraw_actual(actual=actual, reason="演示：来源有误", expected_revision=actual.revision, **asked)
    assert rows_of(plan, 2025)["yb_rd_expenditure-2025"].actual is None
    with pytest.raises(Refused):
        approve(actual, second_commission)
    actual = actions.restore_actual(actual=actual, reason="演示：来源无误", expected_revision=actual.revision, **asked)
    assert (actual.is_withdrawn, actual.status, actual.entered_by, actual.approved_by) == (
        False,
        ActualStatus.PRELIMINARY,
        commission,
        None,
    )
    assert rows_of(plan, 2025)["yb_rd_expenditure-2025"].unapproved == Decimal("95.5")
    reasons = AuditEvent.objects.filter(object_id=actual.pk, object_type="indicators.actual").order_by("pk")
    assert [(event.kind, event.reason) for event in reasons][2:] == [
        ("actual.withdrawn", "演示：来源有误"),
        ("actual.reopened", "演示：来源无误"),
        ("actual.restored", "演示：来源无误"),
    ]


def test_stale_pages_are_refused(plan: Plan, commission: Any, second_commission: Any) -> None:
    actual = enter(commission)
    stale: dict[str, Any] = {"expected_revision": actual.revision + 1, "at": AT}
    asked: list[tuple[Any, dict[str, Any]]] = [
        (actions.change_actual, {"values": {"value": Decimal(1)}, "by": commission}),
        (actions.approve_actual, {"by": second_commission}),
        (actions.withdraw_actual, {"reason": "演示", "by": commission}),
        (actions.restore_actual, {"reason": "演示", "by": commission}),
    ]
    for act, values in asked:
        with pytest.raises(Refused) as caught:
            act(actual=actual, **values, **stale)
        assert caught.value.code == "stale"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year": 2027}, "year"),
        ({"scope": "九龙坡区"}, "scope"),
        ({"value": None}, "__all__"),
        ({"numerator": Decimal(1), "denominator": Decimal(2)}, "__all__"),
        ({"value": None, "numerator": Decimal(1), "denominator": Decimal(0)}, "denominator"),
        ({"source_clause": ""}, "source_clause"),
    ],
)
def test_wrong_values_are_named(plan: Plan, commission: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        enter(commission, **changes)
    assert field in caught.value.message_dict


def test_counted_indicators_are_not_typed(plan: Plan, commission: Any) -> None:
    load_plan()
    for code in ("tackling_tasks", "complexes_built"):
        with pytest.raises(ValidationError) as caught:
            enter(commission, indicator=Indicator.objects.get(code=code), scope="全市")
        assert "indicator" in caught.value.message_dict


def open_actuals() -> str:
    with open("data/actuals/yb.yaml", encoding="utf-8") as file:
        return file.read()
