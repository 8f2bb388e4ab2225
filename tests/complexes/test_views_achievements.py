"""Pages of achievements: one list, one form and one page for all kinds."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from complexes.forms.achievements import achievement_form
from complexes.kinds import KINDS
from complexes.models import Achievement, InnovationComplex
from tests.factories import make_achievement, make_complex, make_unit

pytestmark = pytest.mark.django_db

LIST = "complexes:achievement-list"


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(
    rows: int, client: Client, filer: User, django_assert_num_queries: Any
):
    client.force_login(filer)
    client.get(reverse(LIST))
    for _ in range(rows):
        make_achievement(make_complex(reporting_district=filer.district))
    with django_assert_num_queries(5):
        response = client.get(reverse(LIST))
    assert len(response.context["listing"].page.object_list) == rows


def test_the_list_is_narrowed_by_kind_year_and_complex(client: Client, filer: User):
    first, second = (make_complex(reporting_district=filer.district) for _ in range(2))
    standard = make_achievement(first)
    fund = make_achievement(second, kind="fund", state="registered", happened_on=date(2024, 5, 1))
    client.force_login(filer)
    asked = {
        "kind=fund": fund,
        "counted_year=2025": standard,
        f"complex={second.code}": fund,
        "state=drafting": standard,
    }
    for question, wanted in asked.items():
        listing = client.get(f"{reverse(LIST)}?{question}").context["listing"]
        assert (question, list(listing.page)) == (question, [wanted])


def test_the_kinds_are_chosen_first_and_an_unknown_kind_is_missing(client: Client, filer: User):
    client.force_login(filer)
    address = reverse("complexes:achievement-new")
    page = client.get(address).content.decode()
    assert all(f"?kind={code}" in page for code in KINDS)
    assert client.get(f"{address}?kind=nonsense").status_code == 404


@pytest.mark.parametrize("code", KINDS)
def test_the_form_of_every_kind_asks_for_what_is_declared(code: str, client: Client, filer: User):
    client.force_login(filer)
    form = client.get(f"{reverse('complexes:achievement-new')}?kind={code}").context["form"]
    kind = KINDS[code]
    particulars = [name for name in form.fields if name.startswith("detail_")]
    assert particulars == [f"detail_{column.name}" for column in kind.columns]
    assert ("unit" in form.fields, "amount_wan_yuan" in form.fields, "partner" in form.fields) == (
        bool(kind.unit_label),
        bool(kind.amount_label),
        bool(kind.partner_label),
    )
    assert ("state" in form.fields) == kind.has_stages
    assert achievement_form(code) is achievement_form(code)


def test_a_product_is_entered_edited_and_led_to_the_market(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    client.force_login(filer)
    unit = make_unit(home_district=filer.district)
    typed = {
        "title": "演示：域控制器",
        "unit": unit.code,
        "detail_is_new": "on",
        "detail_first_of_kind": "equipment",
        "happened_on": "2025／04／18",
        "amount_wan_yuan": "１，２３４.５",
    }
    address = f"{reverse('complexes:achievement-new')}?kind=product"
    refused = client.post(address, {**typed, "innovation_complex": innovation_complex.pk})
    assert refused.context["form"].errors == {"state": ["“登记时的阶段”未填写。请填写后再保存。"]}
    client.post(address, {**typed, "innovation_complex": innovation_complex.pk, "state": "in_reserve"})
    product = Achievement.objects.get()
    assert (product.details, str(product.amount_wan_yuan)) == (
        {"is_new": True, "first_of_kind": "equipment"},
        "1234.50",
    )
    edit = reverse("complexes:achievement-edit", args=[product.code])
    form = client.get(edit).context["form"]
    assert (form["detail_is_new"].value(), form["detail_first_of_kind"].value()) == (True, "equipment")
    client.post(edit, {**typed, "detail_first_of_kind": "software", "revision": "0"})
    stale = client.post(edit, {**typed, "detail_first_of_kind": "material", "revision": "0"})
    assert (stale.status_code, stale.context["stale_fields"]) == (
        409,
        [{"label": "首台（套）、首批次、首版次", "typed": "首批次材料", "current": "首版次软件"}],
    )
    move = reverse("complexes:achievement-move", args=[product.code, "on-market"])
    assert client.post(move, {"on": "2025-09-01"}).status_code == 302
    page = client.get(product.get_absolute_url())
    assert page.context["steps"] == [
        ("in_reserve", date(2025, 4, 18)),
        ("on_market", date(2025, 9, 1)),
    ]
    assert [offer.move.name for offer in page.context["moves"]] == ["step-back", "stop", "withdraw"]
    assert "首版次软件" in page.content.decode()


def test_a_move_of_another_kind_is_refused(client: Client, filer: User, innovation_complex: InnovationComplex):
    fund = make_achievement(innovation_complex, kind="fund", state="registered")
    client.force_login(filer)
    move = reverse("complexes:achievement-move", args=[fund.code, "published"])
    response = client.post(move, {"on": "2025-09-01"})
    assert (response.status_code, response.context["refusal"].code) == (409, "state")


def test_another_districts_achievement_is_the_same_404_as_a_missing_one(client: Client, filer: User):
    foreign = make_achievement(make_complex())
    client.force_login(filer)
    for verb, kind, arguments in (
        ("get", "detail", ()),
        ("get", "edit", ()),
        ("post", "edit", ()),
        ("get", "share", ()),
        ("post", "move", ("published",)),
        ("post", "participation-confirm", ("CQ-0001",)),
    ):
        hidden = getattr(client, verb)(reverse(f"complexes:achievement-{kind}", args=[foreign.code, *arguments]))
        missing = getattr(client, verb)(reverse(f"complexes:achievement-{kind}", args=["CG-99999", *arguments]))
        assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_the_page_of_a_complex_leads_to_its_achievements(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    client.force_login(filer)
    page = client.get(innovation_complex.get_absolute_url()).content.decode()
    assert f"{reverse(LIST)}?complex={innovation_complex.code}" in page
