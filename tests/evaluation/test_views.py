"""Pages of evaluations: who sees what, what each shows, and the same few queries whatever the rows."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from evaluation.actions.runs import release_run, start_run
from evaluation.choices import RunState
from evaluation.models import EvaluationRound, Judgement, ScoreRun
from tests.factories import make_user
from tests.factories.evaluation import AT, compute, make_monitoring_round, make_participant

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def finished_run(evaluation_round: EvaluationRound, by: Any) -> ScoreRun:
    return compute(start_run(evaluation_round=evaluation_round, by=by, at=AT))


def address(name: str, *args: Any) -> str:
    return reverse(f"evaluation:{name}", args=args)


@pytest.fixture
def evaluation_round(db: None) -> EvaluationRound:
    return make_monitoring_round()


def test_round_shows_participants_approvals_and_judgements(evaluation_round, commission):
    make_participant(evaluation_round)
    make_participant(evaluation_round, is_approved=False, mark=None)
    page = client_of(commission).get(evaluation_round.get_absolute_url()).content.decode()
    assert "1 / 2 份" in page
    assert "1 / 2 项" in page
    assert "未评" in page
    assert "发起计分" in page


def test_start_leads_to_the_run_and_a_second_press_is_told_so(evaluation_round, commission):
    client = client_of(commission)
    answer = client.post(address("run-start", evaluation_round.code))
    assert (answer.status_code, answer["Location"]) == (302, address("run-detail", evaluation_round.code, 1))
    again = client.post(address("run-start", evaluation_round.code))
    assert again.status_code == 409
    assert "同一时间只能有一次计分" in again.content.decode()
    assert 'hx-trigger="every 1s"' in client.get(answer["Location"]).content.decode()


def test_progress_fragment_ends_with_a_refresh(evaluation_round, commission):
    make_participant(evaluation_round)
    run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    url = address("run-progress", evaluation_round.code, run.number)
    client = client_of(commission)
    waiting = client.get(url, headers={"HX-Request": "true"})
    compute(run)
    ended = client.get(url, headers={"HX-Request": "true"})
    assert (waiting.headers.get("HX-Refresh"), ended.headers.get("HX-Refresh")) == (None, "true")


def test_sheet_tells_line_by_line_and_leads_to_the_sealed_rows(evaluation_round, commission):
    innovation_complex = make_participant(evaluation_round, figures={"tackling_tasks": "2"})
    run = finished_run(evaluation_round, commission)
    url = address("sheet-detail", evaluation_round.code, run.number, innovation_complex.code)
    page = client_of(commission).get(url).content.decode()
    assert "20 × (2 ÷ 3) = 13.3333" in page
    assert "91.33" in page
    rows = reverse("indicators:figure-rows", args=["annual-2025", innovation_complex.code, 1, "tackling_tasks"])
    assert f'href="{rows}"' in page
    assert run.digest in page


def test_run_page_ranks_and_names_those_held(evaluation_round, commission):
    make_participant(evaluation_round)
    make_participant(evaluation_round, mark=None)
    run = finished_run(evaluation_round, commission)
    page = client_of(commission).get(run.get_absolute_url()).content.decode()
    assert "98.00" in page
    assert "缺少数据：运行机制。补齐后重新计分即可参加排名。" in page


def test_failed_run_shows_its_reason(evaluation_round, commission):
    run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    ScoreRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="演示：原因", finished_at=AT)
    page = client_of(commission).get(run.get_absolute_url()).content.decode()
    assert "演示：原因" in page


def test_district_sees_its_own_sheets_of_the_released_run_only(evaluation_round, commission, second_commission):
    own, other = make_participant(evaluation_round), make_participant(evaluation_round)
    run = finished_run(evaluation_round, commission)
    officer = client_of(make_user(Role.DISTRICT_FILER, district=own.reporting_district))
    run_url = run.get_absolute_url()
    own_url = address("sheet-detail", evaluation_round.code, run.number, own.code)
    other_url = address("sheet-detail", evaluation_round.code, run.number, other.code)
    progress_url = address("run-progress", evaluation_round.code, run.number)
    assert [officer.get(url).status_code for url in (run_url, own_url, other_url, progress_url)] == [404] * 4
    release_run(run=run, by=second_commission, at=AT)
    assert [officer.get(url).status_code for url in (run_url, own_url, other_url, progress_url)] == [200, 200, 404, 200]
    page = officer.get(run_url).content.decode()
    assert (own.name in page, other.name in page) == (True, False)
    round_page = officer.get(evaluation_round.get_absolute_url()).content.decode()
    assert (own.name in round_page, other.name in round_page, "发起计分" in round_page) == (True, False, False)


def test_release_by_the_starter_is_refused_in_words(evaluation_round, commission, second_commission):
    make_participant(evaluation_round)
    run = finished_run(evaluation_round, commission)
    url = address("run-release", evaluation_round.code, run.number)
    refused = client_of(commission).post(url)
    assert refused.status_code == 409
    assert "发布须由另一人办理" in refused.content.decode()
    assert client_of(second_commission).post(url).status_code == 302
    evaluation_round.refresh_from_db()
    assert evaluation_round.released_run == run


READERS = {Role.COMMISSION: 200, Role.OBSERVER: 200, Role.EXPERT: 403, Role.ADMINISTRATOR: 403}
WRITERS = {Role.COMMISSION: {200, 302, 409}}


@pytest.mark.parametrize("role", [Role.COMMISSION, Role.OBSERVER, Role.EXPERT, Role.ADMINISTRATOR])
def test_roles_read(role, evaluation_round, commission):
    innovation_complex = make_participant(evaluation_round)
    run = finished_run(evaluation_round, commission)
    client = client_of(make_user(role))
    urls = [
        address("round-list"),
        address("round-detail", evaluation_round.code),
        address("rubric-detail", "default", 1),
        address("run-detail", evaluation_round.code, run.number),
        address("run-progress", evaluation_round.code, run.number),
        address("sheet-detail", evaluation_round.code, run.number, innovation_complex.code),
    ]
    assert {client.get(url).status_code for url in urls} == {READERS[role]}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSION])
def test_roles_that_may_not_write(role, evaluation_round, commission):
    innovation_complex = make_participant(evaluation_round)
    run = finished_run(evaluation_round, commission)
    client = client_of(make_user(role))
    assert client.post(address("run-start", evaluation_round.code)).status_code == 403
    assert client.post(address("run-release", evaluation_round.code, run.number)).status_code == 403
    url = address("judgement-edit", evaluation_round.code, innovation_complex.code, "mechanism")
    assert client.post(url, {"mark": "1", "reason": "演示"}).status_code == 403


def judgement_url(evaluation_round: EvaluationRound, innovation_complex: Any, item: str = "mechanism") -> str:
    return address("judgement-edit", evaluation_round.code, innovation_complex.code, item)


def test_judgement_is_recorded_with_full_width_digits(evaluation_round, commission):
    innovation_complex = make_participant(evaluation_round, mark=None)
    url = judgement_url(evaluation_round, innovation_complex)
    client = client_of(commission)
    assert client.get(url).status_code == 200
    assert client.post(url, {"mark": "7.5", "reason": "演示：章程齐备"}).status_code == 302
    judgement = Judgement.objects.get()
    assert (judgement.mark, judgement.reason, judgement.judged_by) == (Decimal("7.5"), "演示：章程齐备", commission)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"mark": "10.01", "reason": "演示"}, "“运行机制”的评分应在0与10分之间。请核对后重新填写。"),
        ({"mark": "-1", "reason": "演示"}, "“评分”不能小于0。请核对后重新填写。"),
        ({"mark": "八分", "reason": "演示"}, "“评分”应为数字"),
        ({"mark": "", "reason": "演示"}, "“评分”未填写"),
        ({"mark": "8", "reason": " "}, "“理由”未填写"),
        ({"mark": "8", "reason": "长" * 501}, "500"),
    ],
)
def test_wrong_judgement_keeps_what_was_typed(evaluation_round, commission, typed, sentence):
    innovation_complex = make_participant(evaluation_round, mark=None)
    answer = client_of(commission).post(judgement_url(evaluation_round, innovation_complex), typed)
    page = answer.content.decode()
    assert (answer.status_code, Judgement.objects.count()) == (200, 0)
    assert sentence in page
    assert typed["mark"] in page


def test_stale_judgement_page_shows_both_values(evaluation_round, commission, second_commission):
    innovation_complex = make_participant(evaluation_round, mark=None)
    url = judgement_url(evaluation_round, innovation_complex)
    client_of(second_commission).post(url, {"mark": "5", "reason": "演示：先到"})
    answer = client_of(commission).post(url, {"mark": "9", "reason": "演示：后到"})
    page = answer.content.decode()
    assert (answer.status_code, Judgement.objects.get().mark) == (409, Decimal(5))
    assert "演示：先到" in page
    assert "演示：后到" in page


def test_judging_a_computed_item_or_a_stranger_is_404(evaluation_round, commission):
    innovation_complex = make_participant(evaluation_round)
    late = make_participant(evaluation_round, recognised_on="2026-02-01")
    client = client_of(commission)
    assert client.get(judgement_url(evaluation_round, innovation_complex, "rd_intensity")).status_code == 404
    assert client.get(judgement_url(evaluation_round, late)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_few_queries(number, evaluation_round, commission, django_assert_num_queries):
    for _ in range(number):
        make_participant(evaluation_round)
    run = finished_run(evaluation_round, commission)
    client = client_of(commission)
    for url, queries in [
        (address("round-list"), 3),
        (evaluation_round.get_absolute_url(), 13),
        (run.get_absolute_url(), 9),
    ]:
        client.get(url)
        with django_assert_num_queries(queries):
            client.get(url)
