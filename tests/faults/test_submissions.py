"""Submissions while Redis is down (J3), Redis emptied in mid-run (J4), death between COMMIT and wake-up call (J5)."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.jobs.models import Job, JobState
from evaluation.actions.runs import start_run
from evaluation.choices import RunState
from indicators.models import Filing, FilingRound
from tests.factories import make_complex, make_round, make_user
from tests.factories.evaluation import AT, make_field_of_participants, make_monitoring_round
from tests.faults.processes import clean_environment, count_for, database_url_of_tests, wait_for
from tests.faults.test_score_run import require_equal, run_in_peace, state_of

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SUBMISSIONS = count_for(100)
SLOW = 2.0


@pytest.fixture
def filing_round() -> FilingRound:
    """A round that may be opened again and again; every opening is one job, and all of them make two filings."""
    for _ in range(2):
        make_complex()
    now, days = timezone.now(), timedelta(days=9)
    return make_round(2024, opens_at=now - days, due_at=now + days, locks_at=now + 2 * days)


def submit_all(address: str) -> list[float]:
    """Ask for work over HTTP and return how long each answer took."""
    client = Client()
    client.force_login(make_user(Role.COMMISSION))
    seconds = []
    for _ in range(SUBMISSIONS):
        begun = time.monotonic()
        answer = client.post(address)
        seconds.append(time.monotonic() - begun)
        assert answer.status_code == 302
    return seconds


def test_submissions_while_redis_is_down_are_kept_and_run_when_it_is_back(stopped_broker, start_worker, filing_round):
    seconds = submit_all(reverse("indicators:round-open", args=[filing_round.code]))
    assert sorted(seconds)[int(len(seconds) * 0.95) - 1] <= SLOW
    jobs = Job.objects.filter(kind="open_round")
    assert jobs.filter(state=JobState.QUEUED).count() == SUBMISSIONS
    stopped_broker.start()
    returned_at = timezone.now()
    start_worker()
    wait_for(lambda: jobs.filter(state=JobState.DONE).count() == SUBMISSIONS, what="every job ends")
    assert max(jobs.values_list("started_at", flat=True)) - returned_at <= timedelta(seconds=30)
    assert set(jobs.values_list("attempts", flat=True)) == {1}
    assert (jobs.count(), Filing.objects.count()) == (SUBMISSIONS, 2)
    assert AuditEvent.objects.filter(kind="filing.opened").count() == 2


@pytest.mark.parametrize("strike", range(count_for(20)))
def test_emptied_redis_in_mid_run_changes_no_result(broker, start_worker, tmp_path, strike):
    """The message of a running job is gone, unacknowledged; the lease keeps the job, the row keeps the rest."""
    first = make_monitoring_round()
    make_field_of_participants(first, 30)
    reference = run_in_peace(first, make_user(Role.COMMISSION))
    release = tmp_path / f"release-{strike}"
    start_worker(FAULT_POINT="score_run.chunk_stored:2", FAULT_ACTION="wait", FAULT_RELEASE=str(release))
    run = start_run(evaluation_round=first, by=make_user(Role.COMMISSION), at=AT)
    wait_for(Path(f"{release}.reached").exists, what="the run is half done")
    broker.empty()
    release.touch()
    wait_for(lambda: state_of(run) == RunState.COMPLETE, what="the run ends")
    require_equal(run, reference)


def test_death_between_commit_and_wake_up_call_loses_no_job(broker, start_worker, filing_round):
    """A web process is killed exactly there; the committed job is swept up and does its work once."""
    kills = count_for(200) // 5
    person = make_user(Role.COMMISSION)
    address = reverse("indicators:round-open", args=[filing_round.code])
    assert {die_before_wake(address, person) for _ in range(kills)} == {-9}
    lost = Job.objects.filter(kind="open_round")
    assert list(lost.values_list("state", flat=True)) == [JobState.QUEUED] * kills
    start_worker()
    seconds = wait_for(lambda: lost.filter(state=JobState.DONE).count() == kills, what="the jobs are swept up")
    assert seconds <= 30
    assert (set(lost.values_list("attempts", flat=True)), Filing.objects.count()) == ({1}, 2)


_WEB_PROCESS = """
import django, sys
django.setup()
from django.test import Client
from accounts.models import User
from audit.models import AuditEvent
client = Client()
client.force_login(User.objects.get(pk=int(sys.argv[1])))
client.post(sys.argv[2])
"""


def die_before_wake(address: str, person: User) -> Any:
    """Send the request in a process that dies at the hook; return its exit code."""
    return subprocess.run(
        [sys.executable, "-c", _WEB_PROCESS, str(person.pk), address],
        cwd=settings.BASE_DIR,
        env={**clean_environment(), "DATABASE_URL": database_url_of_tests(), "FAULT_POINT": "outbox.before_wake:1"},
        check=False,
        timeout=60,
    ).returncode
