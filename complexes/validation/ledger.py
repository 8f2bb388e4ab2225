"""Rules of ledger events: when a date is possible, in which year an event counts."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from common.refusals import Refused
from complexes.models import PeriodLock
from complexes.models.ledger import LedgerEvent

LATE_ENTRY_LABEL = "作为补报计入当前开放年度"
# Who holds a filing is known above this app; the sentence is true in each of its states.
WAY_TO_UNLOCK = "请先由当前持有该填报的部门退回或重新开放"


def counting_complex_ids(event: LedgerEvent) -> list[int]:
    """Return the owner and every complex that confirmed its part: those whose figures hold the event."""
    if event.pk is None:
        return [event.innovation_complex_id]
    confirmed = event.participations.filter(confirmed_at__isnull=False).values_list("innovation_complex_id", flat=True)
    return [event.innovation_complex_id, *confirmed]


def last_lock(complex_ids: list[int], *, since: int) -> PeriodLock | None:
    """Return the lock of the latest year, not before `since`, that is locked for any of the complexes."""
    locks = PeriodLock.objects.filter(innovation_complex__in=complex_ids, year__gte=since)
    return locks.order_by("-year", "pk").first()


def decide_counted_year(event: LedgerEvent, deciding_date: date, *, is_late_entry: bool) -> tuple[int, bool]:
    """Return the year in which the event counts, and whether it counts there as 补报.

    Figures are cumulative, so a lock of the date's year or of any later one closes the date's year.
    Raises: Refused("period_locked") if that year is closed and the late entry was not asked for.
    """
    lock = last_lock(counting_complex_ids(event), since=deciding_date.year)
    if lock is None:
        return deciding_date.year, False
    if not is_late_entry:
        raise Refused(
            "period_locked",
            f"日期所在的{deciding_date.year}年度已被年度填报“{lock.shown_holder}”锁定，不能再计入。"
            f"如确为事后发现，请勾选“{LATE_ENTRY_LABEL}”（将计入{lock.year + 1}年度并注明补报），"
            f"或{WAY_TO_UNLOCK}。",
        )
    return lock.year + 1, True


def check_date(name: str, value: date | None, *, label: str, at: datetime, not_before: Any = ()) -> None:
    """Check the date of a move: given, not in the future, not before the dates that precede it.

    `not_before` holds pairs of label and date; a date that is not set precedes nothing.
    Raises: ValidationError at the field.
    """
    if value is None:
        raise ValidationError({name: f"“{label}”未填写。请填写后再提交。"})
    today = timezone.localdate(at)
    if value > today:
        raise ValidationError({name: f"“{label}”{value}晚于今天({today})。请填写已经发生的日期。"})
    for earlier_label, earlier in not_before:
        if earlier is not None and value < earlier:
            raise ValidationError({name: f"“{label}”{value}早于“{earlier_label}”{earlier}。请核对两个日期。"})
