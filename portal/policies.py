"""Who may open the portal's own pages."""

from typing import Any

from accounts.choices import Permission
from accounts.policies import holds
from common.verdicts import Verdict


def may_see_components(user: Any) -> Verdict:
    """Tell whether the person may open the page of components."""
    return holds(user, Permission.RUN_EVALUATION) or holds(user, Permission.MANAGE_SYSTEM)
