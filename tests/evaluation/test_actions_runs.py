"""Runs: asked for once, pinned, computed in chunks, the same digest however they are computed."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from audit.models import AuditEvent
from common.jobs.lease import Lease
from common.jobs.models import Job, JobState
from common.jobs.tasks import perform
from common.refusals import Refused
from evaluation.actions.runs import fail_run, release_run, start_run
from evaluation.choices import EvaluationState, RunState
from evaluation.jobs import score_run
from evaluation.models import EvaluationRound, Judgement, ScoreLine, ScoreRun, ScoreSheet
from indicators.models import FigureValue
from tests.factories import make_user
from tests.factories.evaluation import (
    AT,
    add_figures,
    compute,
    make_field_of_participants,
    make_monitoring_round,
    make_participant,
)
from tests.faults.processes import wait_for


def run_to_end(evaluation_round: EvaluationRound, by: Any) -> ScoreRun:
    return compute(start_run(evaluation_round=evaluation_round, by=by, at=AT))


pytestmark = pytest.mark.django_db
with_commits = pytest.mark.django_db(transaction=True)


def test_run_ranks_participants_and_holds_the_others_with_reasons(commission):
    evaluation_round = make_monitoring_round()
    full = make_participant(evaluation_round)
    half = make_participant(evaluation_round, figures={"needs_resolved": "5"})
    tied = make_participant(evaluation_round, figures={"tackling_tasks": "1.5"})
    last = make_participant(evaluation_round, mark=Decimal(0), figures={"synergy_cases": "0", "needs_resolved": "0"})
    unapproved = make_participant(evaluation_round, is_approved=False)
    unjudged = make_participant(evaluation_round, mark=None)
    run = run_to_end(evaluation_round, commission)
    assert (run.state, run.error) == (RunState.COMPLETE, "")
    found = {
        sheet.innovation_complex: (sheet.rank, sheet.total and round(sheet.total, 2), sheet.hold_reason)
        for sheet in run.sheets.select_related("innovation_complex")
    }
    assert found == {
        full: (1, Decimal(98), ""),
        half: (2, Decimal(88), ""),
        tied: (2, Decimal(88), ""),
        last: (4, Decimal(65), ""),
        unapproved: (None, None, "年度填报尚未审定（当前：已提交，待区县审核）。审定后重新计分即可参加排名。"),
        unjudged: (None, None, "缺少数据：运行机制。补齐后重新计分即可参加排名。"),
    }


def test_only_complexes_recognised_by_the_last_day_and_not_exited_take_part(commission):
    evaluation_round = make_monitoring_round()
    on_the_day = make_participant(evaluation_round, recognised_on=date(2025, 12, 31))
    make_participant(evaluation_round, recognised_on=date(2026, 1, 1))
    make_participant(evaluation_round, state="exited", exited_on=date(2026, 2, 1))
    run = run_to_end(evaluation_round, commission)
    assert [sheet.innovation_complex for sheet in run.sheets.all()] == [on_the_day]


def test_2026_is_scored_against_the_shares_of_2027(commission):
    evaluation_round = make_monitoring_round(2026)
    make_participant(evaluation_round, figures={"tackling_tasks": "5.34"})
    run = run_to_end(evaluation_round, commission)
    line = ScoreLine.objects.get(sheet__run=run, item_code="tackling_tasks")
    # Own share of 2025: 3; plus (100 − 30) ÷ 30, rounded up to two decimals: 5.34.
    assert (line.inputs["target"], line.mark) == ("5.34", Decimal(20))


def test_line_carries_inputs_rule_formula_and_words(commission):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round, figures={"rd_intensity": ("15", "1000")})
    run = run_to_end(evaluation_round, commission)
    line = ScoreLine.objects.get(sheet__run=run, item_code="rd_intensity")
    assert (line.mark, line.formula) == (Decimal("18.75"), "25 × (15 ÷ 1,000 × 100 ÷ 2) = 18.75")
    assert line.rule == "25分 × 目标完成率，完成率低于0%按0%计、高于100%按100%计"
    assert line.inputs["clause"].startswith("000 §一(二)")


def test_started_run_and_its_job_are_one_transaction(commission):
    evaluation_round = make_monitoring_round()
    with transaction.atomic():
        start_run(evaluation_round=evaluation_round, by=commission, at=AT)
        transaction.set_rollback(True)
    assert (ScoreRun.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSION])
def test_only_the_commission_starts_runs(role):
    evaluation_round = make_monitoring_round()
    with pytest.raises(Refused) as refusal:
        start_run(evaluation_round=evaluation_round, by=make_user(role), at=AT)
    assert (refusal.value.code, ScoreRun.objects.count()) == ("role", 0)


@pytest.mark.parametrize("state", [state for state in EvaluationState if state != EvaluationState.QUANT_SCORING])
def test_runs_belong_to_the_scoring_stage(commission, state):
    evaluation_round = make_monitoring_round()
    EvaluationRound.objects.filter(pk=evaluation_round.pk).update(state=state)
    with pytest.raises(Refused) as refusal:
        start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    assert refusal.value.code == "state"


@with_commits
def test_twenty_presses_at_once_make_one_run():
    evaluation_round = make_monitoring_round()
    people = [make_user(Role.COMMISSION) for _ in range(20)]
    answers: list[str] = []
    barrier = threading.Barrier(20)

    def press(person: Any) -> None:
        try:
            barrier.wait()
            start_run(evaluation_round=evaluation_round, by=person, at=AT)
            answers.append("started")
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["run_active"] * 19 + ["started"]
    assert (ScoreRun.objects.count(), Job.objects.count()) == (1, 1)


def test_second_active_run_is_impossible_in_the_database(commission):
    """The negative control of the presses: without the row lock the constraint still refuses the second run."""
    evaluation_round = make_monitoring_round()
    run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    copy = ScoreRun.objects.get(pk=run.pk)
    copy.pk, copy.number, copy.job = None, 2, None
    with pytest.raises(IntegrityError):
        copy.save(force_insert=True)


@with_commits
def test_failed_run_says_why_and_leaves_the_released_one(commission, second_commission):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    first = run_to_end(evaluation_round, commission)
    release_run(run=first, by=second_commission, at=AT)
    digest = first.digest
    second = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    fail_run(run_id=second.pk, reason="演示：磁盘已满", at=AT)
    perform(second.job_id)
    second.refresh_from_db()
    first.refresh_from_db()
    evaluation_round.refresh_from_db()
    assert (second.state, second.error, second.sheets.count()) == (RunState.FAILED, "演示：磁盘已满", 0)
    assert (first.state, first.digest, evaluation_round.released_run) == (RunState.COMPLETE, digest, first)


@with_commits
def test_run_without_plan_targets_fails_with_a_sentence(commission):
    evaluation_round = make_monitoring_round()
    run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    content = {**run.rubric_version.content, "target_years": {"2024": 2025}}
    type(run.rubric_version).objects.filter(pk=run.rubric_version_id).update(content=content)
    perform(run.job_id)
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "指标体系没有规定2025年度对照哪一年的目标，无法计分。")
    assert Job.objects.get(pk=run.job_id).state == JobState.FAILED
    start_run(evaluation_round=evaluation_round, by=commission, at=AT)


@with_commits
def test_delivered_twice_does_nothing_twice(commission):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    run = run_to_end(evaluation_round, commission)
    before = (run.digest, run.finished_at, ScoreLine.objects.count(), AuditEvent.objects.count())
    for _ in range(2):
        perform(run.job_id)
    run.refresh_from_db()
    assert (run.digest, run.finished_at, ScoreLine.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("chunk", [1, 3, 500])
def test_digest_is_the_same_whatever_the_batch_and_the_order_of_rows(commission, settings, chunk):
    evaluation_round = make_monitoring_round()
    make_field_of_participants(evaluation_round, 12)
    first = run_to_end(evaluation_round, commission)
    # New row order in the tables: rewritten rows move to the end of the heap.
    for figure in FigureValue.objects.order_by("-pk"):
        figure.save(update_fields=["updated_at"])
    for judgement in Judgement.objects.order_by("reason", "-pk"):
        judgement.save(update_fields=["judged_at"])
    settings.SCORE_RUN_CHUNK = chunk
    second = run_to_end(evaluation_round, commission)
    assert (second.inputs_digest, second.digest) == (first.inputs_digest, first.digest)
    assert list(second.sheets.ranked_first().values_list("innovation_complex", "rank")) == list(
        first.sheets.ranked_first().values_list("innovation_complex", "rank")
    )


def test_later_changes_do_not_touch_a_stored_run(commission):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round)
    run = run_to_end(evaluation_round, commission)
    FigureValue.objects.filter(innovation_complex=innovation_complex).update(reported=0, recognised=0)
    Judgement.objects.update(mark=0)
    call_command("verify_run", f"{evaluation_round.code}/{run.number}")
    call_command("verify_run", str(run.pk))


def test_number_of_queries_does_not_grow_with_the_participants(commission, django_assert_num_queries):
    counted = []
    for size in (1, 3):
        evaluation_round = make_monitoring_round(2024 + (size == 3))
        make_field_of_participants(evaluation_round, size)
        run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
        Job.objects.filter(pk=run.job_id).update(state=JobState.RUNNING, token="t")
        with django_assert_num_queries(36) as captured:
            score_run(lease=Lease(run.job_id, "t"), run_id=run.pk)
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_changed_line_is_named_by_verify_run(commission, capsys):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round)
    run = run_to_end(evaluation_round, commission)
    ScoreLine.objects.filter(item_code="needs_resolved").update(mark=Decimal("19.5"))
    with pytest.raises(CommandError) as failure:
        call_command("verify_run", str(run.pk))
    assert failure.value.returncode == 1
    assert f"第一处为 {innovation_complex.code} needs_resolved：所存得分19.5" in str(failure.value)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda run: run.sheets.update(total=Decimal(1)),
        lambda run: run.sheets.update(rank=7),
        lambda run: ScoreLine.objects.filter(item_code="mechanism").delete(),
        lambda run: ScoreRun.objects.filter(pk=run.pk).update(digest="0" * 64),
        lambda run: run.sheets.update(inputs={**run.sheets.get().inputs, "name": "演示改名"}),
        lambda run: ScoreRun.objects.filter(pk=run.pk).update(
            inputs={**run.inputs, "rubric": {**run.inputs["rubric"], "name": "演示"}}
        ),
    ],
)
def test_every_kind_of_tampering_is_found(commission, tamper):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    run = run_to_end(evaluation_round, commission)
    tamper(run)
    with pytest.raises(CommandError):
        call_command("verify_run", str(run.pk))


@pytest.mark.parametrize("name", ["nonsense", "999999", "monitoring-2025/9", "monitoring-2025/x", "²"])
def test_verify_run_says_that_there_is_no_such_run(name):
    make_monitoring_round()
    with pytest.raises(CommandError):
        call_command("verify_run", name)


def test_verify_run_wants_a_finished_run(commission):
    evaluation_round = make_monitoring_round()
    start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    with pytest.raises(CommandError):
        call_command("verify_run", "monitoring-2025/1")


def test_release_needs_a_second_person(commission, second_commission):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    run = run_to_end(evaluation_round, commission)
    with pytest.raises(Refused) as refusal:
        release_run(run=run, by=commission, at=AT)
    assert refusal.value.code == "same_person"
    assert release_run(run=run, by=second_commission, at=AT).released_run == run
    with pytest.raises(Refused) as refusal:
        release_run(run=run, by=second_commission, at=AT)
    assert refusal.value.code == "released"


def test_unfinished_run_is_not_released(commission, second_commission):
    run = start_run(evaluation_round=make_monitoring_round(), by=commission, at=AT)
    with pytest.raises(Refused) as refusal:
        release_run(run=run, by=second_commission, at=AT)
    assert refusal.value.code == "state"


def test_readers_see_sheets_of_complete_runs_only(commission):
    evaluation_round = make_monitoring_round()
    make_participant(evaluation_round)
    run = run_to_end(evaluation_round, commission)
    assert ScoreSheet.objects.visible_to(commission).count() == 1
    ScoreRun.objects.filter(pk=run.pk).update(state=RunState.COMPUTING)
    assert ScoreSheet.objects.visible_to(commission).count() == 0


def test_new_version_counts_only_in_a_new_run(commission):
    evaluation_round = make_monitoring_round()
    innovation_complex = make_participant(evaluation_round, is_approved=False)
    first = run_to_end(evaluation_round, commission)
    version = innovation_complex.filings.get().versions.get()
    add_figures(version, {"tackling_tasks": "3", "needs_resolved": "10", "synergy_cases": "1"})
    innovation_complex.filings.update(approved_version=version, state="commission_approved")
    second = run_to_end(evaluation_round, commission)
    assert (first.sheets.get().version, second.sheets.get().version) == (None, version)
    assert second.number == 2


@with_commits
def test_readers_see_all_of_a_result_or_nothing(commission, monkeypatch, tmp_path):
    """The run is stopped between ranks and state: other connections see neither."""
    evaluation_round = make_monitoring_round()
    make_field_of_participants(evaluation_round, 3)
    run = start_run(evaluation_round=evaluation_round, by=commission, at=AT)
    release = tmp_path / "release"
    monkeypatch.setenv("FAULT_POINT", "score_run.ranked:1")
    monkeypatch.setenv("FAULT_ACTION", "wait")
    monkeypatch.setenv("FAULT_RELEASE", str(release))

    def work() -> None:
        perform(run.job_id)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        wait_for((tmp_path / "release.reached").exists, what="the ranks are written")
        seen = set(run.sheets.values_list("rank", flat=True)), ScoreSheet.objects.visible_to(commission).count()
    finally:
        release.touch()
        worker.join()
    assert seen == ({None}, 0)
    assert None not in set(run.sheets.values_list("rank", flat=True))
    assert ScoreSheet.objects.visible_to(commission).count() == 3
