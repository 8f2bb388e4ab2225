"""Pages of achievements: one list, one page and one form for all kinds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.models import User
from accounts.views.guards import SignedInRequest, needs, reads_records
from complexes.actions import achievements
from complexes.choices import ACHIEVEMENT_STAGES, AchievementState
from complexes.forms.achievements import (
    AchievementFilters,
    AchievementForm,
    AdvanceForm,
    StepBackForm,
    achievement_form,
)
from complexes.kinds import KINDS
from complexes.models import Achievement, AchievementParticipation
from complexes.policies import ledger as policies
from complexes.views import ledger


def _advance(stage: AchievementState, earlier: tuple[AchievementState, ...]) -> ledger.Move:
    return ledger.Move(
        name=stage.value.replace("_", "-"),
        label=f"转入“{stage.label}”",
        states=frozenset(earlier),
        ask=policies.may_move_event,
        act=partial(achievements.advance_achievement, to=stage),
        form=AdvanceForm,
    )


_MOVES = (
    *(_advance(stage, stages[:place]) for stages in ACHIEVEMENT_STAGES for place, stage in enumerate(stages) if place),
    ledger.Move(
        name="step-back",
        label="撤回上一步",
        states=frozenset({*(stage for stages in ACHIEVEMENT_STAGES for stage in stages[1:]), AchievementState.STOPPED}),
        ask=policies.may_move_event,
        act=achievements.step_back_achievement,
        form=StepBackForm,
        hint="回到上一阶段，撤回的记录留在历史中。",
        tone="secondary",
    ),
    ledger.Move(
        name="stop",
        label="终止",
        states=frozenset({AchievementState.REGISTERED, *(stage for stages in ACHIEVEMENT_STAGES for stage in stages)}),
        ask=policies.may_move_event,
        act=partial(achievements.advance_achievement, to=AchievementState.STOPPED),
        form=AdvanceForm,
        hint="不再继续的产品、项目等；此前的记录和计数保留。",
        tone="secondary",
    ),
)


def _explain(achievement: Achievement) -> list[str]:
    """Say in which year the achievement counts, and why."""
    return [ledger.explain_year(achievement, achievement.declared_kind.day_label, achievement.happened_on)]


def _more(user: Any, achievement: Achievement) -> Mapping[str, Any]:
    return {"kind": achievement.declared_kind, "steps": achievement.steps}


def _create(*, values: dict[str, Any], by: User, at: datetime, kind: str) -> Achievement:
    is_late_entry = values.pop("is_late_entry")
    return achievements.create_achievement(kind=kind, values=values, is_late_entry=is_late_entry, by=by, at=at)


def _change(*, changes: dict[str, Any], **named: Any) -> Achievement:
    is_late_entry = changes.pop("is_late_entry")
    return achievements.change_achievement(changes=changes, is_late_entry=is_late_entry, **named)


ACHIEVEMENTS = ledger.Noun(
    app="complexes",
    name="achievement",
    argument="achievement",
    label="建设成果",
    model=Achievement,
    parts=AchievementParticipation,
    form=AchievementForm,
    filters=AchievementFilters,
    create=_create,
    change=_change,
    moves=_MOVES,
    explain=_explain,
    related=("unit",),
    empty="还没有建设成果。由区县填报人员按类别登记产品、标准、平台等。",
    more=_more,
)


def _noun_of(kind: str) -> ledger.Noun:
    """Return the noun with the form of a kind."""
    return replace(
        ACHIEVEMENTS,
        label=f"建设成果（{KINDS[kind].label}）",
        form=achievement_form(kind),
        create=partial(_create, kind=kind),
    )


@reads_records
@require_GET
def list_achievements(request: SignedInRequest) -> HttpResponse:
    return ledger.show_list(request, ACHIEVEMENTS)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_achievement(request: SignedInRequest) -> HttpResponse:
    """Let the kind be chosen, then show its form."""
    kind = request.GET.get("kind", "")
    if not kind:
        return render(request, "complexes/achievement_kinds.html", {"noun": ACHIEVEMENTS, "kinds": KINDS.values()})
    if kind not in KINDS:
        raise Http404
    return ledger.enter_event(request, _noun_of(kind))


@reads_records
@require_GET
def show_achievement(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.show_detail(request, ACHIEVEMENTS, code)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_achievement(request: SignedInRequest, code: str) -> HttpResponse:
    achievement = ledger.find_event(request, ACHIEVEMENTS, code)
    assert isinstance(achievement, Achievement), "the noun's own model"
    return ledger.edit_event(request, _noun_of(achievement.kind), code)


@reads_records
@require_http_methods(["GET", "POST"])
def move_achievement(request: SignedInRequest, code: str, move: str) -> HttpResponse:
    return ledger.move_event(request, ACHIEVEMENTS, code, move)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def share_achievement(request: SignedInRequest, code: str) -> HttpResponse:
    return ledger.share_event(request, ACHIEVEMENTS, code)


@needs(Permission.EDIT_RECORDS)
@require_POST
def confirm_achievement_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.confirm_part(request, ACHIEVEMENTS, code, complex_code)


@needs(Permission.EDIT_RECORDS)
@require_POST
def withdraw_achievement_part(request: SignedInRequest, code: str, complex_code: str) -> HttpResponse:
    return ledger.withdraw_part(request, ACHIEVEMENTS, code, complex_code)
