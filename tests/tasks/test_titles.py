"""A complex has a title once in each ledger among what stands; a second entry is refused by the first one's code."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.models import User
from complexes.actions.cases import change_case, create_case
from complexes.actions.ledger import restore_event, withdraw_event
from complexes.choices import CaseKind, CaseState
from complexes.models import InnovationComplex
from tasks.actions.needs import change_need, create_need
from tasks.actions.tackling_tasks import change_task, create_task
from tasks.choices import NeedKind, NeedState, TaskMode, TaskState
from tasks.models import TacklingTask
from tests.factories import make_case, make_complex, make_need, make_task, make_unit, make_user
from tests.threads import start

AT = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TITLE = "演示同名事项"


def filer_of(innovation_complex: InnovationComplex) -> User:
    return make_user(Role.DISTRICT_FILER, district=innovation_complex.reporting_district)


def enter_task(innovation_complex: InnovationComplex, by: User) -> Any:
    values = {"innovation_complex": innovation_complex, "title": TITLE, "mode": TaskMode.OPEN_CALL}
    return create_task(values=values, by=by, at=AT)


def enter_need(innovation_complex: InnovationComplex, by: User) -> Any:
    values = {
        "innovation_complex": innovation_complex,
        "title": TITLE,
        "kind": NeedKind.FIVE_BASICS,
        "demand_unit": make_unit(home_district=innovation_complex.reporting_district),
        "raised_on": date(2025, 2, 1),
    }
    return create_need(values=values, by=by, at=AT)


def enter_case(innovation_complex: InnovationComplex, by: User) -> Any:
    values = {"innovation_complex": innovation_complex, "title": TITLE, "kind": CaseKind.TECHNOLOGY}
    return create_case(values=values, by=by, at=AT)


def make_open(make: Callable[..., Any], innovation_complex: InnovationComplex, **changes: Any) -> Any:
    """Make an event that counts nowhere yet."""
    free: dict[Any, dict[str, Any]] = {
        make_task: {"state": TaskState.PROPOSED, "approved_on": None, "started_on": None},
        make_need: {"state": NeedState.OPEN, "solved_on": None, "confirmed_on": None, "confirmer": "", "proof": ""},
        make_case: {"state": CaseState.DRAFT, "submitted_on": None, "selected_on": None},
    }
    return make(innovation_complex, **{**free[make], "counted_year": None, **changes})


LEDGERS = [
    (enter_task, make_task, lambda event, **kw: change_task(task=event, **kw), "攻关任务"),
    (enter_need, make_need, lambda event, **kw: change_need(need=event, **kw), "创新需求"),
    (enter_case, make_case, lambda event, **kw: change_case(case=event, **kw), "典型案例"),
]


def sentence(noun: str, code: str) -> str:
    return f"本综合体已登记同名的{noun}{code}“{TITLE}”。如为同一事项，请勿重复登记；如为不同事项，请在名称中加以区分。"


@pytest.mark.django_db
@pytest.mark.parametrize(("enter", "make", "change", "noun"), LEDGERS)
def test_a_second_entry_names_the_first(enter: Any, make: Any, change: Any, noun: str) -> None:
    innovation_complex = make_complex()
    filer = filer_of(innovation_complex)
    first = enter(innovation_complex, filer)

    with pytest.raises(ValidationError) as error:
        enter(innovation_complex, filer)

    assert error.value.message_dict == {"title": [sentence(noun, first.code)]}
    elsewhere = make_complex()
    assert enter(elsewhere, filer_of(elsewhere)).title == TITLE


@pytest.mark.django_db
@pytest.mark.parametrize(("enter", "make", "change", "noun"), LEDGERS)
def test_neither_a_change_nor_a_restored_record_takes_a_title_again(
    enter: Any, make: Any, change: Any, noun: str
) -> None:
    innovation_complex = make_complex()
    filer = filer_of(innovation_complex)
    first, second = make_open(make, innovation_complex, title=TITLE), make_open(make, innovation_complex)

    with pytest.raises(ValidationError) as changed:
        change(second, changes={"title": TITLE}, expected_revision=None, by=filer, at=AT)
    withdraw_event(first, reason="演示：重复登记", by=filer, at=AT)
    change(second, changes={"title": TITLE}, expected_revision=None, by=filer, at=AT)
    with pytest.raises(ValidationError) as restored:
        restore_event(first, reason="演示：恢复", by=filer, at=AT)

    assert changed.value.message_dict == {"title": [sentence(noun, first.code)]}
    assert restored.value.message_dict == {"title": [sentence(noun, second.code)]}


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_task, make_need, make_case])
def test_the_database_keeps_titles_apart(make: Any) -> None:
    innovation_complex = make_complex()
    make_open(make, innovation_complex, title=TITLE)
    with pytest.raises(IntegrityError, match="_title_once"), transaction.atomic():
        make_open(make, innovation_complex, title=TITLE)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_title_at_once_one_reads_the_sentence() -> None:
    innovation_complex = make_complex()
    filer = filer_of(innovation_complex)
    tasks = [make_open(make_task, innovation_complex) for _ in range(2)]

    barrier = threading.Barrier(2)
    sentences: list[str] = []

    def rename(task: Any) -> None:
        barrier.wait(timeout=10)
        try:
            change_task(task=task, changes={"title": TITLE}, expected_revision=None, by=filer, at=AT)
        except ValidationError as error:
            sentences.extend(error.message_dict["title"])
            raise

    outcomes: list[str] = []
    threads = [start(lambda task=task: rename(task), outcomes) for task in tasks]
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["done", "invalid"]
    winner = TacklingTask.objects.get(title=TITLE)
    assert sentences == [sentence("攻关任务", winner.code)]
