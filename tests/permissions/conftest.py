"""The city of these tests: built once per module; each test's changes are undone with its transaction."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.world import World, standing_world


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), standing_world() as world:
        yield world


@pytest.fixture
def world(city: World, db: None) -> World:
    return city
