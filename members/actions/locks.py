"""Lock the reports that a submitted filing relies on; called inside the filing's own transaction."""

from collections.abc import Iterable

from django.db import transaction

from common.holds import hold_for_seal
from members.models import ReportLock, Unit


@transaction.atomic
def lock_reports(*, unit_ids: Iterable[int], year: int, holder: str, label: str = "") -> None:
    """Lock a year of the units for a holder, called `label` in refusals; locks that it already has stay.

    Effects: waits for changes to these units' reports that are under way.
    """
    keys = sorted(set(unit_ids))
    hold_for_seal(Unit, keys)
    ReportLock.objects.bulk_create(
        [ReportLock(unit_id=key, year=year, holder=holder, holder_label=label) for key in keys],
        ignore_conflicts=True,
        batch_size=5000,
    )


@transaction.atomic
def release_reports(*, holder: str) -> None:
    """Release every lock of a holder; locks of other holders stay."""
    ReportLock.objects.filter(holder=holder).delete()
