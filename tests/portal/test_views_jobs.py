"""The administrator's pages of background work, and the health endpoint."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from audit.models import AuditEvent
from common.jobs.health import Health, examine
from common.jobs.models import Heartbeat, Job, JobState, Part
from common.jobs.outbox import enqueue
from common.refusals import Refused
from portal.actions.jobs import retry_job
from tests.factories import make_user
from tests.faults.processes import free_port

pytestmark = pytest.mark.django_db

SECRET = "演示保密内容"


@pytest.fixture(autouse=True)
def _no_wake(settings: Any) -> None:
    settings.JOB_WAKE_IS_OFF = True


def make_job(kind: str = "tidy_jobs", key: str = "a", **changes: Any) -> Job:
    job = enqueue(kind, key=key, text=SECRET)
    Job.objects.filter(pk=job.pk).update(**changes)
    return Job.objects.get(pk=job.pk)


def make_failed_job(kind: str = "tidy_jobs", **changes: Any) -> Job:
    facts = {"state": JobState.FAILED, "attempts": 3, "error": SECRET, "cause": "ValueError", "done": 1, "total": 2}
    return make_job(kind, **{**facts, "finished_at": timezone.now(), **changes})


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user(Role.ADMINISTRATOR))
    return client


@pytest.fixture
def alive() -> None:
    for part in Part:
        Heartbeat.objects.beat(part, at=timezone.now())


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_jobs(administrator, alive, count, django_assert_num_queries):
    for number in range(count):
        make_job(key=str(number), not_before=timezone.now() - timedelta(seconds=300))
    with django_assert_num_queries(13):
        page = administrator.get(reverse("portal:job-list"))
    assert page.status_code == 200
    assert page.context["queue"]["queued"] == count
    assert page.context["queue"]["oldest_seconds"] in {300, 301}
    assert [job.kind_label for job in page.context["queue"]["stuck"]] == ["清理过期的周期任务记录"] * count


def test_pages_show_neither_arguments_nor_sentences_of_the_business(administrator):
    for job in (make_failed_job(), make_failed_job("score_run", cause="refused: code"), make_job("unknown_kind")):
        for address in (reverse("portal:job-list"), reverse("portal:job-detail", args=[job.pk])):
            page = administrator.get(address)
            assert page.status_code == 200
            assert SECRET not in page.content.decode()


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("ValueError", "执行中出现意外错误（ValueError）；详细信息在执行进程的日志中。"),
        ("refused: attempts", "执行进程每次都意外中止。"),
        ("refused: closed", "业务规则不允许执行；原因写在相应的业务记录中，由业务人员查看。"),
        ("", ""),
    ],
)
def test_cause_is_shown_in_words(administrator, cause, words):
    job = make_failed_job(cause=cause)
    assert administrator.get(reverse("portal:job-detail", args=[job.pk])).context["cause"] == words


@pytest.mark.parametrize(
    ("facts", "is_stuck"),
    [
        ({"state": JobState.QUEUED, "not_before": timedelta(seconds=-70)}, True),
        ({"state": JobState.QUEUED, "not_before": timedelta(seconds=-30)}, False),
        ({"state": JobState.RUNNING, "lease_until": timedelta(seconds=-1)}, True),
        ({"state": JobState.RUNNING, "lease_until": timedelta(seconds=20)}, False),
        ({"state": JobState.DONE}, False),
    ],
)
def test_stuck_are_expired_leases_and_jobs_left_waiting(administrator, facts, is_stuck):
    now = timezone.now()
    job = make_job(**{name: now + value if isinstance(value, timedelta) else value for name, value in facts.items()})
    assert administrator.get(reverse("portal:job-detail", args=[job.pk])).context["is_stuck"] is is_stuck
    assert len(administrator.get(reverse("portal:job-list")).context["queue"]["stuck"]) == is_stuck


def test_failed_job_is_put_back_with_an_event(administrator):
    job = make_failed_job()
    answer = administrator.post(reverse("portal:job-retry", args=[job.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("portal:job-detail", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, job.total, job.finished_at) == (JobState.QUEUED, 0, 0, 0, None)
    event = AuditEvent.objects.get(kind="job.retried")
    assert (event.object_id, event.changes) == (job.pk, {"state": ["failed", "queued"], "attempts": [3, 0]})


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.DONE])
def test_only_failed_jobs_are_retried(administrator, state):
    job = make_job(state=state)
    answer = administrator.post(reverse("portal:job-retry", args=[job.pk]))
    assert (answer.status_code, answer.context["refusal"].code) == (409, "state")
    assert Job.objects.get(pk=job.pk).state == state


def test_job_whose_business_record_was_closed_with_it_is_not_retried(administrator):
    job = make_failed_job("score_run")
    assert administrator.post(reverse("portal:job-retry", args=[job.pk])).status_code == 409
    page = administrator.get(reverse("portal:job-detail", args=[job.pk]))
    assert (page.context["may_retry"], Job.objects.get(pk=job.pk).state) == (False, JobState.FAILED)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_other_roles_do_not_retry(role):
    with pytest.raises(Refused) as refusal:
        retry_job(job=make_failed_job(), by=make_user(role), at=timezone.now())
    assert refusal.value.code == "role"


@pytest.mark.django_db(transaction=True)
def test_two_administrators_retry_once():
    job, people = make_failed_job(), [make_user(Role.ADMINISTRATOR) for _ in range(2)]
    barrier, answers = threading.Barrier(2), []

    def press(person: Any) -> None:
        browser = Client()
        browser.force_login(person)
        barrier.wait()
        answers.append(browser.post(reverse("portal:job-retry", args=[job.pk])).status_code)

    threads = [threading.Thread(target=press, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 409]
    assert AuditEvent.objects.filter(kind="job.retried").count() == 1


def test_health_of_a_portal_whose_parts_all_live(client, alive):
    answer = client.get(reverse("portal:health"))
    body = answer.json()
    assert (answer.status_code, body["state"]) == (200, "ok")
    assert {name: part["state"] for name, part in body["parts"].items()} == dict.fromkeys(
        ["web", "database", "broker", "worker", "beat"], "ok"
    )
    assert set(answer.cookies) == set()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("part", Part)
def test_health_knows_a_part_that_is_silent_for_three_periods(client, alive, part, settings):
    settings.CELERY_BEAT_SCHEDULE = {"sweep-jobs": {"schedule": 5.0}}
    now = timezone.now()
    Heartbeat.objects.filter(part=part).update(at=now - timedelta(seconds=14))
    assert examine(at=now).state == Health.OK
    Heartbeat.objects.filter(part=part).update(at=now - timedelta(seconds=16))
    silent = [found.name for found in examine(at=now).parts if found.state == Health.DOWN]
    assert (silent, examine(at=now).state) == ([part], Health.DEGRADED)
    assert client.get(reverse("portal:health")).json()["parts"][part]["age_seconds"] in {16, 17}


def test_health_of_parts_that_never_showed_life(client):
    body = client.get(reverse("portal:health")).json()
    assert (body["state"], body["parts"]["beat"]) == ("degraded", {"state": "down", "age_seconds": None})


def test_worker_busy_with_a_job_counts_as_alive(alive):
    now = timezone.now()
    Heartbeat.objects.filter(part=Part.WORKER).update(at=now - timedelta(hours=1))
    make_job(state=JobState.RUNNING, lease_until=now + timedelta(seconds=2))
    assert examine(at=now).state == Health.OK


def test_health_knows_a_worker_that_leaves_jobs_waiting(alive):
    now = timezone.now()
    make_job(not_before=now - timedelta(seconds=61))
    assert {part.name: part.state for part in examine(at=now).parts}["worker"] == Health.DEGRADED


def test_health_answers_within_two_seconds_without_redis(client, alive, settings):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    begun = timezone.now()
    answer = client.get(reverse("portal:health"))
    assert timezone.now() - begun <= timedelta(seconds=2)
    assert (answer.status_code, answer.json()["state"]) == (200, "degraded")
    assert answer.json()["parts"]["broker"]["state"] == "down"


def test_health_without_the_database_is_503(client):
    """A connection that is refused, as when PostgreSQL is stopped."""
    kept, lost = connections["default"], connections.create_connection("default")
    lost.settings_dict = {**lost.settings_dict, "PORT": str(free_port())}
    connections["default"] = lost
    try:
        answer = client.get(reverse("portal:health"))
    finally:
        connections["default"] = kept
    assert (answer.status_code, answer.json()["state"]) == (503, "down")
    assert answer.json()["parts"]["database"] == {"state": "down", "age_seconds": None}
