"""Two officers meet over one value."""

from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.choices import Role
from common.refusals import Refused
from indicators.actions import actuals as actions
from indicators.models import Actual
from tests.factories import make_user
from tests.factories.indicators import make_actual

AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_officers_approving_at_once_make_one_final_value() -> None:
    """Two preliminary values cannot stand, so two officers meet over one; the second is told by the revision."""
    actual = make_actual()
    officers = [make_user(Role.COMMISSION), make_user(Role.COMMISSION)]
    barrier, outcomes = Barrier(2), []

    def act(officer: Any) -> None:
        try:
            barrier.wait(timeout=10)
            actions.approve_actual(actual=actual, expected_revision=0, by=officer, at=AT)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=act, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "stale"]
    assert Actual.objects.final().count() == 1
