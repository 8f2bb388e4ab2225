"""Who may freeze, judge, run and release."""

from typing import Any

from accounts.choices import Permission
from accounts.policies import holds
from common.verdicts import ALLOWED, Verdict, denied, first_denial
from evaluation.choices import EvaluationState, RubricState, RunState
from evaluation.models import EvaluationRound, RubricVersion, ScoreRun


def may_freeze(by: Any, version: RubricVersion) -> Verdict:
    """Tell whether a draft version may become unchangeable."""
    is_draft = version.state == RubricState.DRAFT
    return first_denial(
        holds(by, Permission.RUN_EVALUATION),
        ALLOWED if is_draft else denied("state", "该版本已经冻结，内容不能再变。如需修改，请载入新版本。"),
    )


def may_judge(by: Any, evaluation_round: EvaluationRound) -> Verdict:
    """Tell whether judged items of the round may be marked."""
    return first_denial(holds(by, Permission.RUN_EVALUATION), _is_scoring(evaluation_round))


def may_start_run(by: Any, evaluation_round: EvaluationRound) -> Verdict:
    """Tell whether a run of the round may be asked for; one active run per round."""
    return first_denial(
        holds(by, Permission.RUN_EVALUATION),
        _is_scoring(evaluation_round),
        denied("run_active", "该批次正在计分，同一时间只能有一次计分。请等待其完成后再发起。")
        if evaluation_round.runs.active().exists()
        else ALLOWED,
    )


def may_release(by: Any, run: ScoreRun) -> Verdict:
    """Tell whether districts and clients may be shown this run: a second person, a complete and newer run."""
    released = run.evaluation_round.released_run
    return first_denial(
        holds(by, Permission.RUN_EVALUATION),
        ALLOWED
        if run.state == RunState.COMPLETE
        else denied("state", f"计分的状态为“{run.get_state_display()}”，完成后才能发布。"),
        denied("same_person", "发布须由另一人办理：您是本次计分的发起人，请市级其他人员复核后发布。")
        if run.started_by_id == by.pk
        else ALLOWED,
        denied("released", "该批次已发布本次或更新的计分，无需再次发布。")
        if released is not None and released.number >= run.number
        else ALLOWED,
    )


def _is_scoring(evaluation_round: EvaluationRound) -> Verdict:
    if evaluation_round.state == EvaluationState.QUANT_SCORING:
        return ALLOWED
    return denied("state", f"批次当前为“{evaluation_round.get_state_display()}”，只有在“定量计分”阶段才能办理。")
