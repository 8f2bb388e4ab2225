"""Verbs of achievements: enter, change, lead from stage to stage, take the last step back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.records import change_record
from common.holds import hold_for_change
from common.refusals import Refused
from common.verdicts import require
from complexes.actions.ledger import create_event, lock_event, save_move
from complexes.choices import AchievementState
from complexes.models import Achievement, InnovationComplex
from complexes.policies.ledger import may_edit_event, may_move_event
from complexes.validation.achievements import check_achievement
from complexes.validation.ledger import (
    WAY_TO_UNLOCK,
    check_date,
    counting_complex_ids,
    decide_counted_year,
    last_lock,
)

_CODE_PREFIX = "CG"


@transaction.atomic
def create_achievement(
    *, kind: str, values: Mapping[str, Any], is_late_entry: bool = False, by: User, at: datetime
) -> Achievement:
    """Enter an achievement of a kind; it counts in the year of its day.

    Raises: Refused by policy, or if the year is locked; ValidationError by field.
    """
    achievement = Achievement(kind=kind, **values)
    hold_for_change(InnovationComplex, [achievement.innovation_complex_id])
    check_achievement(achievement, at=at)
    achievement.stage_on = achievement.happened_on
    achievement.counted_year, achievement.is_late_entry = decide_counted_year(
        achievement, achievement.happened_on, is_late_entry=is_late_entry
    )
    achievement.stage_history = [_step(achievement.state, achievement.happened_on)]
    return create_event(achievement, prefix=_CODE_PREFIX, by=by, at=at)


@transaction.atomic
def change_achievement(
    *,
    achievement: Achievement,
    changes: Mapping[str, Any],
    is_late_entry: bool = False,
    expected_revision: int | None,
    by: User,
    at: datetime,
) -> Achievement:
    """Change an achievement's content; another day may make it count in another year.

    Raises: Refused("stale"), by policy, or if the new year is locked; ValidationError by field.
    """
    achievement = lock_event(achievement)
    achievement.require_revision(expected_revision)
    require(may_edit_event(by, achievement))
    proposed = Achievement(
        **{field.attname: getattr(achievement, field.attname) for field in Achievement._meta.concrete_fields}
    )
    for name, value in changes.items():
        setattr(proposed, name, value)
    check_achievement(proposed, at=at)
    changes = dict(changes)
    if proposed.happened_on != achievement.happened_on:
        changes |= _follow_day(achievement, proposed.happened_on, is_late_entry=is_late_entry)
    return change_record(achievement, changes, by=by, at=at)


@transaction.atomic
def advance_achievement(
    *, achievement: Achievement, to: AchievementState, on: date, by: User, at: datetime
) -> Achievement:
    """Lead an achievement to a further stage of its kind, or stop it.

    Raises: Refused by state, policy or lock of the day's year; ValidationError for an impossible date.
    """
    achievement = lock_event(achievement)
    require(may_move_event(by, achievement))
    achievement.require_move_to(to)
    stages = achievement.declared_kind.stages
    if to != AchievementState.STOPPED and not _is_later(stages, achievement.state, to):
        raise Refused("state", "该类别的成果不能转入所选阶段。请刷新页面查看最新状态。")
    check_date("on", on, label="阶段日期", at=at, not_before=[("上一阶段日期", achievement.stage_on)])
    _require_open_year(achievement, on)
    changes = {"stage_on": on, "stage_history": [*achievement.stage_history, _step(to, on)]}
    return save_move(achievement, to, kind="advanced", changes=changes, by=by, at=at)


@transaction.atomic
def step_back_achievement(*, achievement: Achievement, reason: str, by: User, at: datetime) -> Achievement:
    """Take the last step back: the achievement is again in the stage before it, since the day of that one.

    Raises: Refused by state, policy or lock of the step's year; ValidationError without a reason.
    """
    achievement = lock_event(achievement)
    require(may_move_event(by, achievement))
    if len(achievement.steps) < 2:
        raise Refused("state", "该成果没有可以撤回的阶段变更。请刷新页面查看最新状态。")
    if not reason.strip():
        raise ValidationError({"reason": "“撤回理由”未填写。请说明原因。"})
    state, on = achievement.steps[-2]
    _require_open_year(achievement, achievement.stage_on)
    changes = {"stage_on": on, "stage_history": achievement.stage_history[:-1]}
    return save_move(achievement, state, kind="stepped_back", changes=changes, reason=reason, by=by, at=at)


def _step(state: str, on: date) -> list[str]:
    return [str(state), on.isoformat()]


def _follow_day(achievement: Achievement, day: date, *, is_late_entry: bool) -> dict[str, Any]:
    """Return what changes with the day: the year in which it counts, and the first step."""
    (first, _), *later = achievement.steps
    if later and day > later[0][1]:
        raise ValidationError(
            {"happened_on": f"日期{day}晚于下一阶段的日期{later[0][1]}。请核对，或先撤回后面的阶段变更。"}
        )
    counted_year, is_late = decide_counted_year(achievement, day, is_late_entry=is_late_entry)
    return {
        "counted_year": counted_year,
        "is_late_entry": is_late,
        "stage_history": [_step(first, day), *achievement.stage_history[1:]],
        "stage_on": achievement.stage_on if later else day,
    }


def _is_later(stages: tuple[AchievementState, ...], state: str, to: AchievementState) -> bool:
    return state in stages and to in stages and stages.index(to) > stages.index(AchievementState(state))


def _require_open_year(achievement: Achievement, day: date) -> None:
    lock = last_lock(counting_complex_ids(achievement), since=day.year)
    if lock is not None:
        raise Refused(
            "period_locked",
            f"阶段日期所在的{day.year}年度已被年度填报“{lock.shown_holder}”锁定，阶段不能变动。"
            f"请核对日期；确需更正的，{WAY_TO_UNLOCK}。",
        )
