"""Locks of periods: for a holder, again without harm, released only for that holder."""

import pytest

from complexes.actions.locks import lock_period, release_period
from complexes.models import PeriodLock
from tests.factories import make_complex

pytestmark = pytest.mark.django_db


def _locks():
    return sorted(PeriodLock.objects.values_list("innovation_complex_id", "year", "holder"))


def test_locking_twice_adds_nothing_and_release_leaves_others() -> None:
    innovation_complex = make_complex()
    for holder in ("a", "a", "b"):
        lock_period(innovation_complex=innovation_complex, year=2025, holder=holder)

    both = _locks()
    release_period(holder="a")
    release_period(holder="a")

    assert both == [(innovation_complex.pk, 2025, "a"), (innovation_complex.pk, 2025, "b")]
    assert _locks() == [(innovation_complex.pk, 2025, "b")]


def test_latest_locked_year_is_the_last_of_the_named_complexes() -> None:
    first, second, third = make_complex(), make_complex(), make_complex()
    lock_period(innovation_complex=first, year=2024, holder="a")
    lock_period(innovation_complex=second, year=2025, holder="b")

    answers = [PeriodLock.objects.latest_locked_year(keys) for keys in ([first.pk], [first.pk, second.pk], [third.pk])]

    assert answers == [2024, 2025, None]
