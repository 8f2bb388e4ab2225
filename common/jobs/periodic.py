"""Work that recurs: one job row per kind and period, so that two beats, or a beat that was away, do nothing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common import faults
from common.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A kind of job without arguments and the length of its period, counted from 1970-01-01 UTC."""

    kind: str
    every: timedelta

    def key_at(self, at: datetime) -> str:
        """Return the idempotency key of the period that a moment lies in."""
        if faults.is_guard_off("jobs.period"):
            return f"moment:{at.timestamp()}"
        return f"period:{int(at.timestamp() // self.every.total_seconds())}"


_recurrences: dict[str, Recurrence] = {}


def recurs(kind: str, *, every: timedelta) -> None:
    """Let a registered kind of job run once in every period."""
    _recurrences[kind] = Recurrence(kind, every)


def all_recurrences() -> list[Recurrence]:
    return sorted(_recurrences.values(), key=lambda recurrence: recurrence.kind)


def ask_for_due_work(*, at: datetime) -> None:
    """Write the job of the running period of every recurring kind, unless it is there.

    The unique key of the row decides between two beats; the sweep that asks wakes the new job. Periods that passed
    while nobody swept are not made up for.
    """
    keys = {recurrence.kind: recurrence.key_at(at) for recurrence in all_recurrences()}
    asked = set(Job.objects.filter(kind__in=keys, key__in=keys.values()).values_list("kind", "key"))
    for kind, key in keys.items():
        if (kind, key) not in asked:
            Job.objects.get_or_create(kind=kind, key=key, defaults={"not_before": at})
