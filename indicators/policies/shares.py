"""Who may set shares of targets; the action asks again after the row lock."""

from accounts.choices import Permission
from accounts.models import User
from accounts.policies import holds
from common.verdicts import ALLOWED, Verdict, denied, first_denial
from complexes.models import InnovationComplex
from indicators.models import Target
from indicators.shares import Standing, is_shared


def may_edit_shares(user: User) -> Verdict:
    """Allow the commission."""
    return holds(user, Permission.EDIT_TARGETS)


def may_set_share(user: User, target: Target, innovation_complex: InnovationComplex) -> Verdict:
    """Allow the commission for a complex that takes part in a target that is shared out."""
    return first_denial(may_edit_shares(user), _is_shared(target), _takes_part(target, innovation_complex))


def _is_shared(target: Target) -> Verdict:
    if is_shared(target):
        return ALLOWED
    return denied("not_shared", f"“{target.name}”只对全市提出，不分解到综合体。请改为维护规划文件中的目标。")


def _takes_part(target: Target, innovation_complex: InnovationComplex) -> Verdict:
    standing = Standing(innovation_complex.recognised_on, innovation_complex.exited_on)
    if target.target_year is not None and standing.takes_part_in(target.target_year):
        return ALLOWED
    return denied(
        "no_share",
        f"“{innovation_complex.name}”在{target.target_year}年12月31日前尚未认定或已退出，没有该年度的分解目标。",
    )
