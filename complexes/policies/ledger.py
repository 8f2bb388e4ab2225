"""Who may do what with a case, a task or a need, and with its parts in other complexes."""

from typing import Any

from accounts.choices import Permission
from accounts.policies import holds
from common.verdicts import ALLOWED, Verdict, denied
from common.withdrawing import is_withdrawn, stands
from complexes.models import InnovationComplex
from complexes.models.ledger import LedgerEvent, Participation
from complexes.validation.ledger import WAY_TO_UNLOCK, counting_complex_ids, last_lock


def may_create_events(user: Any) -> Verdict:
    """Tell whether the person enters ledger events at all."""
    return holds(user, Permission.EDIT_RECORDS)


def may_create_event(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    """Tell whether the person may enter an event for the complex."""
    return (
        holds(user, Permission.EDIT_RECORDS) and _reports(user, innovation_complex) and _is_active(innovation_complex)
    )


def may_move_event(user: Any, event: LedgerEvent) -> Verdict:
    """Tell whether the person keeps the event; the action of a move asks for locks by the move's own date."""
    return _keeps(user, event) and stands(event)


def may_withdraw_event(user: Any, event: LedgerEvent) -> Verdict:
    """Tell whether the person may withdraw the event: its keeper, while no locked year counts it."""
    return may_edit_event(user, event)


def may_restore_event(user: Any, event: LedgerEvent) -> Verdict:
    """Tell whether the person may restore a withdrawn event: its keeper, while the year that it enters is open."""
    return _keeps(user, event) and is_withdrawn(event) and _counts_in_open_year(event)


def may_edit_event(user: Any, event: LedgerEvent) -> Verdict:
    """Tell whether the person may change the event's content: its keeper, while no locked year counts it."""
    return may_move_event(user, event) and _counts_in_open_year(event)


def may_share_event(user: Any, event: LedgerEvent) -> Verdict:
    """Tell whether the person may ask another complex to confirm a part in the event."""
    return may_move_event(user, event)


def may_confirm_participation(user: Any, participation: Participation) -> Verdict:
    """Tell whether the person may confirm the part for the participating complex, whose year must be open."""
    if participation.confirmed_at is not None:
        return denied("confirmed", "该综合体已确认参与，无需重复确认。")
    return (
        holds(user, Permission.EDIT_RECORDS)
        and _reports(user, participation.innovation_complex)
        and stands(participation.event)
        and _is_active(participation.innovation_complex)
        and _participant_year_is_open(participation)
    )


def may_withdraw_participation(user: Any, participation: Participation) -> Verdict:
    """Tell whether the person may take the part back: the participant always, the owner until it is confirmed."""
    permitted = holds(user, Permission.EDIT_RECORDS)
    if not permitted:
        return permitted
    by_participant = _reports(user, participation.innovation_complex)
    if participation.confirmed_at is None:
        return by_participant or _reports(user, participation.event.innovation_complex)
    return by_participant and _participant_year_is_open(participation)


def _keeps(user: Any, event: LedgerEvent) -> Verdict:
    return holds(user, Permission.EDIT_RECORDS) and _reports(user, event.innovation_complex)


def _reports(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    if user.district_id is not None and user.district_id == innovation_complex.reporting_district_id:
        return ALLOWED
    return denied("role", "只有该综合体填报区县的填报人员可以办理。请与填报区县联系。")


def _is_active(innovation_complex: InnovationComplex) -> Verdict:
    if innovation_complex.is_active:
        return ALLOWED
    return denied(
        "complex_state",
        f"综合体当前为“{innovation_complex.get_state_display()}”，不登记新的台账。进入培育后方可登记，退出后不再登记。",
    )


def _counts_in_open_year(event: LedgerEvent) -> Verdict:
    if event.counted_year is None:
        return ALLOWED
    lock = last_lock(counting_complex_ids(event), since=event.counted_year)
    if lock is None:
        return ALLOWED
    return denied(
        "period_locked",
        f"已计入{event.counted_year}年度，该年度已被年度填报“{lock.shown_holder}”锁定，内容不能修改。"
        f"如确需更正，{WAY_TO_UNLOCK}。",
    )


def _participant_year_is_open(participation: Participation) -> Verdict:
    counted_year = participation.event.counted_year
    if counted_year is None:
        return ALLOWED
    lock = last_lock([participation.innovation_complex_id], since=counted_year)
    if lock is None:
        return ALLOWED
    return denied(
        "period_locked",
        f"该事项计入{counted_year}年度，该年度已被年度填报“{lock.shown_holder}”锁定，参与关系不能变动。"
        f"如确需变动，{WAY_TO_UNLOCK}。",
    )
