"""Who may do what with a tackling task."""

from typing import Any

from common.verdicts import Verdict
from complexes.policies import ledger
from tasks.models import TacklingTask


def may_approve_task(user: Any, task: TacklingTask) -> Verdict:
    """Let a filer of the reporting district record the approval 立项."""
    return ledger.may_move_event(user, task)


def may_start_task(user: Any, task: TacklingTask) -> Verdict:
    """Let a filer of the reporting district record the start, from which the task counts."""
    return ledger.may_move_event(user, task)


def may_finish_task(user: Any, task: TacklingTask) -> Verdict:
    """Let a filer of the reporting district record the end; it changes no figure, so no lock stands against it."""
    return ledger.may_move_event(user, task)


def may_cancel_task(user: Any, task: TacklingTask) -> Verdict:
    """Let a filer of the reporting district cancel the task, on a day after the years that are locked with it."""
    return ledger.may_move_event(user, task)
