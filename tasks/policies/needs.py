"""Who may do what with an innovation need."""

from typing import Any

from common.verdicts import Verdict
from complexes.policies import ledger
from tasks.models import Need


def may_match_need(user: Any, need: Need) -> Verdict:
    """Let a filer of the reporting district record who will serve the need."""
    return ledger.may_move_event(user, need)


def may_solve_need(user: Any, need: Need) -> Verdict:
    """Let a filer of the reporting district record that a solution was offered."""
    return ledger.may_move_event(user, need)


def may_confirm_need(user: Any, need: Need) -> Verdict:
    """Let a filer of the reporting district record the demand side's confirmation, from which the need counts."""
    return ledger.may_move_event(user, need)


def may_reopen_need(user: Any, need: Need) -> Verdict:
    """Let a filer of the reporting district take back a match or a solution that did not hold."""
    return ledger.may_move_event(user, need)


def may_close_need(user: Any, need: Need) -> Verdict:
    """Let a filer of the reporting district close a need that will not be solved."""
    return ledger.may_move_event(user, need)
