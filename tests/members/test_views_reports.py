"""Pages of yearly reports."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from members.choices import GapReason, ReportState
from members.models import ReportLock, UnitReport
from tests.factories import make_complex, make_membership, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db
FIGURES = {
    "revenue_wan_yuan": "1000",
    "rd_wan_yuan": "0",
    "new_product_sales_wan_yuan": "",
    "staff": "12",
    "rd_staff": "",
}


@pytest.fixture
def desk(client: Client, filer) -> Client:
    """The filer's browser."""
    client.force_login(filer)
    return client


def _address(page: str, unit, year: int = 2025) -> str:
    return reverse(f"members:{page}", args=[unit.code, year])


def _claimed(unit, **changes):
    figures = dict.fromkeys(UnitReport.FIGURES)
    return make_report(
        unit, 2025, **{**figures, "state": ReportState.GAP_CLAIMED, "gap_reason": GapReason.DISSOLVED, **changes}
    )


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_any_rows(desk: Client, filer, django_assert_num_queries, count: int) -> None:
    for _ in range(count):
        make_report(make_unit(home_district=filer.district), 2025)

    with django_assert_num_queries(8):
        desk.get(reverse("members:report-list"))


def test_filters_narrow_the_list(desk: Client, filer) -> None:
    unit = make_unit(home_district=filer.district)
    partial = make_report(unit, 2024, rd_wan_yuan=None)
    full = make_report(make_unit(home_district=filer.district), 2025)
    claimed = _claimed(make_unit(home_district=filer.district))
    make_report(make_unit(), 2025)

    answers = [
        {report.pk for report in desk.get(reverse("members:report-list"), query).context["listing"].page}
        for query in ({}, {"year": "2025"}, {"q": unit.name}, {"state": "gap_claimed"}, {"missing": "yes"})
    ]

    assert answers == [
        {partial.pk, full.pk, claimed.pk},
        {full.pk, claimed.pk},
        {partial.pk},
        {claimed.pk},
        {partial.pk},
    ]


def test_report_is_entered_with_empty_and_zero_kept_apart(desk: Client, filer) -> None:
    unit = make_unit(home_district=filer.district)

    response = desk.post(_address("report-edit", unit), FIGURES)

    report = UnitReport.objects.get()
    assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
    assert (report.rd_wan_yuan, report.new_product_sales_wan_yuan, report.staff) == (Decimal(0), None, 12)


def test_report_entered_by_somebody_else_meanwhile_is_shown_not_overwritten(desk: Client, filer) -> None:
    unit = make_unit(home_district=filer.district)
    make_report(unit, 2025, revenue_wan_yuan=Decimal(2000))

    stale = desk.post(_address("report-edit", unit), FIGURES)

    assert (stale.status_code, stale.context["refusal"].code) == (409, "stale")
    assert stale.context["stale_fields"][0] == {"label": "营业收入", "typed": "1,000", "current": "2,000"}
    assert UnitReport.objects.get().revenue_wan_yuan == Decimal(2000)
    again = desk.post(_address("report-edit", unit), {**FIGURES, "revision": stale.context["form"]["revision"].value()})
    assert (again.status_code, UnitReport.objects.get().revenue_wan_yuan) == (302, Decimal(1000))


def test_wrong_figures_stay_on_the_page(desk: Client, filer) -> None:
    unit = make_unit(home_district=filer.district)

    response = desk.post(_address("report-edit", unit), {**FIGURES, "revenue_wan_yuan": "一千"})

    assert response.status_code == 200
    assert response.context["form"]["revenue_wan_yuan"].value() == "一千"
    assert UnitReport.objects.count() == 0


@pytest.mark.parametrize("year", [2001, 2099])
def test_year_out_of_range_is_a_sentence(desk: Client, filer, year: int) -> None:
    unit = make_unit(home_district=filer.district)

    response = desk.post(_address("report-edit", unit, year), FIGURES)

    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1


@pytest.mark.parametrize("year", ["1999", "20250", "0", "-1", "x"])
def test_year_of_no_form_is_a_missing_page(desk: Client, filer, year: str) -> None:
    unit = make_unit(home_district=filer.district)

    assert desk.get(f"/units/{unit.code}/reports/{year}/edit/").status_code == 404


@pytest.mark.parametrize("page", ["report-edit", "report-gap"])
def test_locked_year_shows_what_locks_it(desk: Client, filer, page: str) -> None:
    report = make_report(make_unit(home_district=filer.district), 2025)
    ReportLock.objects.create(unit=report.unit, year=2025, holder="CQ-0001/2025")

    answers = [desk.get(_address(page, report.unit)), desk.post(_address(page, report.unit), FIGURES)]

    assert [(answer.status_code, answer.context["refusal"].code) for answer in answers] == [(409, "locked")] * 2
    assert UnitReport.objects.get().revision == 0


def test_report_of_a_guest_is_read_not_edited(desk: Client, filer) -> None:
    guest = make_unit()
    make_membership(make_complex(reporting_district=filer.district), guest)
    make_report(guest, 2025)

    statuses = [
        desk.get(_address(page, guest, year)).status_code
        for page, year in (("report-detail", 2025), ("report-edit", 2025), ("report-edit", 2024), ("report-gap", 2025))
    ]

    assert statuses == [200, 403, 403, 403]


@pytest.mark.parametrize("page", ["report-detail", "report-edit", "report-gap"])
def test_hidden_report_answers_like_a_missing_one(desk: Client, page: str) -> None:
    unit = make_unit()
    make_report(unit, 2025)

    hidden, missing = desk.get(_address(page, unit)), desk.get(f"/units/U-99999/reports/2025/{page}/")

    assert (hidden.status_code, hidden.content) == (404, missing.content)


def test_gap_is_claimed_then_accepted_by_another_person(desk: Client, filer, approver) -> None:
    unit = make_unit(home_district=filer.district)

    desk.post(_address("report-gap", unit), {"gap_reason": "newly_founded", "gap_note": ""})
    own = desk.post(_address("report-gap-accept", unit), {"revision": "0"})
    desk.force_login(approver)
    stale = desk.post(_address("report-gap-accept", unit), {"revision": "7"})
    accepted = desk.post(_address("report-gap-accept", unit), {"revision": "0"})

    assert [own.status_code, stale.status_code, accepted.status_code] == [403, 409, 302]
    report = UnitReport.objects.get()
    assert (report.state, report.gap_accepted_by) == (ReportState.GAP_ACCEPTED, approver)


def test_approver_of_another_district_does_not_see_the_claim(client: Client) -> None:
    report = _claimed(make_unit())
    client.force_login(make_user(Role.DISTRICT_APPROVER))

    response = client.post(_address("report-gap-accept", report.unit), {"revision": "0"})

    assert (response.status_code, response.content) == (404, client.get("/no/such/").content)


def test_accepting_is_a_post(client: Client, approver) -> None:
    report = _claimed(make_unit(home_district=approver.district))
    client.force_login(approver)

    assert client.get(_address("report-gap-accept", report.unit)).status_code == 405
