"""Decide on a complex: one officer of the commission proposes, another confirms."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from audit.records import move_record
from common.verdicts import require
from complexes.actions.complexes import lock_complex
from complexes.choices import ComplexState, DecisionState
from complexes.models import InnovationComplex, LifecycleDecision
from complexes.policies import complexes as policies
from complexes.validation import complexes as validation


@transaction.atomic
def propose_decision(
    *,
    innovation_complex: InnovationComplex,
    to_state: str,
    reason: str,
    decided_on: date,
    number: str = "",
    by: User,
    at: datetime,
) -> LifecycleDecision:
    """Put a decision before a second officer; nothing moves yet.

    Raises: Refused by role, state, or while another decision is open; ValidationError by field.
    """
    innovation_complex = lock_complex(innovation_complex)
    require(policies.may_propose_decision(by, innovation_complex))
    decision = LifecycleDecision(
        innovation_complex=innovation_complex,
        to_state=to_state,
        number=number,
        reason=reason,
        decided_on=decided_on,
        proposed_by=by,
        proposed_at=at,
    )
    validation.check_decision(decision, innovation_complex, today=timezone.localdate(at))
    decision.full_clean()
    decision.save(force_insert=True)
    AuditEvent.objects.record(
        "lifecycledecision.proposed",
        decision,
        by=by,
        at=at,
        reason=reason,
        changes={"to_state": (innovation_complex.state, to_state), "number": ("", number)},
    )
    return decision


@transaction.atomic
def confirm_decision(*, decision: LifecycleDecision, by: User, at: datetime) -> InnovationComplex:
    """Confirm a proposed decision as a second officer; it takes effect at once.

    Raises: Refused by role, person or state; ValidationError if the complex no longer fits the decision.
    Effects: the complex moves; cultivation, recognition or exit gets the day and number of the decision.
    Source: cq-complex-2024-2027 §二(二).
    """
    innovation_complex, decision = _lock(decision)
    require(policies.may_confirm_decision(by, decision))
    validation.check_decision(decision, innovation_complex, today=timezone.localdate(at))
    changes = _effects(decision, innovation_complex)
    move_record(innovation_complex, decision.to_state, changes, by=by, at=at, kind="decided", reason=decision.reason)
    decision.confirmed_by = by
    _close(decision, DecisionState.CONFIRMED, by=by, at=at)
    return innovation_complex


@transaction.atomic
def drop_decision(*, decision: LifecycleDecision, by: User, at: datetime) -> LifecycleDecision:
    """Withdraw a decision that nobody has confirmed.

    Raises: Refused by role or state.
    """
    _, decision = _lock(decision)
    require(policies.may_drop_decision(by, decision))
    return _close(decision, DecisionState.DROPPED, by=by, at=at)


def _lock(decision: LifecycleDecision) -> tuple[InnovationComplex, LifecycleDecision]:
    innovation_complex = lock_complex(decision.innovation_complex)
    decision = LifecycleDecision.objects.select_for_update().get(pk=decision.pk)
    decision.innovation_complex = innovation_complex
    return innovation_complex, decision


def _effects(decision: LifecycleDecision, innovation_complex: InnovationComplex) -> dict[str, Any]:
    before, after = innovation_complex.state, decision.to_state
    if before == ComplexState.APPLIED and after == ComplexState.CULTIVATING:
        return {"cultivated_on": decision.decided_on}
    if before == ComplexState.RECOGNITION_REVIEW and after == ComplexState.RECOGNISED:
        return {"recognised_on": decision.decided_on, "recognition_number": decision.number}
    if after == ComplexState.EXITED:
        return {"exited_on": decision.decided_on}
    return {}


def _close(decision: LifecycleDecision, state: DecisionState, *, by: User, at: datetime) -> LifecycleDecision:
    old = decision.state
    decision.move_to(state)
    decision.closed_at = at
    decision.save(update_fields=["state", "confirmed_by", "closed_at"])
    AuditEvent.objects.record(
        f"lifecycledecision.{state.value}", decision, by=by, at=at, changes={"state": (old, state.value)}
    )
    return decision
