"""A trail of a city that came about through the portal's own actions, all linked."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from audit.chain import link_all


@pytest.fixture(scope="module")
def trail(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Build the demo city once per module; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare", stdout=StringIO())
        link_all()
        yield
        transaction.set_rollback(True)
