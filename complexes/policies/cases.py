"""Who may do what with a synergy case."""

from typing import Any

from accounts.choices import Permission
from accounts.policies import holds
from common.verdicts import ALLOWED, Verdict, denied
from common.withdrawing import stands
from complexes.models import Case
from complexes.policies import ledger


def may_submit_case(user: Any, case: Case) -> Verdict:
    """Let a filer of the reporting district hand the case to the commission."""
    return ledger.may_move_event(user, case)


def may_take_back_case(user: Any, case: Case) -> Verdict:
    """Let a filer of the reporting district take a submitted case back, while it is not decided."""
    return ledger.may_move_event(user, case)


def may_select_case(user: Any, case: Case) -> Verdict:
    """Let the commission select or reject a case, but nobody who entered it."""
    return holds(user, Permission.SELECT_CASES) and stands(case) and _is_another_than_its_author(user, case)


def may_reject_case(user: Any, case: Case) -> Verdict:
    """Let the commission leave a case out, under the same condition as selecting it."""
    return may_select_case(user, case)


def _is_another_than_its_author(user: Any, case: Case) -> Verdict:
    if user.pk != case.entered_by_id:
        return ALLOWED
    return denied("same_person", "该案例由您本人录入，不能由您遴选。请由另一位市级管理人员办理。")
