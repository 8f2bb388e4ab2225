from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.choices import Role
from audit.models import AuditEvent
from common.refusals import Refused
from evaluation.actions.rounds import ensure_monitoring_rounds
from evaluation.actions.rubrics import LARGEST_FILE, ensure_default_rubric, freeze_rubric, load_rubric
from evaluation.choices import RubricState
from evaluation.models import EvaluationRound, Rubric, RubricVersion
from tests.factories import make_user
from tests.factories.evaluation import AT, load_plan_000

DEFAULT = Path("data/rubrics/default.yaml")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plan(db: None) -> None:
    load_plan_000()


def load(text: str) -> tuple[RubricVersion, bool]:
    return load_rubric(text=text, by=None, at=AT)


def changed(old: str, new: str) -> str:
    text = DEFAULT.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new)


def test_loaded_file_is_a_draft_and_unchanged_content_adds_nothing():
    version, is_new = load(DEFAULT.read_text(encoding="utf-8"))
    again, is_new_again = load("# only a comment\n" + DEFAULT.read_text(encoding="utf-8"))
    assert (version.number, version.state, is_new) == (1, RubricState.DRAFT, True)
    assert (again, is_new_again, AuditEvent.objects.filter(kind="rubricversion.loaded").count()) == (version, False, 1)


def test_changed_file_is_the_next_version_and_the_old_one_stays():
    first, _ = load(DEFAULT.read_text(encoding="utf-8"))
    second, is_new = load(changed("name: 运行机制", "name: 运行机制与治理"))
    first.refresh_from_db()
    assert (second.number, is_new, first.content["items"][5]["name"]) == (2, True, "运行机制")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (changed("weight: 25", "weight: 24"), "(整体)"),
        (changed("indicator: tackling_tasks", "indicator: no_such"), "tackling_tasks"),
        (changed("weight: 10", "weight: ten"), "mechanism"),
        ("a: [", "第1行"),
        ("a: 1\na: 2", "第2行"),
        ("- 1", "第1行"),
        ("x" * (LARGEST_FILE + 1), "文件"),
        ("[" * 5000, "文件"),
    ],
)
def test_wrong_file_is_refused_with_the_place_and_adds_nothing(text, place):
    with pytest.raises(Refused) as refusal:
        load(text)
    assert place in [each for each, _ in refusal.value.details] or place == "文件"
    assert Rubric.objects.count() == 0


def test_command_prints_every_problem(tmp_path, capsys):
    path = tmp_path / "rubric.yaml"
    path.write_text(changed("weight: 25", "weight: -1").replace("type: judgement", "type: magic"), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_rubric", str(path))
    printed = capsys.readouterr().err
    assert "rd_intensity: 分值 weight 应大于0，现为-1。" in printed
    assert "mechanism: 规则 rule 的 type 应为以下之一：completion、judgement。" in printed


def test_command_loads_and_says_when_nothing_changed(capsys):
    call_command("load_rubric", str(DEFAULT))
    call_command("load_rubric", str(DEFAULT))
    lines = capsys.readouterr().out.splitlines()
    assert "已载入为草案" in lines[0]
    assert "内容没有变化，未新增版本" in lines[1]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_command_names_an_unreadable_file(tmp_path, content):
    path = tmp_path / "rubric.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("load_rubric", str(path))


def test_frozen_version_cannot_be_frozen_again(commission):
    version, _ = load(DEFAULT.read_text(encoding="utf-8"))
    frozen = freeze_rubric(version=version, by=commission, at=AT)
    assert (frozen.state, frozen.frozen_at) == (RubricState.FROZEN, AT)
    with pytest.raises(Refused) as refusal:
        freeze_rubric(version=version, by=commission, at=AT)
    assert refusal.value.code == "state"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSION])
def test_only_the_commission_freezes(role):
    version, _ = load(DEFAULT.read_text(encoding="utf-8"))
    with pytest.raises(Refused) as refusal:
        freeze_rubric(version=version, by=make_user(role), at=AT)
    assert refusal.value.code == "role"


@pytest.mark.parametrize("broken", [{"state": "frozen"}, {"frozen_at": AT}, {"state": "unknown"}])
def test_database_refuses_half_frozen_versions(broken: dict[str, Any]):
    version, _ = load(DEFAULT.read_text(encoding="utf-8"))
    with pytest.raises(IntegrityError), transaction.atomic():
        RubricVersion.objects.filter(pk=version.pk).update(**broken)


def test_default_rubric_and_rounds_are_made_once():
    version = ensure_default_rubric(AT)
    rounds = ensure_monitoring_rounds([2024, 2025], AT)
    again = ensure_monitoring_rounds([2024, 2025, 2026], AT)
    assert (ensure_default_rubric(AT), RubricVersion.objects.count()) == (version, 1)
    assert [each.code for each in again] == ["monitoring-2024", "monitoring-2025", "monitoring-2026"]
    assert again[:2] == rounds
    assert {each.rubric_version for each in again} == {version}


def test_second_monitoring_round_of_a_year_is_impossible_in_the_database():
    evaluation_round = ensure_monitoring_rounds([2025], AT)[0]
    evaluation_round.pk, evaluation_round.code = None, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        evaluation_round.save(force_insert=True)
    assert EvaluationRound.objects.count() == 1
