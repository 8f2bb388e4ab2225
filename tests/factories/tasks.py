from datetime import date
from typing import Any

from complexes.models import InnovationComplex
from tasks.choices import NeedKind, NeedState, TaskMode, TaskState
from tasks.models import (
    Match,
    Milestone,
    Need,
    NeedParticipation,
    OpenCall,
    ReadinessLevel,
    TacklingTask,
    TacklingTaskParticipation,
)
from tests.factories.members import make_unit
from tests.factories.sequence import next_number


def make_task(innovation_complex: InnovationComplex, **changes: Any) -> TacklingTask:
    """Make a task approved on 2025-03-01 and started on 2025-04-01."""
    number = next_number()
    values = {
        "code": f"GG-{number:05d}",
        "title": f"演示攻关任务{number}",
        "mode": TaskMode.OPEN_CALL,
        "state": TaskState.STARTED,
        "approved_on": date(2025, 3, 1),
        "started_on": date(2025, 4, 1),
        "counted_year": 2025,
    }
    return TacklingTask.objects.create(innovation_complex=innovation_complex, **{**values, **changes})


def make_need(innovation_complex: InnovationComplex, **changes: Any) -> Need:
    """Make a need confirmed by the demand side on 2025-05-01, with proof."""
    number = next_number()
    values: dict[str, Any] = {
        "code": f"XQ-{number:05d}",
        "title": f"演示需求{number}",
        "kind": NeedKind.FIVE_BASICS,
        "state": NeedState.CONFIRMED,
        "raised_on": date(2025, 2, 1),
        "solved_on": date(2025, 4, 1),
        "confirmed_on": date(2025, 5, 1),
        "confirmer": "演示确认人",
        "proof": f"演示确认单{number}",
        "counted_year": 2025,
    }
    if "demand_unit" not in changes:
        values["demand_unit"] = make_unit(home_district=innovation_complex.reporting_district)
    return Need.objects.create(innovation_complex=innovation_complex, **{**values, **changes})


def make_task_participation(
    task: TacklingTask, innovation_complex: InnovationComplex, **changes: Any
) -> TacklingTaskParticipation:
    """Make a part in a shared task that waits for confirmation, unless `confirmed_at` is given."""
    return TacklingTaskParticipation.objects.create(event=task, innovation_complex=innovation_complex, **changes)


def make_need_participation(need: Need, innovation_complex: InnovationComplex, **changes: Any) -> NeedParticipation:
    """Make a part in a shared need that waits for confirmation, unless `confirmed_at` is given."""
    return NeedParticipation.objects.create(event=need, innovation_complex=innovation_complex, **changes)


def make_milestone(task: TacklingTask, **changes: Any) -> Milestone:
    """Make a milestone due on 2026-06-30, not done."""
    values: dict[str, Any] = {"title": f"演示里程碑{next_number()}", "due_on": date(2026, 6, 30)}
    return Milestone.objects.create(task=task, **{**values, **changes})


def make_readiness_level(level: int = 4, **changes: Any) -> ReadinessLevel:
    """Make or find a level of the edition of 2009; its name is not verified."""
    values: dict[str, Any] = {
        "edition": "gbt_22900_2009",
        "level": level,
        "name": f"演示{level}级",
        "is_verified": False,
    }
    return ReadinessLevel.objects.get_or_create(code=f"demo-{level}", defaults={**values, **changes})[0]


def make_open_call(task: TacklingTask, **changes: Any) -> OpenCall:
    """Make an open call of 2025-03-01 that closes on 2025-04-30."""
    values: dict[str, Any] = {
        "title": f"演示榜单{next_number()}",
        "published_on": date(2025, 3, 1),
        "closes_on": date(2025, 4, 30),
    }
    return OpenCall.objects.create(task=task, **{**values, **changes})


def make_match(need: Need, **changes: Any) -> Match:
    """Make a try with a supplier outside the city, still under way."""
    values: dict[str, Any] = {
        "tried_on": date(2025, 5, 1),
        "outside_name": "演示市外研究院",
        "outside_place": "演示省",
    }
    return Match.objects.create(need=need, **{**values, **changes})
