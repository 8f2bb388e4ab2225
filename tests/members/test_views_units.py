"""Pages of units."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from members.models import Unit
from tests.factories import make_complex, make_credit_code, make_membership, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db
PAGES_OF_A_UNIT = ["members:unit-detail", "members:unit-edit"]


@pytest.fixture
def desk(client: Client, filer) -> Client:
    """The filer's browser."""
    client.force_login(filer)
    return client


def _codes(response) -> list[str]:
    return [unit.code for unit in response.context["listing"].page]


def test_list_shows_own_units_and_members_of_own_complexes_by_code(desk: Client, filer) -> None:
    own = make_unit(home_district=filer.district)
    guest, stranger = make_unit(), make_unit()
    make_membership(make_complex(reporting_district=filer.district, lead_unit=own), guest)

    assert _codes(desk.get(reverse("members:unit-list"))) == sorted([own.code, guest.code])
    assert stranger.code not in desk.get(reverse("members:unit-list")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_any_rows(desk: Client, filer, django_assert_num_queries, count: int) -> None:
    for _ in range(count):
        make_unit(home_district=filer.district)

    with django_assert_num_queries(8):
        desk.get(reverse("members:unit-list"))


@pytest.mark.parametrize("count", [1, 3])
def test_detail_takes_the_same_queries_for_any_rows(desk: Client, filer, django_assert_num_queries, count: int) -> None:
    unit = make_unit(home_district=filer.district)
    for year in range(2023, 2023 + count):
        make_report(unit, year)

    with django_assert_num_queries(9):
        desk.get(unit.get_absolute_url())


def test_filters_narrow_the_list(client: Client, commission) -> None:
    client.force_login(commission)
    lab = make_unit(kind="institute", name="演示研究所")
    firm = make_unit()
    make_complex(lead_unit=firm, reporting_district=firm.home_district)
    address = reverse("members:unit-list")

    answers = [
        _codes(client.get(address, query))
        for query in (
            {"q": "研究"},
            {"q": firm.code.lower()},
            {"kind": "institute"},
            {"district": firm.home_district.code},
            {"without_report": "2025"},
        )
    ]
    make_report(firm, 2025)

    assert answers == [[lab.code], [firm.code], [lab.code], [firm.code], [firm.code]]
    assert _codes(client.get(address, {"without_report": "2025"})) == []


@pytest.mark.parametrize(
    "query", [{"kind": "bank"}, {"q": "演\x00示"}, {"without_report": "1e9"}, {"district": "nowhere"}, {"page": "x"}]
)
def test_wrong_filter_says_so_and_filters_nothing(client: Client, commission, query: dict) -> None:
    client.force_login(commission)
    unit = make_unit()

    response = client.get(reverse("members:unit-list"), query)

    assert (response.status_code, _codes(response)) == (200, [unit.code])
    assert list(response.context["listing"].filterset.form.errors) == [name for name in query if name != "page"]


def test_districts_are_offered_as_a_filter_to_the_city_only(client: Client, desk: Client, commission) -> None:
    address = reverse("members:unit-list")
    for_district = "district" in desk.get(address).context["listing"].filterset.form.fields
    client.force_login(commission)

    assert (for_district, "district" in client.get(address).context["listing"].filterset.form.fields) == (False, True)


@pytest.mark.parametrize("page", PAGES_OF_A_UNIT)
def test_hidden_unit_answers_like_a_missing_one(desk: Client, page: str) -> None:
    hidden = desk.get(reverse(page, args=[make_unit().code]))
    missing = desk.get(reverse(page, args=["U-99999"]))

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content == desk.get("/units/%00/").content


def test_guest_of_an_own_complex_is_read_not_edited(desk: Client, filer) -> None:
    guest = make_unit()
    make_membership(make_complex(reporting_district=filer.district), guest)

    shown = desk.get(guest.get_absolute_url())
    edited = desk.get(reverse("members:unit-edit", args=[guest.code]))

    assert (shown.status_code, bool(shown.context["may_edit"])) == (200, False)
    assert (edited.status_code, edited.context["refusal"].code) == (403, "role")


def test_unit_is_registered(desk: Client, filer) -> None:
    code = make_credit_code()

    response = desk.post(
        reverse("members:unit-new"), {"name": "演示新单位", "kind": "enterprise", "credit_code": code.lower()}
    )

    assert (response.status_code, response["Location"]) == (302, reverse("members:unit-detail", args=[code]))
    assert Unit.objects.get(code=code).home_district == filer.district


def test_known_unit_is_named_and_nothing_typed_is_lost(desk: Client) -> None:
    known = make_unit()

    response = desk.post(
        reverse("members:unit-new"), {"name": "演示另名", "kind": "college", "credit_code": known.code.lower()}
    )

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["credit_code"]
    assert [response.context["form"][name].value() for name in ("name", "kind", "credit_code")] == [
        "演示另名",
        "college",
        known.code.lower(),
    ]


def test_stale_page_shows_typed_and_current_values_and_then_saves(desk: Client, filer) -> None:
    unit = make_unit(home_district=filer.district, name="演示原名")
    address = reverse("members:unit-edit", args=[unit.code])
    typed = {"kind": "enterprise", "credit_code": unit.code}
    desk.post(address, {**typed, "name": "演示他人所改", "revision": "0"})

    stale = desk.post(address, {**typed, "name": "演示我所改", "revision": "0"})

    assert (stale.status_code, stale.context["refusal"].code) == (409, "stale")
    assert stale.context["stale_fields"] == [{"label": "单位名称", "typed": "演示我所改", "current": "演示他人所改"}]
    again = desk.post(address, {**typed, "name": "演示我所改", "revision": stale.context["form"]["revision"].value()})
    assert (again.status_code, Unit.objects.get(pk=unit.pk).name) == (302, "演示我所改")


@pytest.mark.parametrize("revision", [None, "", "abc", "9" * 30])
def test_page_without_a_sound_revision_saves_nothing(desk: Client, filer, revision) -> None:
    unit = make_unit(home_district=filer.district)
    typed = {"name": "演示改名", "kind": "enterprise", "credit_code": unit.code}
    if revision is not None:
        typed["revision"] = revision

    response = desk.post(reverse("members:unit-edit", args=[unit.code]), typed)

    assert response.status_code in {200, 409}
    assert Unit.objects.get(pk=unit.pk).name == unit.name


def test_find_shows_only_what_identifies_a_foreign_unit(desk: Client) -> None:
    unit = make_unit()

    response = desk.get(reverse("members:unit-find"), {"code": unit.code})

    assert response.context["found"] == unit
    assert unit.home_district.name not in response.content.decode()
    assert unit.name in response.content.decode()


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ADMINISTRATOR])
def test_roles_without_records_are_sent_away(client: Client, role: Role) -> None:
    client.force_login(make_user(role))

    assert client.get(reverse("members:unit-list")).status_code == 403
