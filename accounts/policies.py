"""Who may do what; a policy asks for named permissions, never for a role."""

from typing import Any

from accounts.choices import Permission
from common.verdicts import ALLOWED, Verdict, denied


def holds(user: Any, permission: Permission) -> Verdict:
    """Tell whether the user has the permission, with a sentence if not."""
    if user.is_authenticated and user.holds(permission):
        return ALLOWED
    return denied("role", f"您的角色无权“{permission.label}”。如确需办理，请联系系统管理员调整角色。")


def reads_records(user: Any) -> Verdict:
    """Tell whether the user works with records of a district or of the city."""
    if user.is_authenticated and (user.may_read_city or user.may_read_district):
        return ALLOWED
    return denied("role", "您的角色不查看综合体、单位与台账。请从左侧导航进入您可用的页面。")
