"""Districts are valid for a time and continue in others."""

from datetime import date

import pytest
from django.db import IntegrityError

from accounts.models import District, Succession
from tests.factories import make_district

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "is_valid"),
    [
        (date(1997, 6, 17), False),
        (date(1997, 6, 18), True),
        (date(2025, 11, 5), True),
        (date(2025, 11, 6), False),
    ],
)
def test_district_is_valid_from_its_first_to_its_last_day(day: date, is_valid: bool):
    district = make_district(valid_from=date(1997, 6, 18), valid_to=date(2025, 11, 5))
    assert district.is_valid_on(day) is is_valid
    assert list(District.objects.valid_on(day)) == ([district] if is_valid else [])


def test_district_without_an_end_stays_valid():
    assert make_district().is_valid_on(date(2099, 1, 1))


def test_district_does_not_end_before_it_starts():
    with pytest.raises(IntegrityError, match="district_ends_after_start"):
        make_district(valid_from=date(2020, 1, 2), valid_to=date(2020, 1, 1))


def test_district_kind_is_known():
    with pytest.raises(IntegrityError, match="district_kind_is_known"):
        make_district(kind="province")


def test_succession_joins_two_districts_once():
    old, new = make_district(), make_district()
    Succession.objects.create(predecessor=old, successor=new, happened_on=date(2025, 11, 6))
    assert [row.successor for row in old.successions.all()] == [new]
    with pytest.raises(IntegrityError, match="succession_once_per_pair"):
        Succession.objects.create(predecessor=old, successor=new, happened_on=date(2025, 11, 7))


def test_succession_does_not_join_a_district_to_itself():
    district = make_district()
    with pytest.raises(IntegrityError, match="succession_joins_two_districts"):
        Succession.objects.create(predecessor=district, successor=district, happened_on=date(2025, 11, 6))
