"""Locks of reports: for a holder, again without harm, released only for that holder."""

import pytest

from members.actions.locks import lock_reports, release_reports
from members.models import ReportLock
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


def _locks():
    return sorted(ReportLock.objects.values_list("unit_id", "year", "holder"))


def test_locking_twice_adds_nothing() -> None:
    units = [make_unit().pk, make_unit().pk]

    lock_reports(unit_ids=units, year=2025, holder="a")
    lock_reports(unit_ids=[*units, units[0]], year=2025, holder="a")

    assert _locks() == [(key, 2025, "a") for key in sorted(units)]


def test_release_leaves_the_locks_of_others() -> None:
    unit = make_unit().pk
    lock_reports(unit_ids=[unit], year=2025, holder="a")
    lock_reports(unit_ids=[unit], year=2025, holder="b")

    release_reports(holder="a")
    release_reports(holder="a")

    assert _locks() == [(unit, 2025, "b")]


def test_locking_nothing_is_no_error() -> None:
    lock_reports(unit_ids=[], year=2025, holder="a")

    assert _locks() == []


def test_queries_do_not_grow_with_the_units(django_assert_num_queries) -> None:
    units = [make_unit().pk for _ in range(5)]

    with django_assert_num_queries(4):
        lock_reports(unit_ids=units, year=2025, holder="a")
