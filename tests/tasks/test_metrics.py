"""Tasks and needs by hand-counted rows."""

from datetime import UTC, date, datetime

import pytest

from common.metrics import evaluate
from complexes.choices import ComplexState
from complexes.models import InnovationComplex
from tasks.choices import NeedState, TaskState
from tests.factories import (
    make_complex,
    make_need,
    make_need_participation,
    make_task,
    make_task_participation,
)

pytestmark = pytest.mark.django_db

CONFIRMED_AT = datetime(2025, 7, 1, 9, tzinfo=UTC)


def values(code: str, innovation_complex: InnovationComplex, *years: int) -> list[int]:
    return [int(evaluate(code, year=year, complex_ids=[innovation_complex.pk])[0].value) for year in years]


def test_tasks_count_from_their_year_on() -> None:
    innovation_complex = make_complex()
    make_task(innovation_complex)
    make_task(innovation_complex, state=TaskState.FINISHED, finished_on=date(2025, 9, 1))
    make_task(innovation_complex, started_on=date(2026, 1, 1), counted_year=2026)
    make_task(innovation_complex, state=TaskState.APPROVED, started_on=None, counted_year=None)
    make_task(innovation_complex, state=TaskState.PROPOSED, approved_on=None, started_on=None, counted_year=None)
    assert values("tackling_tasks", innovation_complex, 2024, 2025, 2026) == [0, 2, 3]


@pytest.mark.parametrize(
    ("cancelled_on", "expected"),
    [
        (date(2025, 6, 1), [0, 0]),
        (date(2025, 12, 31), [0, 0]),
        (date(2026, 1, 1), [1, 0]),
    ],
)
def test_a_task_cancelled_after_the_day_still_counts_for_it(cancelled_on: date, expected: list[int]) -> None:
    innovation_complex = make_complex()
    make_task(innovation_complex, state=TaskState.CANCELLED, cancelled_on=cancelled_on)
    assert values("tackling_tasks", innovation_complex, 2025, 2026) == expected


def test_a_task_cancelled_before_its_start_never_counts() -> None:
    innovation_complex = make_complex()
    make_task(
        innovation_complex,
        state=TaskState.CANCELLED,
        started_on=None,
        counted_year=None,
        cancelled_on=date(2026, 3, 1),
    )
    assert values("tackling_tasks", innovation_complex, 2025, 2026) == [0, 0]


@pytest.mark.parametrize(("started_on", "counted"), [(date(2024, 9, 30), 0), (date(2024, 10, 1), 1)])
def test_a_task_counts_from_the_day_of_cultivation(started_on: date, counted: int) -> None:
    innovation_complex = make_complex(cultivated_on=date(2024, 10, 1))
    make_task(innovation_complex, approved_on=date(2024, 9, 1), started_on=started_on, counted_year=2024)
    assert values("tackling_tasks", innovation_complex, 2024, 2025) == [counted, counted]


def test_a_task_of_a_complex_that_was_never_cultivated_does_not_count() -> None:
    innovation_complex = make_complex(
        state=ComplexState.DRAFTING, cultivated_on=None, recognised_on=None, recognition_number=""
    )
    make_task(innovation_complex)
    assert values("tackling_tasks", innovation_complex, 2025) == [0]


def test_a_shared_task_counts_once_confirmed_and_by_each_complexs_own_cultivation() -> None:
    owner, confirmed, silent = make_complex(), make_complex(), make_complex()
    late = make_complex(cultivated_on=date(2025, 5, 1), recognised_on=date(2025, 8, 1))
    task = make_task(owner)
    make_task_participation(task, confirmed, confirmed_at=CONFIRMED_AT)
    make_task_participation(task, late, confirmed_at=CONFIRMED_AT)
    make_task_participation(task, silent)
    rows = evaluate("tackling_tasks", year=2025, complex_ids=[owner.pk, confirmed.pk, silent.pk, late.pk])
    assert [int(row.value) for row in rows] == [1, 1, 0, 0]
    assert rows[1].rows == [{"k": task.code, "t": task.title}]


def test_a_late_entry_counts_in_the_later_year_only() -> None:
    innovation_complex = make_complex()
    make_task(innovation_complex, counted_year=2026, is_late_entry=True)
    make_need(innovation_complex, counted_year=2026, is_late_entry=True)
    assert values("tackling_tasks", innovation_complex, 2025, 2026) == [0, 1]
    assert values("needs_resolved", innovation_complex, 2025, 2026) == [0, 1]


def test_only_confirmed_needs_count() -> None:
    innovation_complex = make_complex()
    make_need(innovation_complex)
    for state in (NeedState.OPEN, NeedState.MATCHED, NeedState.SOLVED, NeedState.CLOSED):
        make_need(innovation_complex, state=state, confirmed_on=None, counted_year=None)
    assert values("needs_resolved", innovation_complex, 2024, 2025) == [0, 1]


def test_a_shared_need_counts_once_in_each_confirmed_complex() -> None:
    owner, confirmed, silent = make_complex(), make_complex(), make_complex()
    for _ in range(2):
        need = make_need(owner)
        make_need_participation(need, confirmed, confirmed_at=CONFIRMED_AT)
        make_need_participation(need, owner, confirmed_at=CONFIRMED_AT)
        make_need_participation(need, silent)
    assert [values("needs_resolved", each, 2025) for each in (owner, confirmed, silent)] == [[2], [2], [0]]


def test_rows_come_in_the_order_of_their_codes() -> None:
    innovation_complex = make_complex()
    for code in ("XQ-00010b", "XQ-00002a", "XQ-00010a"):
        make_need(innovation_complex, code=code)
    (row,) = evaluate("needs_resolved", year=2025, complex_ids=[innovation_complex.pk])
    assert [behind["k"] for behind in row.rows] == ["XQ-00002a", "XQ-00010a", "XQ-00010b"]
