"""Every kind of job may be delivered late, twice and in parallel (goal J6); nobody publishes past the outbox (J12).

A new kind of job needs a world here: a function that makes what the job works on and asks for the job.
"""

import ast
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from common.jobs.models import Job, JobState
from common.jobs.outbox import enqueue
from common.jobs.tasks import all_kinds, perform
from evaluation.actions.runs import start_run
from indicators.choices import FilingState
from indicators.models import FilingRound
from tests.factories import make_complex, make_filing_in, make_round, make_user
from tests.factories.evaluation import AT, make_field_of_participants, make_monitoring_round
from tests.threads import act_together

APPS = ["common", "audit", "accounts", "members", "complexes", "tasks", "indicators", "evaluation", "portal"]
# What tells when and how often something was done, not what was done.
_BOOKKEEPING = {"common_job", "common_heartbeat"}


def ask_for_score_run() -> Job:
    evaluation_round = make_monitoring_round()
    make_field_of_participants(evaluation_round, 12)
    job = start_run(evaluation_round=evaluation_round, by=make_user(Role.COMMISSION), at=AT).job
    assert job is not None
    return job


def ask_for_round_opening() -> Job:
    filing_round = make_round(2024, locks_at=timezone.now() + timedelta(days=30))
    for _ in range(2):
        make_complex()
    return enqueue("open_round", key="open", round_id=filing_round.pk)


def ask_for_round_locking() -> Job:
    filing = make_filing_in(FilingState.COMMISSION_APPROVED)
    now = timezone.now()
    FilingRound.objects.update(
        opens_at=now - timedelta(days=9), due_at=now - timedelta(days=5), locks_at=now - timedelta(days=1)
    )
    return enqueue("lock_round", key="lock", round_id=filing.filing_round_id)


def ask_for_tidying() -> Job:
    old = timezone.now() - timedelta(days=40)
    Job.objects.create(kind="tidy_jobs", key="period:1", not_before=old, finished_at=old, state=JobState.DONE)
    return enqueue("tidy_jobs", key="period:2")


def ask_for_audit_links() -> Job:
    make_filing_in(FilingState.COMMISSION_APPROVED)
    return enqueue("link_audit", key="period:1")


WORLDS: dict[str, Callable[[], Job]] = {
    "score_run": ask_for_score_run,
    "open_round": ask_for_round_opening,
    "lock_round": ask_for_round_locking,
    "link_audit": ask_for_audit_links,
    "tidy_jobs": ask_for_tidying,
}


def own_kinds() -> set[str]:
    """Return the kinds that the portal itself registers."""
    return {name for name, kind in all_kinds().items() if not kind.handler.__module__.startswith("tests.")}


def test_every_kind_of_job_is_delivered_twice_here():
    assert own_kinds() == set(WORLDS)


def state_of_the_database() -> str:
    """Return a digest over every row of the portal's own tables, but those of the queue itself."""
    digest = hashlib.sha256()
    tables = sorted(
        model._meta.db_table
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table not in _BOOKKEEPING
    )
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(row::text, ';' ORDER BY row::text), '') FROM {table} AS row")
            digest.update(f"{table}:{cursor.fetchone()[0]}".encode())
    return digest.hexdigest()


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", sorted(WORLDS))
def test_further_deliveries_change_nothing(kind, settings):
    """Once; again, serially and by four at once; then as if the first worker had died before it could say so."""
    settings.JOB_WAKE_IS_OFF = True
    job = WORLDS[kind]()
    perform(job.pk)
    after_once = state_of_the_database()
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    perform(job.pk)
    deliver_at_once(job.pk)
    assert (state_of_the_database(), Job.objects.get(pk=job.pk).attempts) == (after_once, 1)
    died = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, token="dead", lease_until=died, finished_at=None)
    deliver_at_once(job.pk)
    assert (state_of_the_database(), Job.objects.get(pk=job.pk).attempts) == (after_once, 2)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


def deliver_at_once(job_id: int) -> None:
    assert act_together([lambda: perform(job_id)] * 4) == ["done"] * 4


def direct_publishing(source: str) -> list[int]:
    """Return the lines that publish to Celery."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in {"delay", "apply_async", "send_task"}
    ]


def test_only_the_outbox_publishes():
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for app in APPS
        for path in (root / app).rglob("*.py")
        if direct_publishing(path.read_text())
    }
    assert found == {"common/jobs/outbox.py"}


def test_direct_publishing_is_noticed():
    """Negative control of the check above."""
    assert direct_publishing("from x import task\ntask.delay(1)\ntask.apply_async([1])") == [2, 3]


@pytest.mark.django_db
def test_no_object_of_the_database_travels_in_a_job():
    with pytest.raises(TypeError, match="not JSON serializable"):
        enqueue("tidy_jobs", key="a", person=make_user(Role.COMMISSION))


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_twenty_people_who_press_at_once_start_one_run(settings):
    """Goal J13: one run is asked for, nineteen people are told so."""
    settings.JOB_WAKE_IS_OFF = True
    evaluation_round = make_monitoring_round()
    make_field_of_participants(evaluation_round, 3)
    browsers = [Client() for _ in range(20)]
    for browser in browsers:
        browser.force_login(make_user(Role.COMMISSION))
    answers: list[int] = []
    address = reverse("evaluation:run-start", args=[evaluation_round.code])
    act_together([lambda browser=browser: answers.append(browser.post(address).status_code) for browser in browsers])
    assert sorted(answers) == [302] + [409] * 19
    assert Job.objects.filter(kind="score_run").count() == 1
