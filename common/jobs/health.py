"""How the portal is: ages and states of its parts, without anything that an outsider could use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Max, Min, Q

from common.jobs.models import Heartbeat, Job, JobState, Part

_BROKER_SECONDS = 0.5


class Health(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part; `age` is the time since its last sign of life, where it gives one."""

    name: str
    state: Health
    age: timedelta | None = None

    @property
    def age_seconds(self) -> int | None:
        return None if self.age is None else max(int(self.age.total_seconds()), 0)


@dataclass(frozen=True, slots=True)
class Report:
    """All parts. Without the database nothing works; without anything else the pages still do."""

    parts: tuple[PartHealth, ...]

    @property
    def state(self) -> Health:
        states = {part.name: part.state for part in self.parts}
        if states["database"] == Health.DOWN:
            return Health.DOWN
        return Health.OK if set(states.values()) == {Health.OK} else Health.DEGRADED


def examine(*, at: datetime) -> Report:
    """Look at every part, within two seconds even if the broker is away."""
    web, broker = PartHealth("web", Health.OK), PartHealth("broker", _broker_state())
    try:
        return Report((web, PartHealth("database", Health.OK), broker, _worker(at), _beat(at)))
    except DatabaseError:
        connection.close()
        unknown = (PartHealth(name, Health.DOWN) for name in ("worker", "beat"))
        return Report((web, PartHealth("database", Health.DOWN), broker, *unknown))


def patience() -> timedelta:
    """Return how long a part may be silent: three periods of the sweep."""
    seconds: Any = settings.CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"]
    return timedelta(seconds=3 * seconds)


def _broker_state() -> Health:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=_BROKER_SECONDS, socket_timeout=_BROKER_SECONDS, retry=None
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return Health.DOWN
    finally:
        client.close()
    return Health.OK


def _beat(at: datetime) -> PartHealth:
    seen = Heartbeat.objects.filter(part=Part.BEAT).values_list("at", flat=True).first()
    return PartHealth("beat", _state_at(seen, at), None if seen is None else at - seen)


def _worker(at: datetime) -> PartHealth:
    """A worker shows life by taking a sweep or by renewing the lease of a job; a job left waiting speaks against it."""
    seen = Heartbeat.objects.filter(part=Part.WORKER).values_list("at", flat=True).first()
    jobs = Job.objects.aggregate(
        leased=Max("lease_until", filter=Q(state=JobState.RUNNING)),
        waiting=Min("not_before", filter=Q(state=JobState.QUEUED)),
    )
    if jobs["leased"]:
        renewed = jobs["leased"] - timedelta(seconds=settings.JOB_LEASE_SECONDS)
        seen = renewed if seen is None else max(seen, renewed)
    state = _state_at(seen, at)
    is_left_waiting = jobs["waiting"] and at - jobs["waiting"] > timedelta(seconds=settings.JOB_STUCK_SECONDS)
    if state == Health.OK and is_left_waiting:
        state = Health.DEGRADED
    return PartHealth("worker", state, None if seen is None else at - seen)


def _state_at(seen: datetime | None, at: datetime) -> Health:
    return Health.OK if seen is not None and at - seen <= patience() else Health.DOWN
