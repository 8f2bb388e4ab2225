"""The job record: the row is the queue, Celery only wakes a worker for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class JobState(models.TextChoices):
    QUEUED = "queued", "等待执行"
    RUNNING = "running", "正在执行"
    DONE = "done", "已完成"
    FAILED = "failed", "执行失败"


class JobQuerySet(models.QuerySet["Job"]):
    def claimable(self, at: datetime) -> "JobQuerySet":
        """Return queued jobs, and running ones whose lease has run out."""
        return self.filter(Q(state=JobState.QUEUED, not_before__lte=at) | Q(state=JobState.RUNNING, lease_until__lt=at))

    def stuck(self, at: datetime) -> "JobQuerySet":
        """Return running jobs whose lease has run out, and queued ones due for longer than JOB_STUCK_SECONDS."""
        late = at - timedelta(seconds=settings.JOB_STUCK_SECONDS)
        return self.filter(
            Q(state=JobState.QUEUED, not_before__lt=late) | Q(state=JobState.RUNNING, lease_until__lt=at)
        )

    def claim(self, job_id: int, *, token: str, at: datetime, lease_until: datetime) -> bool:
        """Take the lease of one job; of several claimants exactly one succeeds."""
        return bool(
            self.claimable(at)
            .filter(pk=job_id)
            .update(
                state=JobState.RUNNING,
                finished_at=None,
                token=token,
                started_at=at,
                lease_until=lease_until,
                attempts=F("attempts") + 1,
            )
        )


class Job(models.Model):
    """One piece of background work, asked for in the transaction of the change that needs it."""

    AUDIT_EXEMPT = "workers move it without events; what it does to records leaves theirs"

    TRANSITIONS: ClassVar[Mapping[str, set[str]]] = {
        JobState.QUEUED: {JobState.RUNNING},
        JobState.RUNNING: {JobState.RUNNING, JobState.QUEUED, JobState.DONE, JobState.FAILED},
        JobState.DONE: set(),
        JobState.FAILED: {JobState.QUEUED},
    }

    kind = models.CharField("种类", max_length=60)
    key = models.CharField("幂等键", max_length=200)
    arguments = models.JSONField("参数", default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发起人"
    )
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField("已完成数", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    attempts = models.PositiveSmallIntegerField("执行次数", default=0)
    token = models.CharField("租约", max_length=32, blank=True)
    error = models.TextField("错误", blank=True)
    # A technical word without business content, for pages of those who may not read the records behind the job.
    cause = models.CharField("原因代码", max_length=80, blank=True)
    requested_at = models.DateTimeField("发起时间", auto_now_add=True)
    not_before = models.DateTimeField("最早执行时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_kind_and_key"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_done_within_total"),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state__in=["queued", "running"]), name="job_open_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0–100."""
        if self.state == JobState.DONE:
            return 100
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    def as_arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the handler."""
        return dict(self.arguments)

    @property
    def is_failed(self) -> bool:
        return self.state == JobState.FAILED


class Part(models.TextChoices):
    BEAT = "beat", "定时进程"
    WORKER = "worker", "执行进程"


class HeartbeatManager(models.Manager["Heartbeat"]):
    def beat(self, part: Part, *, at: datetime) -> None:
        """Note that a part of the portal is alive."""
        self.update_or_create(part=part, defaults={"at": at})


class Heartbeat(models.Model):
    """When beat last looked at its schedule, and when a worker last took a sweep."""

    AUDIT_EXEMPT = "signs of life of processes"

    part = models.CharField("部分", max_length=10, choices=Part.choices, unique=True)
    at = models.DateTimeField("时间")

    objects = HeartbeatManager()

    class Meta:
        verbose_name = "心跳"
        verbose_name_plural = "心跳"
        constraints = [models.CheckConstraint(condition=Q(part__in=Part.values), name="heartbeat_part_is_known")]

    def __str__(self) -> str:
        return f"{self.part} {self.at:%Y-%m-%d %H:%M:%S}"
