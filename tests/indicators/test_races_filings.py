"""Two people at one filing, on real PostgreSQL: exactly one wins, and no change slips between seal and lock."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

import common.holds
from accounts.choices import Role
from common.refusals import Refused
from indicators.actions import filings, reviews, rounds
from indicators.choices import FilingState, ReviewLevel
from indicators.metrics import verify_version
from indicators.models import Filing, FilingVersion, Remark, SignOff
from members.actions import reports
from members.models import Unit
from tasks.actions import tackling_tasks
from tasks.choices import TaskState
from tests.factories import (
    IN_TIME,
    lead_membership,
    make_complex,
    make_district_officer,
    make_filing,
    make_filing_in,
    make_membership,
    make_round,
    make_task,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 20


def officer_of(filing: Filing, role: Role = Role.DISTRICT_FILER) -> Any:
    return make_district_officer(role, filing.innovation_complex.reporting_district)


def outcome(act: Callable[[], Any]) -> str:
    """Run an act on a connection of its own; return "done" or the code of its refusal."""
    try:
        act()
    except Refused as refusal:
        return refusal.code
    finally:
        connection.close()
    return "done"


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Start the acts together and return their outcomes."""
    barrier = threading.Barrier(len(acts))

    def start(act: Callable[[], Any]) -> str:
        barrier.wait(PATIENCE_SECONDS)
        return outcome(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def is_waiting_for_a_hold() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def first_uncommitted_then(first: Callable[[], Any], second: Callable[[], Any], *, waits: bool) -> tuple[str, str]:
    """Run `first`, start `second` before the first commits, and commit once the second waits (or has ended)."""
    pool = ThreadPoolExecutor(1)
    later: list[Future[str]] = []
    with transaction.atomic():
        first()
        later.append(pool.submit(outcome, second))
        pause = threading.Event()
        for _ in range(PATIENCE_SECONDS * 100):
            if later[0].done() or (waits and is_waiting_for_a_hold()):
                break
            pause.wait(0.01)
        assert later[0].done() is not waits
    result = later[0].result(PATIENCE_SECONDS)
    pool.shutdown()
    return "done", result


@pytest.mark.parametrize("_time", range(3))
def test_of_two_submissions_one_wins(_time: int) -> None:
    filing = make_filing_in(FilingState.DRAFT)
    people = [officer_of(filing), officer_of(filing)]

    outcomes = at_once(*(lambda by=by: filings.submit_filing(filing=filing, by=by, at=IN_TIME) for by in people))

    assert sorted(outcomes) == ["done", "state"]
    assert list(FilingVersion.objects.values_list("number", flat=True)) == [1]


@pytest.mark.parametrize("_time", range(3))
def test_of_approval_and_return_one_wins(_time: int) -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    approver, returner = (officer_of(filing, Role.DISTRICT_APPROVER) for _ in range(2))

    outcomes = at_once(
        lambda: reviews.approve_as_district(filing=filing, by=approver, at=IN_TIME),
        lambda: reviews.return_filing(
            filing=filing,
            level=ReviewLevel.DISTRICT,
            remarks=[reviews.NewRemark("narrative", "请补充。")],
            by=returner,
            at=IN_TIME,
        ),
    )

    filing.refresh_from_db()
    assert sorted(outcomes) == ["done", "state"]
    assert (filing.state, SignOff.objects.count(), Remark.objects.count()) in {
        (FilingState.DISTRICT_APPROVED, 1, 0),
        (FilingState.RETURNED_BY_DISTRICT, 0, 1),
    }


def test_of_two_city_approvals_one_wins() -> None:
    filing = make_filing_in(FilingState.DISTRICT_APPROVED)
    people = [make_user(Role.COMMISSION), make_user(Role.COMMISSION)]
    outcomes = at_once(
        *(lambda by=by: reviews.approve_as_commission(filing=filing, by=by, at=IN_TIME) for by in people)
    )
    assert sorted(outcomes) == ["done", "state"]
    assert SignOff.objects.filter(level=ReviewLevel.COMMISSION).count() == 1


def test_of_withdrawal_and_approval_one_wins() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    submitter = filing.versions.get().submitted_by
    approver = officer_of(filing, Role.DISTRICT_APPROVER)
    outcomes = at_once(
        lambda: filings.withdraw_filing(filing=filing, by=submitter, at=IN_TIME),
        lambda: reviews.approve_as_district(filing=filing, by=approver, at=IN_TIME),
    )
    assert sorted(outcomes) == ["done", "state"]


class ReportRace:
    """A draft whose lead unit's R&D is about to change from 30 to 77 (of 1000)."""

    def __init__(self) -> None:
        self.filing = make_filing_in(FilingState.DRAFT)
        self.unit: Unit = lead_membership(self.filing.innovation_complex).unit
        self.by = officer_of(self.filing)

    def edit(self) -> None:
        report = self.unit.reports.get(year=2025)
        reports.save_report(
            unit=self.unit,
            year=2025,
            changes={"rd_wan_yuan": Decimal(77)},
            expected_revision=report.revision,
            by=self.by,
            at=IN_TIME,
        )

    def submit(self) -> None:
        filings.submit_filing(filing=self.filing, by=self.by, at=IN_TIME)

    def sealed(self) -> Decimal:
        version = self.filing.versions.get()
        assert verify_version(version) is True
        return version.figures.get(indicator__code="rd_intensity").reported

    def in_ledger(self) -> Decimal:
        return self.unit.reports.get(year=2025).rd_wan_yuan


def test_an_edit_that_came_first_is_in_the_seal() -> None:
    race = ReportRace()
    assert first_uncommitted_then(race.edit, race.submit, waits=True) == ("done", "done")
    assert (race.sealed(), race.in_ledger()) == (Decimal("7.7"), Decimal(77))


def test_an_edit_that_came_second_is_refused() -> None:
    race = ReportRace()
    assert first_uncommitted_then(race.submit, race.edit, waits=True) == ("done", "locked")
    assert (race.sealed(), race.in_ledger()) == (Decimal("3.0"), Decimal(30))


def test_negative_control_without_holds_an_edit_slips_between_seal_and_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common.holds, "_hold", lambda *_: None)
    race = ReportRace()
    assert first_uncommitted_then(race.edit, race.submit, waits=False) == ("done", "done")
    assert (race.sealed(), race.in_ledger()) == (Decimal("3.0"), Decimal(77))


