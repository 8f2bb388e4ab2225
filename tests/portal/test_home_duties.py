"""The home page: duties by role, each counting what its list shows."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from complexes.choices import CaseState, ComplexState
from complexes.models import LifecycleDecision
from indicators.choices import FilingState, RoundKind
from indicators.models import Filing, FilingRound
from members.choices import GapReason, ReportState
from portal.home import list_duties, list_rounds
from tests.factories import make_case, make_complex, make_membership, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def make_round(year: int = 2025, *, opens_at: datetime = NOW - timedelta(days=30)) -> FilingRound:
    return FilingRound.objects.create(
        code=f"annual-{year}",
        name=f"{year}年度填报",
        kind=RoundKind.ANNUAL,
        year=year,
        opens_at=opens_at,
        due_at=opens_at + timedelta(days=60),
        locks_at=opens_at + timedelta(days=90),
    )


def make_open_filing(filing_round: FilingRound, district: Any, state: FilingState = FilingState.DRAFT) -> Filing:
    innovation_complex = make_complex(reporting_district=district)
    submitted_at = None if state == FilingState.DRAFT else NOW
    return Filing.objects.create(
        filing_round=filing_round,
        innovation_complex=innovation_complex,
        district=district,
        state=state,
        submitted_at=submitted_at,
    )


def counts(user: User, *, at: datetime = NOW) -> dict[str, int]:
    return {duty.label: duty.count for duty in list_duties(user, at=at)}


def count_in_list(client: Client, url: str) -> int:
    """Return the number of rows that a list page says it has; an empty list says none."""
    page = client.get(url).content.decode()
    found = re.search(r"共 (\d+) 条", page)
    return int(found[1]) if found else 0


@pytest.fixture
def desk(filer: User) -> FilingRound:
    """A round with filings in four states in the filer's district, and one elsewhere."""
    filing_round = make_round()
    for state in (FilingState.DRAFT, FilingState.DRAFT, FilingState.SUBMITTED, FilingState.DISTRICT_APPROVED):
        make_open_filing(filing_round, filer.district, state)
    make_open_filing(filing_round, filer.district, FilingState.RETURNED_BY_COMMISSION)
    elsewhere = make_user(Role.DISTRICT_FILER)
    make_open_filing(filing_round, elsewhere.district, FilingState.DRAFT)
    make_open_filing(filing_round, elsewhere.district, FilingState.SUBMITTED)
    return filing_round


def test_filer_sees_what_to_file_and_which_reports_are_missing(filer: User, desk: FilingRound) -> None:
    assert counts(filer) == {"填报待提交": 2, "填报被市级退回，待修改": 1, "成员企业缺2025年年报": 5}


def test_missing_reports_are_those_of_members_at_the_end_of_the_year(filer: User) -> None:
    make_round()
    innovation_complex = make_complex(reporting_district=filer.district)
    home = {"home_district": filer.district}
    make_unit(**home)
    left, reported = make_unit(**home), make_unit(**home)
    make_membership(innovation_complex, left, left_on=date(2025, 12, 31))
    make_membership(innovation_complex, reported)
    make_report(reported, 2025)

    assert counts(filer)["成员企业缺2025年年报"] == 1


def test_closed_rounds_ask_for_no_reports(filer: User) -> None:
    make_round(2024, opens_at=NOW - timedelta(days=365))
    make_round(2025, opens_at=NOW + timedelta(days=1))

    assert counts(filer) == {"填报待提交": 0}


def test_approver_sees_submitted_filings_and_claims(approver: User, desk: FilingRound) -> None:
    claims = {"revenue_wan_yuan": None, "rd_wan_yuan": None, "new_product_sales_wan_yuan": None}
    unit = make_unit(home_district=approver.district)
    make_report(unit, state=ReportState.GAP_CLAIMED, gap_reason=GapReason.NEWLY_FOUNDED, **claims)

    assert counts(approver) == {"填报待区县审核": 1, "单位无数据的说明待认可": 1}


