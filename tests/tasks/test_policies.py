"""Who may make which move: role by act."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.choices import Role
from common.verdicts import Verdict
from tasks.policies import needs, tackling_tasks
from tests.factories import make_complex, make_need, make_task, make_user

pytestmark = pytest.mark.django_db

TASK_ACTS = [
    tackling_tasks.may_approve_task,
    tackling_tasks.may_start_task,
    tackling_tasks.may_finish_task,
    tackling_tasks.may_cancel_task,
]
NEED_ACTS = [
    needs.may_match_need,
    needs.may_solve_need,
    needs.may_confirm_need,
    needs.may_reopen_need,
    needs.may_close_need,
]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("is_at_home", [True, False])
@pytest.mark.parametrize("act", [*TASK_ACTS, *NEED_ACTS], ids=lambda act: act.__name__)
def test_only_a_filer_of_the_reporting_district_moves(
    act: Callable[[Any, Any], Verdict], is_at_home: bool, role: str
) -> None:
    innovation_complex = make_complex()
    record = (make_task if act in TASK_ACTS else make_need)(innovation_complex)
    is_district = role in {Role.DISTRICT_FILER, Role.DISTRICT_APPROVER}
    place = {"district": innovation_complex.reporting_district} if is_district and is_at_home else {}
    verdict = act(make_user(Role(role), **place), record)
    assert bool(verdict) == (role == Role.DISTRICT_FILER and is_at_home)
    assert verdict.code == ("" if verdict else "role")
