"""Pages of filings: who sees what, what is typed is never lost, constant queries."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from common.models import Job
from indicators.actions import rounds
from indicators.choices import FilingState
from indicators.models import Filing, FilingRound
from tests.factories import (
    lead_membership,
    make_complex,
    make_district_officer,
    make_filing,
    make_filing_in,
    make_filing_ready,
    make_membership,
    make_need,
    make_report,
    make_round,
    make_task,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def running_round(db: None) -> FilingRound:
    """A round that is open now: the pages ask the clock of the machine."""
    now = timezone.now()
    return make_round(
        opens_at=now - timezone.timedelta(days=30),
        due_at=now + timezone.timedelta(days=30),
        locks_at=now + timezone.timedelta(days=60),
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, filing: Filing, *more: Any) -> str:
    return reverse(f"indicators:{name}", args=[filing.filing_round.code, filing.innovation_complex.code, *more])


def officer_of(filing: Filing, role: Role = Role.DISTRICT_FILER) -> Any:
    return make_district_officer(role, filing.innovation_complex.reporting_district)


def test_the_whole_road_on_pages(running_round: FilingRound) -> None:
    filing = make_filing(filing_round=running_round)
    filer, approver, commission = (
        officer_of(filing),
        officer_of(filing, Role.DISTRICT_APPROVER),
        make_user(Role.COMMISSION),
    )
    make_filing_ready(filing)
    desk = signed_in(filer)

    check = desk.get(address("filing-check", filing))
    assert "全部企业成员的年报" in check.content.decode()
    answer = desk.post(address("filing-submit", filing), {"revision": check.context["filing"].revision})
    assert (answer.status_code, answer.url) == (302, filing.get_absolute_url())

    review = signed_in(approver)
    assert review.post(address("filing-begin-review", filing)).status_code == 302
    back = review.post(address("filing-return", filing), {"number": 1, "narrative": "请补充次数。"})
    assert back.status_code == 302
    filing.refresh_from_db()
    assert filing.state == FilingState.RETURNED_BY_DISTRICT

    remark = filing.versions.get().remarks.get()
    assert desk.get(address("filing-remark-answer", filing, remark.pk)).status_code == 200
    assert desk.post(address("filing-remark-answer", filing, remark.pk), {"answer": "已补充。"}).status_code == 302
    filing.refresh_from_db()
    assert desk.post(address("filing-submit", filing), {"revision": filing.revision}).status_code == 302
    assert review.post(address("filing-approve", filing), {"number": 2, "opinion": "同意"}).status_code == 302
    city = signed_in(commission)
    assert city.get(address("filing-approve", filing)).status_code == 200
    assert city.post(address("filing-approve", filing), {"number": 2}).status_code == 302
    filing.refresh_from_db()
    assert (filing.state, filing.approved_version.number) == (FilingState.COMMISSION_APPROVED, 2)


@pytest.mark.parametrize("state", list(FilingState))
def test_every_state_has_its_detail_page_for_every_reader(state: FilingState) -> None:
    filing = make_filing_in(state)
    readers = [officer_of(filing), officer_of(filing, Role.DISTRICT_APPROVER)]
    readers += [make_user(role) for role in (Role.COMMISSION, Role.OBSERVER, Role.CLIENT)]
    for reader in readers:
        assert signed_in(reader).get(filing.get_absolute_url()).status_code == 200


def test_a_client_sees_approved_versions_only() -> None:
    client = signed_in(make_user(Role.CLIENT))
    submitted, approved = make_filing_in(FilingState.SUBMITTED), make_filing_in(FilingState.COMMISSION_APPROVED)
    assert client.get(address("filing-version", submitted, 1)).status_code == 404
    assert client.get(address("figure-rows", submitted, "rd_intensity")).status_code == 404
    assert client.get(address("filing-version", approved, 1)).status_code == 200
    assert client.get(submitted.get_absolute_url()).context["lines"] == []
    assert client.get(submitted.get_absolute_url()).context["texts"] is None


def test_a_hidden_filing_answers_the_same_bytes_as_a_missing_one() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    stranger = signed_in(make_user(Role.DISTRICT_FILER))
    missing = stranger.get(reverse("indicators:filing-detail", args=[filing.filing_round.code, "CQ-9999"]))
    assert missing.status_code == 404
    pages = ["filing-detail", "filing-edit", "filing-check", "filing-return", "filing-approve"]
    hidden = [stranger.get(address(name, filing)) for name in pages]
    hidden += [
        stranger.get(address("filing-version", filing, 1)),
        stranger.get(address("figure-rows", filing, 1, "rd_intensity")),
        stranger.get(address("figure-rows", filing, "rd_intensity")),
    ]
    hidden += [
        stranger.post(address(name, filing)) for name in ("filing-submit", "filing-withdraw", "filing-begin-review")
    ]
    assert {(page.status_code, page.content) for page in hidden} == {(404, missing.content)}


def test_the_list_holds_the_own_districts_filings() -> None:
    filing, _other = make_filing(), make_filing()
    page = signed_in(officer_of(filing)).get(reverse("indicators:filing-list"))
    assert list(page.context["listing"].page) == [filing]
    assert "district" not in page.context["listing"].filterset.form.fields


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "draft"}, ["draft"]),
        ({"state": "submitted"}, ["submitted"]),
        ({"late": "yes"}, ["draft"]),
        ({"late": "no"}, ["submitted"]),
        ({"round": "annual-2025"}, ["draft", "submitted"]),
        ({"round": "nothing"}, ["draft", "submitted"]),
    ],
)
def test_the_list_filters(query: dict[str, str], found: list[str]) -> None:
    make_filing()
    make_filing_in(FilingState.SUBMITTED)
    page = signed_in(make_user(Role.COMMISSION)).get(reverse("indicators:filing-list"), query)
    assert sorted(filing.state for filing in page.context["listing"].page) == found


def test_the_city_filters_by_district() -> None:
    filing, _other = make_filing(), make_filing()
    code = filing.innovation_complex.reporting_district.code
    page = signed_in(make_user(Role.COMMISSION)).get(reverse("indicators:filing-list"), {"district": code})
    assert list(page.context["listing"].page) == [filing]


def test_a_stale_save_shows_both_values_and_keeps_what_was_typed() -> None:
    filing = make_filing_ready()
    desk = signed_in(officer_of(filing))
    typed = {
        "narrative": "演示：我写的。",
        "difficulties": "",
        "responsible_officer": "",
        "revision": filing.revision - 1,
    }

    page = desk.post(address("filing-edit", filing), typed)

    assert page.status_code == 409
    assert page.context["form"]["narrative"].value() == "演示：我写的。"
    assert page.context["stale_fields"][0] == {
        "label": "运行机制情况",
        "typed": "演示：我写的。",
        "current": "演示：理事会每季度召开一次会议。",
    }
    filing.refresh_from_db()
    assert filing.narrative == "演示：理事会每季度召开一次会议。"
    again = desk.post(address("filing-edit", filing), {**typed, "revision": page.context["form"]["revision"].value()})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"narrative": "长" * 2001}, "narrative", "“运行机制情况”超过2000字，现为2001字。请精简后再保存。"),
        (
            {"responsible_officer": "999999"},
            "responsible_officer",
            "“责任人”的选项不存在或不在您的权限内。请从列表中重新选择。",
        ),
        (
            {"responsible_officer": "张三"},
            "responsible_officer",
            "“责任人”的选项不存在或不在您的权限内。请从列表中重新选择。",
        ),
    ],
)
def test_a_wrong_field_keeps_everything_typed(typed: dict[str, str], field: str, sentence: str) -> None:
    filing = make_filing_ready()
    page = signed_in(officer_of(filing)).post(
        address("filing-edit", filing), {"difficulties": "写了很多", "revision": filing.revision, **typed}
    )
    assert page.status_code == 200
    assert page.context["form"].errors[field] == [sentence]
    assert page.context["form"]["difficulties"].value() == "写了很多"


def test_a_foreign_officer_cannot_be_named_responsible() -> None:
    filing = make_filing_ready()
    stranger = make_user(Role.DISTRICT_FILER)
    page = signed_in(officer_of(filing)).post(
        address("filing-edit", filing), {"responsible_officer": stranger.pk, "revision": filing.revision}
    )
    assert list(page.context["form"].errors) == ["responsible_officer"]


def test_a_stale_submission_is_refused(running_round: FilingRound) -> None:
    filing = make_filing_ready(make_filing(filing_round=running_round))
    desk = signed_in(officer_of(filing))
    for revision in (filing.revision - 1, "", "x"):
        page = desk.post(address("filing-submit", filing), {"revision": revision})
        assert (page.status_code, page.context["refusal"].code) == (409, "stale")


def test_an_incomplete_submission_lists_the_gaps_with_links(running_round: FilingRound) -> None:
    filing = make_filing(filing_round=running_round)
    lead = lead_membership(filing.innovation_complex).unit
    page = signed_in(officer_of(filing)).post(address("filing-submit", filing), {"revision": 0})
    assert (page.status_code, page.context["refusal"].code) == (409, "incomplete")
    assert f'href="{lead.get_absolute_url()}"' in page.content.decode()


def test_a_return_without_remark_keeps_the_page(running_round: FilingRound) -> None:
    filing = make_filing_in(FilingState.SUBMITTED, make_filing(filing_round=running_round), at=timezone.now())
    page = signed_in(officer_of(filing, Role.DISTRICT_APPROVER)).post(address("filing-return", filing), {"number": 1})
    assert (page.status_code, page.context["refusal"].code) == (409, "no_remark")


def test_a_too_long_remark_keeps_everything_typed(running_round: FilingRound) -> None:
    filing = make_filing_in(FilingState.SUBMITTED, make_filing(filing_round=running_round), at=timezone.now())
    page = signed_in(officer_of(filing, Role.DISTRICT_APPROVER)).post(
        address("filing-return", filing), {"number": 1, "narrative": "长" * 501, "difficulties": "请补充。"}
    )
    assert page.context["form"].errors == {"narrative": ["对“运行机制情况”的批注超过500字。请精简后再退回。"]}
    assert page.context["form"]["difficulties"].value() == "请补充。"


def test_the_wrong_role_is_answered_403() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    filer, approver = officer_of(filing), officer_of(filing, Role.DISTRICT_APPROVER)
    for name in ("filing-return", "filing-approve"):
        assert signed_in(filer).get(address(name, filing)).status_code == 403
        assert signed_in(filer).post(address(name, filing), {"number": 1, "narrative": "x"}).status_code == 403
    assert signed_in(filer).post(address("filing-begin-review", filing)).status_code == 403
    for name in ("filing-edit", "filing-check"):
        assert signed_in(approver).get(address(name, filing)).status_code == 403
    for role in (Role.ADMINISTRATOR, Role.EXPERT):
        assert signed_in(make_user(role)).get(filing.get_absolute_url()).status_code == 403


def test_the_version_page_marks_where_todays_ledger_differs() -> None:
    filing = make_filing_in(FilingState.COMMISSION_APPROVED)
    page = signed_in(officer_of(filing)).get(address("filing-version", filing, 1))
    assert [line.today for line in page.context["lines"]] == [None] * 5
    assert page.context["is_verified"] is True
    assert filing.approved_version.digest in page.content.decode()

    lead_membership(filing.innovation_complex).unit.reports.update(rd_wan_yuan=Decimal(50))
    page = signed_in(officer_of(filing)).get(address("filing-version", filing, 1))
    changed = [
        (line.indicator.code, line.figure.reported, line.today.reported) for line in page.context["lines"] if line.today
    ]
    assert changed == [("rd_intensity", Decimal("3.0000000000"), Decimal("5.0000000000"))]
    assert "今日台账" in page.content.decode()


def test_last_years_approved_value_stands_beside() -> None:
    innovation_complex = make_complex()
    make_report(lead_membership(innovation_complex).unit, 2024, rd_wan_yuan=Decimal(20))
    make_filing_in(
        FilingState.COMMISSION_APPROVED,
        make_filing(innovation_complex, make_round(2024)),
        at=make_round_time(2024),
    )
    filing = make_filing_ready(make_filing(innovation_complex, make_round(2025)))
    page = signed_in(officer_of(filing)).get(filing.get_absolute_url())
    line = page.context["lines"][0]
    assert (line.last_year.effective, line.figure.reported) == (Decimal("2.0000000000"), Decimal("3.0000000000"))


def make_round_time(year: int) -> Any:
    return FilingRound.objects.get(year=year).opens_at


def test_rows_link_to_what_the_person_may_open() -> None:
    filing = make_filing()
    task = make_task(filing.innovation_complex)
    filing = make_filing_in(FilingState.SUBMITTED, filing)
    filer = signed_in(officer_of(filing))
    report = lead_membership(filing.innovation_complex).unit.reports.get()

    ratio = filer.get(address("figure-rows", filing, 1, "rd_intensity"))
    assert [(row["n"], row["d"], row["url"]) for row in ratio.context["rows"]] == [
        ("30.00", "1000.00", report.get_absolute_url())
    ]
    count = filer.get(address("figure-rows", filing, 1, "tackling_tasks"))
    assert [(row["k"], row["url"]) for row in count.context["rows"]] == [(task.code, task.get_absolute_url())]
    live = filer.get(address("figure-rows", filing, "tackling_tasks"))
    assert [row["k"] for row in live.context["rows"]] == [task.code]
    assert filer.get(address("figure-rows", filing, 1, "no_such")).status_code == 404


def count_queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_queries_with_one_and_three_rows() -> None:
    city = signed_in(make_user(Role.COMMISSION))
    url = reverse("indicators:filing-list")
    make_filing_in(FilingState.SUBMITTED)
    one = count_queries(city, url)
    make_filing_in(FilingState.SUBMITTED)
    make_filing_in(FilingState.DISTRICT_APPROVED)
    assert (one, count_queries(city, url)) == (6, 6)


@pytest.mark.parametrize("name", ["filing-detail", "filing-version", "figure-rows"])
def test_pages_of_a_filing_cost_the_same_queries_with_one_and_three_members(name: str) -> None:
    def count(members: int) -> int:
        filing = make_filing()
        for _ in range(members - 1):
            make_membership(filing.innovation_complex, make_unit())
        for _ in range(members):
            make_task(filing.innovation_complex)
            make_need(filing.innovation_complex)
        filing = make_filing_in(FilingState.DISTRICT_APPROVED, filing)
        more = {"filing-detail": [], "filing-version": [1], "figure-rows": [1, "rd_intensity"]}[name]
        return count_queries(signed_in(officer_of(filing)), address(name, filing, *more))

    expected = {"filing-detail": 19, "filing-version": 17, "figure-rows": 9}[name]
    assert (count(1), count(3)) == (expected, expected)


def test_the_round_list_adds_up_to_the_active_complexes() -> None:
    filing_round = make_round()
    for _ in range(3):
        make_complex()
    make_complex(state="exited", exited_on="2025-12-01")
    rounds.open_round(filing_round=filing_round, by=None, at=filing_round.opens_at)
    page = signed_in(make_user(Role.COMMISSION)).get(reverse("indicators:round-list"))
    row = page.context["rows"][0]
    assert (row["total"], [state["count"] for state in row["states"]]) == (3, [3])


def test_the_commission_asks_for_a_rounds_opening(running_round: FilingRound) -> None:
    filing_round = running_round
    url = reverse("indicators:round-open", args=[filing_round.code])
    assert signed_in(make_user(Role.COMMISSION)).post(url).status_code == 302
    assert Job.objects.get(kind="open_round").arguments == {"round_id": filing_round.pk}
    for role in (Role.OBSERVER, Role.ADMINISTRATOR, Role.DISTRICT_FILER):
        assert signed_in(make_user(role)).post(url).status_code == 403


def test_a_round_that_has_not_begun_is_not_opened() -> None:
    filing_round = make_round(2035)
    page = signed_in(make_user(Role.COMMISSION)).post(reverse("indicators:round-open", args=[filing_round.code]))
    assert (page.status_code, page.context["refusal"].code) == (409, "not_open")
    assert Job.objects.count() == 0


def test_addresses_that_name_nothing_answer_404() -> None:
    filing = make_filing_in(FilingState.RETURNED_BY_DISTRICT)
    desk = signed_in(officer_of(filing))
    base = filing.get_absolute_url()
    for rest in (
        "versions/99999999999999999999/",
        "versions/0/",
        "remarks/99999999999999999999/",
        "versions/1/figures/complexes_built/",
        "figures/%00/",
    ):
        assert desk.get(base + rest).status_code == 404
    other = make_filing_in(FilingState.RETURNED_BY_DISTRICT)
    foreign = other.versions.get().remarks.get()
    assert desk.post(address("filing-remark-answer", filing, foreign.pk), {"answer": "x"}).status_code == 404


@pytest.mark.parametrize("number", ["", "x", "99999999999999999999", "-1", "2"])
def test_a_wrong_version_number_approves_nothing(number: str) -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    page = signed_in(officer_of(filing, Role.DISTRICT_APPROVER)).post(
        address("filing-approve", filing), {"number": number, "opinion": "同意"}
    )
    filing.refresh_from_db()
    assert (filing.state, page.status_code in {200, 409}) == (FilingState.SUBMITTED, True)
    assert page.context["form"]["opinion"].value() == "同意"
