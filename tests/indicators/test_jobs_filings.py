"""Rounds open and lock by themselves, as jobs that may run twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Role
from audit.models import AuditEvent
from common.jobs.outbox import enqueue
from common.jobs.tasks import perform
from common.models import Job
from indicators.choices import FilingState
from indicators.models import Filing, FilingRound
from tests.factories import make_complex, make_filing_in, make_round, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def run(kind: str, filing_round: FilingRound, key: str) -> Job:
    job = enqueue(kind, key=key, by=make_user(Role.COMMISSION), round_id=filing_round.pk)
    perform(job.pk)
    job.refresh_from_db()
    return job


def test_the_opening_job_makes_the_filings_once() -> None:
    filing_round = make_round(2024, locks_at=timezone.now() + timedelta(days=1))
    make_complex()
    assert [run("open_round", filing_round, key).state for key in ("a", "b")] == ["done", "done"]
    assert Filing.objects.count() == 1
    assert list(AuditEvent.objects.filter(kind="filing.opened").values_list("channel", "actor")) == [("job", None)]


def test_the_opening_job_says_why_it_failed_before_the_time() -> None:
    filing_round = make_round(2035)
    job = run("open_round", filing_round, "a")
    assert (job.state, job.error) == ("failed", "“2035年度填报”将于2036-01-05 09:00开放。请届时再办理。")
    assert Job.objects.count() == 1


def test_the_locking_job_locks_what_is_approved() -> None:
    filing = make_filing_in(FilingState.COMMISSION_APPROVED)
    now = timezone.now()
    FilingRound.objects.update(
        opens_at=now - timedelta(days=9), due_at=now - timedelta(days=5), locks_at=now - timedelta(days=1)
    )
    assert [run("lock_round", filing.filing_round, key).state for key in ("a", "b")] == ["done", "done"]
    filing.refresh_from_db()
    assert filing.state == FilingState.LOCKED
    assert AuditEvent.objects.filter(kind="filing.locked").count() == 1
