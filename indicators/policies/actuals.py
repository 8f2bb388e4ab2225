"""Who may enter, change, approve, withdraw and restore values entered by hand; actions ask again after the row lock."""

from accounts.choices import Permission
from accounts.models import User
from accounts.policies import holds
from common.verdicts import ALLOWED, Verdict, denied, first_denial
from common.withdrawing import is_withdrawn, stands
from indicators.choices import ActualStatus
from indicators.models import Actual


def may_enter_actuals(user: User) -> Verdict:
    """Allow the commission."""
    return holds(user, Permission.EDIT_TARGETS)


def may_change_actual(user: User, actual: Actual) -> Verdict:
    """Allow the commission while the value is preliminary and stands."""
    return first_denial(may_enter_actuals(user), stands(actual), _is_preliminary(actual))


def may_approve_actual(user: User, actual: Actual) -> Verdict:
    """Allow another officer of the commission than the one who entered or last changed the value."""
    return first_denial(
        holds(user, Permission.APPROVE_AS_COMMISSION),
        stands(actual),
        _is_preliminary(actual),
        _is_another_than_the_author(user, actual),
    )


def may_withdraw_actual(user: User, actual: Actual) -> Verdict:
    """Allow the commission while the value stands."""
    return first_denial(may_enter_actuals(user), stands(actual))


def may_restore_actual(user: User, actual: Actual) -> Verdict:
    """Allow the commission once the value is withdrawn."""
    return first_denial(may_enter_actuals(user), is_withdrawn(actual))


def _is_preliminary(actual: Actual) -> Verdict:
    if actual.status == ActualStatus.PRELIMINARY:
        return ALLOWED
    return denied("final", "该数值已终审，不能修改或再次审核。如有错误，请先撤销（写明理由），再重新录入。")


def _is_another_than_the_author(user: User, actual: Actual) -> Verdict:
    if actual.entered_by_id != user.pk:
        return ALLOWED
    return denied("same_person", "该数值由您录入或修改，须由市级另一位人员审核。")
