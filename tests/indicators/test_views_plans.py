"""Pages of plans, indicators, targets and shares."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from indicators.models import ComplexTarget, Target
from tests.factories import make_complex, make_district, make_user
from tests.factories.indicators import load_plan

pytestmark = pytest.mark.django_db
POLICY_PAGES = [
    reverse("indicators:plan-list"),
    reverse("indicators:plan-detail", args=["cq-complex-2024-2027"]),
    reverse("indicators:indicator-list"),
    reverse("indicators:indicator-detail", args=["rd_intensity"]),
    reverse("indicators:indicator-detail", args=["complexes_built"]),
    reverse("indicators:target-list"),
]


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", list(Role))
def test_policy_pages_are_open_to_every_role(role: Role) -> None:
    load_plan()
    client = sign_in(make_user(role))
    assert {url: client.get(url).status_code for url in POLICY_PAGES} == dict.fromkeys(POLICY_PAGES, 200)


def test_policy_pages_without_plans_say_what_to_do(commission: Any) -> None:
    client = sign_in(commission)
    for name in ("plan-list", "indicator-list", "target-list"):
        assert "load_plans" in client.get(reverse(f"indicators:{name}")).content.decode()


def test_plan_page_prints_clause_and_wording(commission: Any) -> None:
    load_plan()
    page = sign_in(commission).get(POLICY_PAGES[1]).content.decode()
    assert "有效解决企业创新需求不少于100项" in page
    assert "§一(二)" in page
    assert "累计（推定，原文未写明）" in page


def test_indicator_page_prints_the_counting_rule(commission: Any) -> None:
    load_plan()
    page = sign_in(commission).get(POLICY_PAGES[3]).content.decode()
    assert "高等学校、科研机构等另列，不计入" in page
    assert "研发经费内部支出之和(万元)" in page


def test_target_filters(commission: Any) -> None:
    load_plan()
    client = sign_in(commission)
    listed = client.get(reverse("indicators:target-list"), {"indicator": "rd_intensity", "year": "2027"})
    assert [row.code for row in listed.context["listing"].page.object_list] == ["rd_intensity-2027"]
    wrong = client.get(reverse("indicators:target-list"), {"indicator": "nothing"})
    assert wrong.context["listing"].filterset.form.errors["indicator"] == [
        "“指标”的选项不存在或不在您的权限内。请从列表中重新选择。"
    ]


def test_unknown_codes_are_not_found(commission: Any) -> None:
    client = sign_in(commission)
    for name in ("plan-detail", "indicator-detail"):
        assert client.get(reverse(f"indicators:{name}", args=["nothing"])).status_code == 404
    assert client.get(reverse("indicators:share-list")).status_code == 404


def test_share_grid_shows_own_complexes_and_the_covering_to_the_city(commission: Any) -> None:
    load_plan()
    own, other = make_complex(), make_complex()
    officer = make_user(Role.DISTRICT_FILER, district=own.reporting_district)
    seen = sign_in(officer).get(reverse("indicators:share-list"))
    assert [row.code for row, _ in seen.context["grid"]] == [own.code]
    assert seen.context["coverings"] == []
    city = sign_in(commission).get(reverse("indicators:share-list"), {"plan": "cq-complex-2024-2027"})
    assert [row.code for row, _ in city.context["grid"]] == sorted([own.code, other.code])
    assert "2025年：2个综合体合计6项，全市目标30项，还差24项未分解。" in city.content.decode()


def test_share_grid_queries_do_not_grow(commission: Any, django_assert_num_queries: Any) -> None:
    load_plan()
    client, district = sign_in(commission), make_district()
    client.get(reverse("indicators:share-list"))
    for _ in range(2):
        for _ in range(2):
            make_complex(reporting_district=district)
        with django_assert_num_queries(13):
            client.get(reverse("indicators:share-list"))


def test_policy_page_queries_do_not_grow(commission: Any, django_assert_num_queries: Any) -> None:
    load_plan()
    client = sign_in(commission)
    client.get(POLICY_PAGES[0])
    for kept in (1, 13):
        Target.objects.exclude(code="rd_intensity-2025").delete() if kept == 1 else load_plan()
        with django_assert_num_queries(11):
            client.get(POLICY_PAGES[1])
        with django_assert_num_queries(9):
            client.get(reverse("indicators:target-list"))


def edit_url(target: str, innovation_complex: Any, act: str = "edit") -> str:
    return reverse(f"indicators:share-{act}", args=[target, innovation_complex.code])


def test_commission_sets_and_resets_a_share(commission: Any) -> None:
    load_plan()
    innovation_complex = make_complex()
    client = sign_in(commission)
    url = edit_url("tackling_tasks-2025", innovation_complex)
    page = client.get(url)
    assert page.context["form"]["revision"].value() == -1
    saved = client.post(url, {"value": "4.5", "reason": "演示：基础较好", "revision": "-1"}, follow=True)
    assert "分解目标已保存。2025年：1个综合体合计4.5项，全市目标30项，还差25.5项未分解。" in saved.content.decode()
    held = ComplexTarget.objects.get()
    assert (held.value, held.reason, held.set_by) == (Decimal("4.5"), "演示：基础较好", commission)
    reset = client.post(edit_url("tackling_tasks-2025", innovation_complex, "reset"), {"revision": "0"}, follow=True)
    assert "已恢复默认分解。" in reset.content.decode()
    assert ComplexTarget.objects.count() == 0


def test_stale_share_page_shows_both_values(commission: Any, second_commission: Any) -> None:
    load_plan()
    innovation_complex = make_complex()
    url = edit_url("tackling_tasks-2025", innovation_complex)
    sign_in(second_commission).post(url, {"value": "6", "reason": "演示：先到", "revision": "-1"})
    answer = sign_in(commission).post(url, {"value": "4", "reason": "演示：后到", "revision": "-1"})
    assert answer.status_code == 409
    assert answer.context["stale_fields"] == [
        {"label": "分解值", "typed": "4", "current": "6"},
        {"label": "调整理由", "typed": "演示：后到", "current": "演示：先到"},
    ]
    page = answer.content.decode()
    assert 'value="4"' in page
    assert "演示：后到" in page
    assert ComplexTarget.objects.get().value == Decimal(6)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value": "", "reason": "演示"}, "“分解值”未填写。请填写后再保存。"),
        ({"value": "3项", "reason": "演示"}, "“分解值”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"),
        ({"value": "-3", "reason": "演示"}, "“分解值”不能小于0。请核对后重新填写。"),
        ({"value": "3.333", "reason": "演示"}, "“分解值”小数位过多，最多两位。请四舍五入后填写。"),
        ({"value": "3", "reason": ""}, "“调整理由”未填写。请填写后再保存。"),
        ({"value": "3", "reason": "长" * 301}, "“调整理由”超过300字，现为301字。请精简后再保存。"),
    ],
)
def test_wrong_input_is_kept_and_explained(commission: Any, typed: dict[str, str], sentence: str) -> None:
    load_plan()
    innovation_complex = make_complex()
    answer = sign_in(commission).post(edit_url("tackling_tasks-2025", innovation_complex), {**typed, "revision": "-1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert typed["reason"] in page
    assert ComplexTarget.objects.count() == 0


def test_full_width_digits_are_understood(commission: Any) -> None:
    load_plan()
    innovation_complex = make_complex()
    url = edit_url("tackling_tasks-2025", innovation_complex)
    sign_in(commission).post(url, {"value": "4.5", "reason": "演示", "revision": "-1"})
    assert ComplexTarget.objects.get().value == Decimal("4.5")


def test_complex_without_a_share_cannot_get_one(commission: Any) -> None:
    load_plan()
    later = make_complex(recognised_on=date(2026, 2, 1))
    url = edit_url("tackling_tasks-2025", later)
    client = sign_in(commission)
    assert "该综合体没有这一年度的分解目标" in client.get(url).content.decode()
    assert client.post(url, {"value": "4", "reason": "演示", "revision": "-1"}).status_code == 409


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSION])
def test_other_roles_may_not_edit(role: Role) -> None:
    load_plan()
    innovation_complex = make_complex()
    client = sign_in(make_user(role))
    assert client.get(edit_url("tackling_tasks-2025", innovation_complex)).status_code == 403
    assert client.post(edit_url("tackling_tasks-2025", innovation_complex, "reset")).status_code == 403
