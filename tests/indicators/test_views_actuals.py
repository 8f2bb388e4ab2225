"""Pages of values entered by hand, and the progress page and interface that show them alike."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from indicators.choices import ActualStatus
from indicators.models import Actual, Indicator, Plan
from tests.api.clients import rows as api_rows
from tests.factories import make_user
from tests.factories.indicators import load_plan_of_yubei, make_actual
from tests.world import make_token

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
LIST = reverse("indicators:actual-list")
NEW = reverse("indicators:actual-new")


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


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, actual: Actual) -> str:
    return reverse(f"indicators:actual-{name}", args=[actual.pk])


def typed(**changes: Any) -> dict[str, Any]:
    indicator = Indicator.objects.get(code="yb_rd_expenditure")
    values = {
        "indicator": indicator.pk,
        "scope": "渝北区",
        "year": "2025",
        "value": "150.25",
        "numerator": "",
        "denominator": "",
        "source_document": "演示统计公报",
        "source_clause": "第3页",
        "note": "",
    }
    return {**values, **changes}


def test_interface_and_page_say_the_same(plan: Plan, commission: Any) -> None:
    """3.65 and 10.2 in 2016 are met; 4.4 ÷ 3.5 and 23.56 ÷ 10 in 2020, shown as 125.71 % and 235.60 %."""
    key = make_token(make_user(Role.CLIENT))
    found = {row["target"]: row for row in api_rows("progress/", key, plan=plan.code, year=2016)}
    share, patents = found["yb_rd_gdp_share-2020"], found["yb_patents_per_10k-2020"]
    assert (share["actual"], share["met"], share["status"], share["year"]) == ("3.65", True, "met_early", 2016)
    assert (patents["actual"], patents["met"], patents["scope"]) == ("10.2", True, "渝北区")
    found = {row["target"]: row for row in api_rows("progress/", key, plan=plan.code, year=2020)}
    share, patents = found["yb_rd_gdp_share-2020"], found["yb_patents_per_10k-2020"]
    assert (share["actual"], share["attainment"], share["met"]) == ("4.4", "1.2571428571", True)
    assert (patents["actual"], patents["attainment"], patents["met"]) == ("23.56", "2.356", True)
    asked: dict[str, Any] = {"plan": plan.code, "year": 2016, "district": "city"}
    page = sign_in(commission).get(reverse("portal:progress"), asked).content.decode()
    assert "3.65 %" in page
    assert "10.20 件" in page
    assert "已提前达成" in page
    page = sign_in(commission).get(reverse("portal:progress"), {**asked, "year": 2020}).content.decode()
    assert "125.71%" in page
    assert "235.60%" in page
    assert "零的突破" in page
    assert f"{LIST}?plan=yb-2021-2025&amp;indicator=yb_rd_gdp_share&amp;year=2020" in page


def test_rows_behind_a_number_by_hand_are_its_entry(plan: Plan, commission: Any) -> None:
    asked: dict[str, Any] = {"plan": plan.code, "year": 2020, "indicator": "yb_rd_gdp_share", "district": "city"}
    answer = sign_in(commission).get(reverse("portal:progress-rows"), asked)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{LIST}?plan=yb-2021-2025&indicator=yb_rd_gdp_share&year=2020",
    )
    page = sign_in(commission).get(answer["Location"]).content.decode()
    assert "4.40 %" in page
    assert "渝北府发〔2022〕7号" in page


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_final_values_and_only_the_commission_is_offered_entry(plan: Plan, role: Role) -> None:
    client = sign_in(make_user(role))
    page = client.get(LIST).content.decode()
    assert ("88.39 亿元" in page, NEW in page) == (True, role == Role.COMMISSION)
    final = Actual.objects.get(indicator__code="yb_rd_expenditure")
    assert client.get(address("detail", final)).status_code == 200
    preliminary = make_actual()
    expected = 200 if role in {Role.COMMISSION, Role.OBSERVER} else 404
    assert client.get(address("detail", preliminary)).status_code == expected
    for name in ("edit", "withdraw", "restore"):
        wanted = 200 if role == Role.COMMISSION else 403
        assert client.get(address(name, preliminary)).status_code == wanted
    assert client.post(address("approve", preliminary)).status_code == (409 if role == Role.COMMISSION else 403)


def test_entering_and_approving_by_form(plan: Plan, commission: Any, second_commission: Any) -> None:
    answer = sign_in(commission).post(NEW, typed(value="１５０．２５"))
    actual = Actual.objects.get(year=2025)
    assert (answer.status_code, answer["Location"]) == (302, address("detail", actual))
    own = sign_in(commission).get(address("detail", actual)).content.decode()
    assert address("approve", actual) not in own
    refused = sign_in(commission).post(address("approve", actual), {"revision": actual.revision})
    assert (refused.status_code, "市级另一位人员" in refused.content.decode()) == (409, True)
    other = sign_in(second_commission)
    assert address("approve", actual) in other.get(address("detail", actual)).content.decode()
    assert other.post(address("approve", actual), {"revision": actual.revision}).status_code == 302
    actual.refresh_from_db()
    assert (actual.status, str(actual.value), actual.approved_by) == (
        ActualStatus.FINAL,
        "150.250000",
        second_commission,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": "150亿元"}, "“数值”应为数字"),
        ({"year": "2099"}, "尚未开始"),
        ({"scope": "九龙坡区"}, "没有范围为“九龙坡区”的目标"),
        ({"source_clause": ""}, "未填写"),
        ({"value": ""}, "请填写“数值”"),
        ({"numerator": "1", "denominator": "2"}, "二者取一"),
    ],
)
def test_form_keeps_what_was_typed_and_says_what_is_wrong(
    plan: Plan, commission: Any, changes: dict[str, str], sentence: str
) -> None:
    answer = sign_in(commission).post(NEW, typed(note="演示说明", **changes))
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "演示说明" in page, "演示统计公报" in page) == (200, True, True, True)
    assert not Actual.objects.filter(year__gte=2021).exists()


def test_form_offers_no_indicator_that_the_ledgers_give(plan: Plan, commission: Any) -> None:
    call_command("load_plans", "data/plans/cq-complex-2024-2027.yaml", verbosity=0)
    page = sign_in(commission).get(NEW).content.decode()
    assert ("全社会研究与试验发展经费支出（亿元）" in page, "有效解决企业创新需求" in page) == (True, False)
    counted = Indicator.objects.get(code="needs_resolved")
    answer = sign_in(commission).post(NEW, typed(indicator=counted.pk))
    assert (answer.status_code, Actual.objects.filter(indicator=counted).exists()) == (200, False)


def test_stale_edit_shows_both_values(plan: Plan, commission: Any, second_commission: Any) -> None:
    client = sign_in(commission)
    client.post(NEW, typed())
    actual = Actual.objects.get(year=2025)
    sign_in(second_commission).post(address("edit", actual), typed(value="151", revision=actual.revision))
    answer = client.post(address("edit", actual), typed(value="152", revision=actual.revision))
    page = answer.content.decode()
    assert (answer.status_code, "151" in page, "152" in page) == (409, True, True)
    actual.refresh_from_db()
    assert (str(actual.value), actual.entered_by) == ("151.000000", second_commission)


def test_withdrawing_and_restoring_by_form(plan: Plan, commission: Any) -> None:
    client, final = sign_in(commission), Actual.objects.get(indicator__code="yb_rd_expenditure")
    empty = client.post(address("withdraw", final), {"reason": "", "revision": final.revision})
    assert (empty.status_code, "未填写" in empty.content.decode()) == (200, True)
    client.post(address("withdraw", final), {"reason": "演示：复核来源", "revision": final.revision})
    final.refresh_from_db()
    assert (final.is_withdrawn, final.withdrawal_reason) == (True, "演示：复核来源")
    page = client.get(address("detail", final)).content.decode()
    assert ("演示：复核来源" in page, address("restore", final) in page) == (True, True)
    client.post(address("restore", final), {"reason": "演示：来源无误", "revision": final.revision})
    final.refresh_from_db()
    assert (final.is_withdrawn, final.status, final.entered_by) == (False, ActualStatus.PRELIMINARY, commission)


def test_editing_a_final_value_is_refused(plan: Plan, commission: Any) -> None:
    final = Actual.objects.get(indicator__code="yb_rd_expenditure")
    answer = sign_in(commission).post(address("edit", final), typed(value="1", revision=final.revision))
    assert (answer.status_code, "已终审" in answer.content.decode()) == (409, True)


def test_list_filters_by_plan_year_and_status(plan: Plan, commission: Any) -> None:
    client = sign_in(commission)
    stray = make_actual(year=2016)
    asked: dict[str, Any] = {"plan": plan.code, "year": 2016, "status": "final"}
    page = client.get(LIST, asked).content.decode()
    assert ("3.65 %" in page, "10.20" in page, "88.39" in page, address("detail", stray) in page) == (
        True,
        True,
        False,
        False,
    )


def test_list_takes_the_same_queries_whatever_the_rows(
    plan: Plan, commission: Any, django_assert_num_queries: Any
) -> None:
    client = sign_in(commission)
    client.get(LIST)
    for count in (1, 3):
        for number in range(count):
            make_actual(year=2001 + count * 5 + number)
        with django_assert_num_queries(6):
            client.get(LIST, {"status": "preliminary"})
