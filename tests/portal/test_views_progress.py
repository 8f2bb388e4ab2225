"""The progress page and the rows behind its numbers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from tests.factories import make_complex, make_user
from tests.factories.indicators import PLAN_CODE, load_plan, make_approved

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:progress")
ROWS = reverse("portal:progress-rows")


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_without_plans_says_what_to_do(commission: Any) -> None:
    answer = sign_in(commission).get(PAGE)
    assert answer.status_code == 200
    assert "还没有载入规划文件" in answer.content.decode()


def test_city_reader_begins_with_the_city_and_the_newest_approved_year(commission: Any) -> None:
    load_plan()
    make_approved(make_complex(), 2025, tackling_tasks=["GG-0001"])
    found = sign_in(commission).get(PAGE).context["progress"]
    assert (found.scope.label, found.year, len(found.rows)) == ("全市", 2025, 13)


def test_district_officer_begins_with_the_own_district_and_may_see_the_city(filer: Any) -> None:
    load_plan()
    make_approved(make_complex(reporting_district=filer.district), tackling_tasks=["GG-0001"])
    make_approved(make_complex(), tackling_tasks=["GG-0002"])
    client = sign_in(filer)
    own = client.get(PAGE).context["progress"]
    city = client.get(PAGE, {"district": "city"}).context["progress"]
    actual = [{row.target: row.actual for row in found.rows}["tackling_tasks-2025"] for found in (own, city)]
    assert (own.scope.label, city.scope.label, actual) == (filer.district.name, "全市", [1, 2])


def test_complex_alone_is_enough(commission: Any) -> None:
    load_plan()
    innovation_complex = make_complex()
    found = sign_in(commission).get(PAGE, {"complex": innovation_complex.code}).context["progress"]
    assert found.scope.label == innovation_complex.name


def test_beyond_reach_is_not_found_like_what_does_not_exist(filer: Any) -> None:
    load_plan()
    other = make_complex()
    client = sign_in(filer)
    answers = [
        client.get(PAGE, asked)
        for asked in (
            {"district": other.reporting_district.code},
            {"district": "nowhere"},
            {"complex": other.code},
            {"complex": "CQ-9999"},
        )
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("asked", [{"year": "abc"}, {"year": "1999"}, {"plan": "nothing"}, {"district": "x" * 13}])
def test_wrong_choice_is_explained(commission: Any, asked: dict[str, str]) -> None:
    load_plan()
    answer = sign_in(commission).get(PAGE, asked)
    assert answer.status_code == 200
    assert "progress" not in answer.context
    assert list(answer.context["form"].errors) == list(asked)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.DISTRICT_FILER, 200),
        (Role.DISTRICT_APPROVER, 200),
        (Role.COMMISSION, 200),
        (Role.OBSERVER, 200),
        (Role.CLIENT, 200),
        (Role.EXPERT, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_pages_by_role(role: Role, status: int) -> None:
    load_plan()
    client = sign_in(make_user(role))
    assert client.get(PAGE).status_code == status
    assert client.get(ROWS, {"plan": PLAN_CODE, "year": 2025, "indicator": "tackling_tasks"}).status_code == status


def test_every_number_links_to_its_rows(commission: Any) -> None:
    load_plan()
    first, second = make_complex(), make_complex()
    make_approved(first, rd_intensity={"U1": ("30", "1000"), "U2": ("20", "500")})
    make_approved(second, rd_intensity={"U2": ("20", "500")})
    client = sign_in(commission)
    page = client.get(PAGE)
    link = next(url for row, url in page.context["rows"] if row.target == "rd_intensity-2025")
    assert link == f"{ROWS}?plan={PLAN_CODE}&year=2025&district=city&indicator=rd_intensity"
    assert link.replace("&", "&amp;") in page.content.decode()
    answer = client.get(link)
    assert [(row.key, row.numerator, len(row.complexes)) for row, _ in answer.context["claims"]] == [
        ("U1", 30, 1),
        ("U2", 20, 2),
    ]
    assert answer.context["total"].actual == next(
        row.actual for row, _ in page.context["rows"] if row.target == "rd_intensity-2025"
    )


def test_district_sees_own_rows_below_the_city_number_and_is_told(filer: Any) -> None:
    load_plan()
    make_approved(make_complex(reporting_district=filer.district), tackling_tasks=["GG-0001"])
    make_approved(make_complex(), tackling_tasks=["GG-0002"])
    asked = {"plan": PLAN_CODE, "year": 2025, "indicator": "tackling_tasks", "district": "city"}
    answer = sign_in(filer).get(ROWS, asked)
    assert [row.key for row, _ in answer.context["claims"]] == ["GG-0001"]
    assert answer.context["total"].actual == 2
    assert "其他区县的明细不展示" in answer.content.decode()


@pytest.mark.parametrize("asked", [{}, {"indicator": "nothing"}, {"indicator": "tackling_tasks", "page": "x"}])
def test_rows_of_nothing_are_not_found(commission: Any, asked: dict[str, str]) -> None:
    load_plan()
    assert sign_in(commission).get(ROWS, {"plan": PLAN_CODE, "year": 2025, **asked}).status_code == 404


def test_page_queries_do_not_grow(commission: Any, django_assert_num_queries: Any) -> None:
    load_plan()
    client = sign_in(commission)
    client.get(PAGE)
    for number in (1, 3):
        for _ in range(number):
            make_approved(make_complex(), tackling_tasks=["GG-0001"], rd_intensity={"U1": ("30", "1000")})
        with django_assert_num_queries(15):
            client.get(PAGE, {"year": 2025})
        with django_assert_num_queries(13):
            client.get(ROWS, {"plan": PLAN_CODE, "year": 2025, "indicator": "tackling_tasks"})


def test_a_later_year_says_which_years_figures_stand_there(commission: Any) -> None:
    load_plan()
    client = Client()
    client.force_login(commission)

    page = client.get(reverse("portal:progress"), {"plan": "cq-complex-2024-2027", "year": 2026}).content.decode()
    same = client.get(reverse("portal:progress"), {"plan": "cq-complex-2024-2027", "year": 2025}).content.decode()

    assert ("2025年的目标列出的是该年度的审定值，不是2026年的数值" in page, "已到期的目标" in same) == (True, False)