@pytest.mark.parametrize("_time", range(3))
def test_an_edit_and_a_submission_at_once_never_disagree(_time: int) -> None:
    race = ReportRace()
    outcomes = at_once(race.edit, race.submit)
    assert (outcomes, race.sealed(), race.in_ledger()) in [
        (["done", "done"], Decimal("7.7"), Decimal(77)),
        (["locked", "done"], Decimal("3.0"), Decimal(30)),
    ]


def test_a_task_that_starts_during_a_submission_waits_for_it() -> None:
    race = ReportRace()
    task = make_task(race.filing.innovation_complex, state=TaskState.APPROVED, started_on=None, counted_year=None)

    def start() -> None:
        tackling_tasks.start_task(task=task, started_on=date(2025, 4, 1), by=race.by, at=IN_TIME)

    first, second = first_uncommitted_then(race.submit, start, waits=True)
    task.refresh_from_db()
    assert (first, second == "done", task.state) == ("done", False, TaskState.APPROVED)


def test_two_filings_that_share_units_are_submitted_at_once() -> None:
    complexes = [make_complex(), make_complex()]
    for _ in range(3):
        unit = make_unit()
        for innovation_complex in complexes:
            make_membership(innovation_complex, unit)
    drafts = [make_filing_in(FilingState.DRAFT, make_filing(one)) for one in complexes]
    people = [officer_of(draft) for draft in drafts]
    outcomes = at_once(
        *(
            lambda draft=draft, by=by: filings.submit_filing(filing=draft, by=by, at=IN_TIME)
            for draft, by in zip(drafts, people, strict=True)
        )
    )
    assert outcomes == ["done", "done"]


def test_an_open_round_job_twice_at_once_makes_each_filing_once() -> None:
    filing_round = make_round()
    for _ in range(3):
        make_complex()
    outcomes = at_once(*[lambda: rounds.open_round(filing_round=filing_round, by=None, at=IN_TIME)] * 2)
    assert (outcomes, Filing.objects.count()) == (["done", "done"], 3)
