"""Who keeps what hangs on a complex, a task or a need: whoever keeps the owner."""

from typing import Any

from common.verdicts import Verdict
from complexes.models import InnovationComplex
from complexes.models.ledger import LedgerEvent
from complexes.policies.complexes import may_edit_complex
from complexes.policies.ledger import may_move_event


def may_keep(user: Any, owner: InnovationComplex | LedgerEvent) -> Verdict:
    """Let those who edit the complex, or keep the event, enter, change and withdraw its rows."""
    if isinstance(owner, InnovationComplex):
        return may_edit_complex(user, owner)
    return may_move_event(user, owner)
