"""Each constraint of cases broken once."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from complexes.choices import CaseState
from tests.factories import make_case, make_case_participation, make_complex

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("case_state_is_known", {"state": "invented", "selected_on": None, "counted_year": None}),
        ("case_kind_is_known", {"kind": "invented"}),
        ("case_selected_on_goes_with_state", {"state": CaseState.SUBMITTED}),
        ("case_selected_on_goes_with_state", {"selected_on": None}),
        ("case_selected_on_goes_with_state", {"counted_year": None}),
        ("case_selected_after_submitted", {"selected_on": date(2025, 4, 30)}),
    ],
)
def test_constraints_of_cases(constraint: str, changes: dict[str, Any]) -> None:
    innovation_complex = make_complex()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_case(innovation_complex, **changes)


def test_a_complex_has_one_part_in_a_case() -> None:
    case, participant = make_case(make_complex()), make_complex()
    make_case_participation(case, participant)
    with pytest.raises(IntegrityError, match="caseparticipation_once_per_complex"), transaction.atomic():
        make_case_participation(case, participant)
