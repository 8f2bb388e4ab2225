"""Each constraint of tasks and needs broken once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tasks.choices import NeedState, TaskState
from tests.factories import (
    make_complex,
    make_need,
    make_need_participation,
    make_task,
    make_task_participation,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("tacklingtask_state_is_known", {"state": "invented"}),
        ("tacklingtask_mode_is_known", {"mode": "invented"}),
        ("tacklingtask_budget_is_not_negative", {"budget_wan_yuan": Decimal("-0.01")}),
        (
            "tacklingtask_approved_has_date",
            {"state": TaskState.APPROVED, "approved_on": None, "started_on": None, "counted_year": None},
        ),
        ("tacklingtask_started_has_date_and_year", {"counted_year": None}),
        ("tacklingtask_started_has_date_and_year", {"started_on": None}),
        ("tacklingtask_starts_after_approval", {"started_on": date(2025, 2, 28)}),
        ("tacklingtask_ends_after_start", {"state": TaskState.FINISHED, "finished_on": date(2025, 3, 31)}),
        ("tacklingtask_cancelled_on_goes_with_state", {"state": TaskState.CANCELLED}),
        ("tacklingtask_cancelled_on_goes_with_state", {"cancelled_on": date(2025, 6, 1)}),
    ],
)
def test_constraints_of_tasks(constraint: str, changes: dict[str, Any]) -> None:
    innovation_complex = make_complex()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_task(innovation_complex, **changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("need_state_is_known", {"state": "invented", "confirmed_on": None, "counted_year": None}),
        ("need_kind_is_known", {"kind": "invented"}),
        ("need_confirmation_has_proof", {"proof": ""}),
        ("need_confirmation_has_proof", {"confirmer": ""}),
        ("need_confirmation_has_proof", {"counted_year": None}),
        ("need_confirmation_has_proof", {"state": NeedState.CLOSED}),
        ("need_solved_after_raised", {"solved_on": date(2025, 1, 31)}),
        ("need_confirmed_after_solved", {"confirmed_on": date(2025, 3, 31)}),
    ],
)
def test_constraints_of_needs(constraint: str, changes: dict[str, Any]) -> None:
    innovation_complex = make_complex()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_need(innovation_complex, **changes)


def test_a_complex_has_one_part_in_an_event() -> None:
    owner, participant = make_complex(), make_complex()
    task, need = make_task(owner), make_need(owner)
    make_task_participation(task, participant)
    make_need_participation(need, participant)
    with pytest.raises(IntegrityError, match="tacklingtaskparticipation_once_per_complex"), transaction.atomic():
        make_task_participation(task, participant)
    with pytest.raises(IntegrityError, match="needparticipation_once_per_complex"), transaction.atomic():
        make_need_participation(need, participant)


@pytest.mark.parametrize("make", [make_task, make_need])
def test_codes_are_unique(make: Any) -> None:
    innovation_complex = make_complex()
    make(innovation_complex, code="GG-90001")
    with pytest.raises(IntegrityError, match="code"), transaction.atomic():
        make(innovation_complex, code="GG-90001")