def test_commission_sees_what_the_whole_city_waits_for(
    commission: User, second_commission: User, desk: FilingRound
) -> None:
    innovation_complex = Filing.objects.first().innovation_complex
    make_case(innovation_complex, state=CaseState.SUBMITTED, selected_on=None, counted_year=None)
    for proposer, complex_ in ((commission, innovation_complex), (second_commission, make_complex())):
        LifecycleDecision.objects.create(
            innovation_complex=complex_,
            to_state=ComplexState.RECTIFYING,
            reason="演示理由",
            decided_on=date(2026, 4, 1),
            proposed_by=proposer,
            proposed_at=NOW,
        )

    duties = {duty.label: duty for duty in list_duties(commission, at=NOW)}

    assert {label: duty.count for label, duty in duties.items() if "评价" not in label} == {
        "填报待市级审定": 1,
        "培育、认定决定待第二人确认": 2,
        "报送的典型案例待遴选": 1,
    }
    assert duties["培育、认定决定待第二人确认"].note == "其中 1 件由您提出，须由他人确认。"


@pytest.mark.parametrize("role", [Role.EXPERT, Role.OBSERVER, Role.ADMINISTRATOR, Role.CLIENT])
def test_other_roles_have_no_duties_but_a_page(client: Client, role: Role, desk: FilingRound) -> None:
    user = make_user(role)
    client.force_login(user)

    assert list_duties(user, at=NOW) == []
    assert client.get(reverse("portal:home")).status_code == 200


def test_duty_says_when_it_is_due_and_when_it_is_late(filer: User, desk: FilingRound) -> None:
    before = list_duties(filer, at=NOW)[0]
    after = list_duties(filer, at=desk.due_at + timedelta(seconds=1))[0]

    assert (before.note, before.is_late) == ("最早截止日 2026-05-31", False)
    assert (after.note, after.is_late) == ("已过最早截止日 2026-05-31", True)


def test_states_of_a_round_add_up_to_the_filings_of_the_district(filer: User, desk: FilingRound) -> None:
    (overview,) = list_rounds(filer, at=NOW)

    assert {item.state: item.count for item in overview.counts} == {
        "draft": 2,
        "submitted": 1,
        "district_approved": 1,
        "returned_by_commission": 1,
    }
    assert overview.total == 5


@pytest.mark.parametrize("role", ["filer", "approver", "commission"])
def test_every_count_is_that_of_its_list(
    client: Client, role: str, request: pytest.FixtureRequest, desk: FilingRound
) -> None:
    user = request.getfixturevalue(role)
    desk.locks_at = timezone.now() + timedelta(days=1)
    desk.save()
    make_case(make_complex(), state=CaseState.SUBMITTED, selected_on=None, counted_year=None)
    client.force_login(user)
    duties = list_duties(user, at=timezone.now())
    linked = [(duty.url, duty.count) for duty in duties]
    linked += [(item.url, item.count) for overview in list_rounds(user, at=NOW) for item in overview.counts]

    assert [(url, count_in_list(client, url)) for url, _ in linked] == linked


@pytest.mark.parametrize(("role", "queries"), [("filer", 6), ("commission", 6)])
def test_home_asks_the_same_few_queries_for_one_and_for_three_filings(
    role: str, queries: int, request: pytest.FixtureRequest, filer: User, django_assert_num_queries: Any
) -> None:
    user = request.getfixturevalue(role)
    filing_round = make_round()
    make_open_filing(filing_round, filer.district)
    with django_assert_num_queries(queries):
        list_duties(user, at=NOW)
        list_rounds(user, at=NOW)

    make_open_filing(filing_round, filer.district, FilingState.SUBMITTED)
    make_open_filing(filing_round, filer.district)
    with django_assert_num_queries(queries):
        list_duties(user, at=NOW)
        list_rounds(user, at=NOW)


def test_what_a_locked_round_no_longer_takes_is_not_called_due(filer: User) -> None:
    locked = make_round(2024, opens_at=NOW - timedelta(days=365))
    running = make_round(2025)
    for filing_round in (locked, running):
        make_open_filing(filing_round, filer.district)
    make_open_filing(locked, filer.district, FilingState.RETURNED_BY_COMMISSION)

    duties = {duty.label: (duty.count, duty.url) for duty in list_duties(filer, at=NOW)}

    filings = reverse("indicators:filing-list")
    assert duties["填报待提交"] == (1, f"{filings}?state=draft&locked=no")
    assert duties["填报未提交，批次已锁定"] == (1, f"{filings}?state=draft&locked=yes")
    assert duties["填报被市级退回未改，批次已锁定"] == (1, f"{filings}?state=returned_by_commission&locked=yes")
    assert [overview.is_locked for overview in list_rounds(filer, at=NOW)] == [False, True]
