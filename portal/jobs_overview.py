"""What the administrator sees of background work: parts, queue, schedule; nothing of the business behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from common.jobs.health import Health, PartHealth, examine
from common.jobs.models import Job, JobState
from common.jobs.periodic import all_recurrences
from common.jobs.tasks import all_kinds

_PART_NAMES = {"web": "网页进程", "database": "数据库", "broker": "消息队列", "worker": "执行进程", "beat": "定时进程"}
_STATE_NAMES = {Health.OK: "正常", Health.DEGRADED: "迟缓", Health.DOWN: "中断"}
_TONES = {Health.OK: "done", Health.DEGRADED: "behind", Health.DOWN: "failed"}
_NEXT_STEPS = {
    "broker": "页面照常可用，新任务已存入数据库，消息队列恢复后自动执行。请检查 Redis 服务。",
    "worker": "已排队的任务不会丢失。请检查执行进程（worker）是否在运行。",
    "beat": "到期任务不会自动唤醒。请检查定时进程（beat）是否在运行。",
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part in words; `state` carries the colour."""

    name: str
    state: str
    label: str
    age_seconds: int | None
    advice: str


def part_lines(*, at: datetime) -> list[PartLine]:
    """Return the parts of the portal as they are now."""
    return [_part_line(part) for part in examine(at=at).parts]


def queue_summary(*, at: datetime) -> dict[str, Any]:
    """Return the queue in figures: length, the oldest due job, stuck ones, and counts by kind and state."""
    jobs = Job.objects.all()
    totals = jobs.aggregate(
        queued=Count("pk", filter=Q(state=JobState.QUEUED)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        failed=Count("pk", filter=Q(state=JobState.FAILED)),
        oldest=Min("not_before", filter=Q(state=JobState.QUEUED, not_before__lte=at)),
    )
    oldest = totals["oldest"]
    return {
        **totals,
        "oldest_seconds": None if oldest is None else int((at - oldest).total_seconds()),
        "stuck": list(named(jobs.stuck(at).order_by("not_before", "pk")[:20])),
        "kinds": _kind_lines(),
    }


def named(jobs: Any) -> list[Job]:
    """Return the jobs, each with the name of its kind."""
    kinds = all_kinds()
    rows = list(jobs)
    for job in rows:
        job.kind_label = kinds[job.kind].label if job.kind in kinds else job.kind
    return rows


def cause_in_words(job: Job) -> str:
    """Return why the last attempt failed, without any content of the records behind the job."""
    if not job.cause:
        return ""
    if job.cause.startswith("refused: attempts"):
        return "执行进程每次都意外中止。"
    if job.cause.startswith("refused:"):
        return "业务规则不允许执行；原因写在相应的业务记录中，由业务人员查看。"
    return f"执行中出现意外错误（{job.cause}）；详细信息在执行进程的日志中。"


def _kind_lines() -> list[dict[str, Any]]:
    counted = {
        row["kind"]: row
        for row in Job.objects.order_by()
        .values("kind")
        .annotate(
            queued=Count("pk", filter=Q(state=JobState.QUEUED)),
            running=Count("pk", filter=Q(state=JobState.RUNNING)),
            done=Count("pk", filter=Q(state=JobState.DONE)),
            failed=Count("pk", filter=Q(state=JobState.FAILED)),
            last_done=Max("finished_at", filter=Q(state=JobState.DONE)),
        )
    }
    periods = {recurrence.kind: recurrence.every for recurrence in all_recurrences()}
    nothing = {"queued": 0, "running": 0, "done": 0, "failed": 0, "last_done": None}
    return [
        {
            **counted.get(name, nothing),
            "label": kind.label,
            "hours": int(periods[name].total_seconds() // 3600) if name in periods else None,
        }
        for name, kind in sorted(all_kinds().items())
    ]


def _part_line(part: PartHealth) -> PartLine:
    return PartLine(
        name=_PART_NAMES[part.name],
        state=_TONES[part.state],
        label=_STATE_NAMES[part.state],
        age_seconds=part.age_seconds,
        advice="" if part.state == Health.OK else _NEXT_STEPS.get(part.name, ""),
    )
