"""Who may do what with a complex, its members and the decisions on it."""

from typing import Any

from accounts import policies as people
from accounts.choices import Permission
from common.verdicts import ALLOWED, Verdict, denied, first_denial
from complexes.choices import DECIDED_MOVES, ComplexState, DecisionState
from complexes.models import InnovationComplex, LifecycleDecision


def may_create_complex(user: Any) -> Verdict:
    """Let filers of a district draft an application."""
    return people.holds(user, Permission.EDIT_RECORDS)


def may_edit_complex(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    """Let filers of the reporting district edit a complex that is being drafted or works."""
    return first_denial(
        people.holds(user, Permission.EDIT_RECORDS), _reports(user, innovation_complex), _is_open(innovation_complex)
    )


def may_edit_membership(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    """Let those who edit the complex keep its members and contracts."""
    return may_edit_complex(user, innovation_complex)


def may_submit_application(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    """Let filers of the reporting district hand in a drafted application."""
    verdict = first_denial(people.holds(user, Permission.EDIT_RECORDS), _reports(user, innovation_complex))
    if verdict and innovation_complex.state != ComplexState.DRAFTING:
        return denied(
            "state", f"申请已提交，当前状态为“{innovation_complex.get_state_display()}”，无需再次提交。请刷新页面查看。"
        )
    return verdict


def may_propose_decision(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    """Let commission officers propose a decision where the state has one and none is open.

    Source: cq-complex-2024-2027 §二(二).
    """
    verdict = people.holds(user, Permission.DECIDE_LIFECYCLE)
    if verdict and innovation_complex.state not in DECIDED_MOVES:
        return denied(
            "state", f"综合体当前状态为“{innovation_complex.get_state_display()}”，此状态下没有可提出的决定。"
        )
    if verdict and innovation_complex.decisions.filter(state=DecisionState.PROPOSED).exists():
        return denied(
            "open_decision", "该综合体已有一项决定等待第二人确认。请先由另一位人员确认，或撤回后再提出新的决定。"
        )
    return verdict


def may_confirm_decision(user: Any, decision: LifecycleDecision) -> Verdict:
    """Let a commission officer confirm what another one proposed."""
    verdict = first_denial(people.holds(user, Permission.DECIDE_LIFECYCLE), _is_proposed(decision))
    if verdict and decision.proposed_by_id == user.pk:
        return denied("same_person", "该决定由您本人提出，须由市级另一位人员确认。请通知其他经办人员办理。")
    return verdict


def may_drop_decision(user: Any, decision: LifecycleDecision) -> Verdict:
    """Let a commission officer withdraw a decision that is not yet confirmed."""
    return first_denial(people.holds(user, Permission.DECIDE_LIFECYCLE), _is_proposed(decision))


def _reports(user: Any, innovation_complex: InnovationComplex) -> Verdict:
    if user.district_id == innovation_complex.reporting_district_id:
        return ALLOWED
    return denied(
        "role",
        f"“{innovation_complex.name}”由{innovation_complex.reporting_district.name}填报和维护，您可以查看。"
        "如内容有误，请联系该区县。",
    )


def _is_open(innovation_complex: InnovationComplex) -> Verdict:
    if innovation_complex.is_active or innovation_complex.state == ComplexState.DRAFTING:
        return ALLOWED
    return denied(
        "state",
        f"综合体当前状态为“{innovation_complex.get_state_display()}”，此状态下不能修改。"
        "审查期间如需补正，请联系市级主管部门退回。",
    )


def _is_proposed(decision: LifecycleDecision) -> Verdict:
    if decision.state == DecisionState.PROPOSED:
        return ALLOWED
    return denied("state", f"该决定{decision.get_state_display()}，不能再办理。请刷新页面查看最新状态。")
