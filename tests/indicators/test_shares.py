"""Shares of targets by rule, as set by the commission, and how far they cover the city's targets."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from complexes.choices import ComplexState
from complexes.models import InnovationComplex
from indicators import shares
from indicators.models import ComplexTarget, Plan, Target
from tests.factories import make_complex, make_district
from tests.factories.indicators import load_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return load_plan()


def made_in(year: int, **changes: Any) -> InnovationComplex:
    return make_complex(recognised_on=date(year, 12, 1), **changes)


def values(plan: Plan, year: int, *complexes: InnovationComplex) -> dict[tuple[int, str], Decimal]:
    found = shares.shares_for(plan=plan, target_year=year, complexes=complexes)
    return {key: share.value for key, share in found.items()}


def test_default_shares_of_a_complex_recognised_by_2025(plan: Plan) -> None:
    row = made_in(2025)
    assert values(plan, 2025, row) == {
        (row.pk, "rd_intensity"): Decimal(2),
        (row.pk, "tackling_tasks"): Decimal(3),
        (row.pk, "needs_resolved"): Decimal(10),
        (row.pk, "synergy_cases"): Decimal(1),
        (row.pk, "new_product_share"): Decimal(26),
    }
    # 3 + 70/30, 10 + 200/30, 1 + 5/30, rounded up to two decimals.
    assert values(plan, 2027, row) == {
        (row.pk, "rd_intensity"): Decimal("2.5"),
        (row.pk, "tackling_tasks"): Decimal("5.34"),
        (row.pk, "needs_resolved"): Decimal("16.67"),
        (row.pk, "synergy_cases"): Decimal("1.17"),
        (row.pk, "new_product_share"): Decimal(27),
    }


def test_default_shares_of_a_complex_recognised_later(plan: Plan) -> None:
    row = made_in(2026)
    assert values(plan, 2025, row) == {}
    assert values(plan, 2027, row) == {
        (row.pk, "rd_intensity"): Decimal("2.5"),
        (row.pk, "tackling_tasks"): Decimal("2.34"),
        (row.pk, "needs_resolved"): Decimal("6.67"),
        (row.pk, "synergy_cases"): Decimal("0.17"),
        (row.pk, "new_product_share"): Decimal(27),
    }


def test_complex_in_cultivation_or_gone_by_the_year_has_no_share(plan: Plan) -> None:
    cultivating = make_complex(state=ComplexState.CULTIVATING, recognised_on=None, recognition_number="")
    exited = make_complex(state=ComplexState.EXITED, exited_on=date(2026, 3, 1))
    assert values(plan, 2027, cultivating, exited) == {}
    assert values(plan, 2025, exited)[exited.pk, "tackling_tasks"] == Decimal(3)


def test_set_share_replaces_the_default_and_carries_on(plan: Plan, commission: Any) -> None:
    row = made_in(2025)
    target = Target.objects.get(code="tackling_tasks-2025")
    ComplexTarget.objects.create(
        target=target, innovation_complex=row, value=Decimal(5), reason="演示", set_by=commission
    )
    share = shares.shares_for(plan=plan, target_year=2025, complexes=[row])[row.pk, "tackling_tasks"]
    assert (share.value, share.is_default, share.basis) == (Decimal(5), False, "市级设定：演示")
    assert values(plan, 2027, row)[row.pk, "tackling_tasks"] == Decimal("7.34")


def test_ratio_is_marked_as_an_assumption(plan: Plan) -> None:
    row = made_in(2025)
    share = shares.shares_for(plan=plan, target_year=2025, complexes=[row])[row.pk, "rd_intensity"]
    assert (share.is_default, share.basis) == (True, shares.RATIO_BASIS)


def test_shares_cover_the_city_targets_with_the_planned_complexes(plan: Plan) -> None:
    district = make_district()
    for _ in range(10):
        made_in(2025, reporting_district=district)
    for _ in range(20):
        made_in(2026, reporting_district=district)
    found = {row.target.code: (row.complexes, row.total, row.surplus) for row in shares.covering(plan)}
    assert found == {
        "tackling_tasks-2025": (10, Decimal(30), Decimal(0)),
        "tackling_tasks-2027": (30, Decimal("100.2"), Decimal("0.2")),
        "needs_resolved-2025": (10, Decimal(100), Decimal(0)),
        "needs_resolved-2027": (30, Decimal("300.1"), Decimal("0.1")),
        "synergy_cases-2025": (10, Decimal(10), Decimal(0)),
        "synergy_cases-2027": (30, Decimal("15.1"), Decimal("0.1")),
    }


def test_covering_says_in_words_what_is_missing_or_left(plan: Plan, commission: Any) -> None:
    rows = [made_in(2025) for _ in range(2)]
    sentences = {row.target.code: row.sentence for row in shares.covering(plan)}
    assert sentences["tackling_tasks-2025"] == "2025年：2个综合体合计6项，全市目标30项，还差24项未分解。"
    target = Target.objects.get(code="tackling_tasks-2025")
    ComplexTarget.objects.create(target=target, innovation_complex=rows[0], value=Decimal("27.5"), reason="演示")
    sentences = {row.target.code: row.sentence for row in shares.covering(plan)}
    assert sentences["tackling_tasks-2025"] == "2025年：2个综合体合计30.5项，全市目标30项，超出0.5项。"


def test_queries_do_not_grow_with_the_complexes(plan: Plan, django_assert_num_queries: Any) -> None:
    for size in (1, 3):
        rows = [made_in(2025) for _ in range(size)]
        with django_assert_num_queries(2):
            shares.shares_for(plan=plan, target_year=2027, complexes=rows)
        with django_assert_num_queries(3):
            shares.covering(plan)
