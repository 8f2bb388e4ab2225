"""Rules of ledger events: when a date is possible, in which year an event counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.refusals import Refused
from complexes.models import PeriodLock
from complexes.models.ledger import LedgerEvent, title_once
from complexes.validation.complexes import EARLIEST_DAY

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


def check_title(event: LedgerEvent, title: str) -> None:
    """Check that no other event of the complex that stands has the title, where the ledger gives a title once.

    Raises: ValidationError at the title, naming the code of the event that has it.
    """
    if title_once(event._meta.model_name or "").name not in {rule.name for rule in event._meta.constraints}:
        return
    others = type(event)._default_manager.filter(
        innovation_complex=event.innovation_complex_id, title=title, withdrawn_at__isnull=True
    )
    other = others.exclude(pk=event.pk).first()
    if other is not None:
        raise ValidationError(
            {
                "title": f"本综合体已登记同名的{event._meta.verbose_name}{other.code}“{title}”。"
                "如为同一事项，请勿重复登记；如为不同事项，请在名称中加以区分。"
            }
        )


@contextmanager
def titles_kept_apart(event: LedgerEvent, *, title: str | None = None) -> Iterator[None]:
    """Check the title around a write, so that of two that come at once the second reads the same sentence.

    Raises: ValidationError at the title.
    """
    title = event.title if title is None else title
    check_title(event, title)
    try:
        with transaction.atomic():
            yield
    except ValidationError:
        # The other one was stored between the check above and the model's own check of its constraints.
        check_title(event, title)
        raise
    except IntegrityError as error:
        if title_once(event._meta.model_name or "").name in str(error):
            check_title(event, title)
        raise


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
        raise ValidationError({name: f"“{label}”{value}晚于今天（{today}）。请填写已经发生的日期。"})
    if value < EARLIEST_DAY:
        raise ValidationError({name: f"“{label}”{value}早于{EARLIEST_DAY}。请核对年份后重新填写。"})
    for earlier_label, earlier in not_before:
        if earlier is not None and value < earlier:
            raise ValidationError({name: f"“{label}”{value}早于“{earlier_label}”{earlier}。请核对两个日期。"})
