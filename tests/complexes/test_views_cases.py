"""Pages of cases: the district submits, the commission selects."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from complexes.choices import CaseState
from complexes.models import Case, InnovationComplex
from tests.factories import make_case, make_complex

pytestmark = pytest.mark.django_db

SUBMITTED = {"state": CaseState.SUBMITTED, "selected_on": None, "counted_year": None}


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def move(client: Client, case: Case, name: str, **typed: Any) -> Any:
    return client.post(reverse("complexes:case-move", args=[case.code, name]), typed)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(
    rows: int, client: Client, filer: User, django_assert_num_queries: Any
) -> None:
    client.force_login(filer)
    client.get(reverse("complexes:case-list"))
    for _ in range(rows):
        make_case(make_complex(reporting_district=filer.district))
    with django_assert_num_queries(5):
        response = client.get(reverse("complexes:case-list"))
    assert len(response.context["listing"].page.object_list) == rows


def test_a_case_is_entered_and_submitted_by_the_district_and_selected_by_the_commission(
    client: Client, filer: User, commission: User, innovation_complex: InnovationComplex
) -> None:
    client.force_login(filer)
    client.post(
        reverse("complexes:case-new"),
        {"innovation_complex": innovation_complex.pk, "title": "演示案例", "kind": "talent"},
    )
    case = Case.objects.get()
    response = move(client, case, "submit", submitted_on="2025-05-01")
    assert response.context["form"].non_field_errors() == [
        "案例的“内容说明”未填写，不能报送。请先编辑案例，补充内容说明。"
    ]
    client.post(
        reverse("complexes:case-edit", args=[case.code]),
        {"title": "演示案例", "kind": "talent", "description": "演示说明", "revision": "0"},
    )
    assert move(client, case, "submit", submitted_on="2025-05-01").status_code == 302
    assert move(client, case, "select", selected_on="2025-06-01").status_code == 403
    assert move(client, case, "take-back").status_code == 302
    assert move(client, case, "submit", submitted_on="2025-05-02").status_code == 302
    client.force_login(commission)
    assert move(client, case, "take-back").status_code == 403
    page = client.get(case.get_absolute_url())
    assert [offer.move.name for offer in page.context["moves"]] == ["select", "reject"]
    assert [barred.labels for barred in page.context["barred"]] == ["收回修改、撤销、编辑内容"]
    assert move(client, case, "select", selected_on="2025-06-01").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.selected_on, case.counted_year) == (CaseState.SELECTED, date(2025, 6, 1), 2025)


def test_nobody_selects_a_case_of_their_own(
    client: Client, commission: User, innovation_complex: InnovationComplex
) -> None:
    case = make_case(innovation_complex, **SUBMITTED, entered_by=commission)
    client.force_login(commission)
    response = move(client, case, "select", selected_on="2025-06-01")
    assert (response.status_code, response.context["refusal"].code) == (409, "same_person")


def test_another_districts_case_is_the_same_404_as_a_missing_one(client: Client, filer: User) -> None:
    foreign = make_case(make_complex())
    client.force_login(filer)
    for verb, kind, arguments in (
        ("get", "detail", ()),
        ("get", "edit", ()),
        ("post", "edit", ()),
        ("get", "share", ()),
        ("post", "share", ()),
        ("get", "move", ("submit",)),
        ("post", "move", ("submit",)),
        ("post", "participation-confirm", ("CQ-0001",)),
        ("post", "participation-withdraw", ("CQ-0001",)),
    ):
        hidden = getattr(client, verb)(reverse(f"complexes:case-{kind}", args=[foreign.code, *arguments]))
        missing = getattr(client, verb)(reverse(f"complexes:case-{kind}", args=["AL-99999", *arguments]))
        assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_the_page_of_an_undecided_case_says_that_it_does_not_count(
    client: Client, filer: User, innovation_complex: InnovationComplex
) -> None:
    case = make_case(innovation_complex, **SUBMITTED)
    client.force_login(filer)
    response = client.get(case.get_absolute_url())
    assert response.context["explanation"] == [
        "尚不计数：只有经市级遴选入选的案例才计数，从遴选日期所在年度起累计计入。"
    ]
