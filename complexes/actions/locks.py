"""Lock the period that a submitted filing relies on; called inside the filing's own transaction."""

from django.db import transaction

from common.holds import hold_for_seal
from complexes.models import InnovationComplex, PeriodLock


@transaction.atomic
def lock_period(*, innovation_complex: InnovationComplex, year: int, holder: str, label: str = "") -> None:
    """Lock a complex's year for a holder, called `label` in refusals; a lock that it already has stays.

    Effects: waits for changes to the complex's members and ledgers that are under way.
    """
    hold_for_seal(InnovationComplex, [innovation_complex.pk])
    PeriodLock.objects.bulk_create(
        [PeriodLock(innovation_complex=innovation_complex, year=year, holder=holder, holder_label=label)],
        ignore_conflicts=True,
    )


@transaction.atomic
def release_period(*, holder: str) -> None:
    """Release every lock of a holder; locks of other holders stay."""
    PeriodLock.objects.filter(holder=holder).delete()
