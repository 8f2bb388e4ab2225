"""Rules of complexes, memberships and decisions that look beyond one row or at the calendar."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Min

from complexes.choices import DECIDED_MOVES, ComplexState
from complexes.models import Contract, InnovationComplex, LifecycleDecision, Membership
from members.models import Unit

EARLIEST_DAY = date(2000, 1, 1)


def check_day(field: str, label: str, day: date | None, *, today: date) -> None:
    """Check that a recorded day is neither in the future nor absurdly early.

    Raises: ValidationError at the field.
    """
    if day is not None and not EARLIEST_DAY <= day <= today:
        raise ValidationError(
            {field: f"“{label}”应在{EARLIEST_DAY}至今天（{today}）之间，现为{day}。请核对日期后重新填写。"}
        )


def check_not_before_formation(field: str, label: str, day: date, innovation_complex: InnovationComplex) -> None:
    """Check that a day of a complex does not lie before its formation, the first day on which a district reported it.

    Raises: ValidationError at the field.
    """
    formed_on = innovation_complex.reporting_terms.aggregate(first=Min("valid_from"))["first"]
    if formed_on is not None and day < formed_on:
        raise ValidationError(
            {field: f"“{label}”{day}早于综合体的组建日期{formed_on}。请核对日期；组建日期有误的，请联系市级管理部门。"}
        )


def check_name_is_free(name: str, *, besides: int | None = None) -> None:
    """Check that no other complex has the name.

    Raises: ValidationError at the name, naming the code of the complex that has it.
    """
    others = InnovationComplex.objects.filter(name=name)
    other = (others if besides is None else others.exclude(pk=besides)).first()
    if other:
        raise ValidationError({"name": f"综合体名称“{name}”已被{other.code}使用。请填写不同的名称。"})


def check_member_is_free(membership: Membership) -> None:
    """Check that the unit is not in the complex twice at a time.

    Raises: ValidationError at the unit, naming the period that stands in the way.
    """
    others = Membership.objects.filter(
        innovation_complex=membership.innovation_complex_id, unit=membership.unit_id
    ).exclude(pk=membership.pk)
    for other in others.order_by("joined_on"):
        starts_before_end = membership.left_on is None or other.joined_on < membership.left_on
        ends_after_start = other.left_on is None or other.left_on > membership.joined_on
        if starts_before_end and ends_after_start:
            until = f"至{other.left_on}" if other.left_on else "至今"
            raise ValidationError(
                {
                    "unit_code": f"“{membership.unit.name}”已是本综合体成员（{other.joined_on}{until}，"
                    f"{other.get_role_display()}），不能重复加入。请核对单位代码，或修改已有的成员记录。"
                }
            )


def check_contract_fits(contract: Contract | None, innovation_complex: InnovationComplex) -> None:
    """Check that the contract is one of the complex.

    Raises: ValidationError at the contract.
    """
    if contract is not None and contract.innovation_complex_id != innovation_complex.pk:
        raise ValidationError({"contract": "所选合同不属于本综合体。请从列表中重新选择，或先登记合同。"})


def check_contract_number_is_free(innovation_complex: InnovationComplex, number: str) -> None:
    """Check that the complex has no contract of the number.

    Raises: ValidationError at the number.
    """
    if Contract.objects.filter(innovation_complex=innovation_complex, number=number).exists():
        raise ValidationError({"number": f"合同编号“{number}”在本综合体已登记。请核对编号，或直接选用已登记的合同。"})


def check_application(innovation_complex: InnovationComplex, *, lead_unit: Unit | None) -> list[tuple[str, str]]:
    """Return what an application still lacks, as (place, sentence)."""
    missing = []
    if not innovation_complex.purpose.strip():
        missing.append(("建设目标与定位", "未填写。请编辑综合体信息后再提交申请。"))
    if not innovation_complex.fields.exists():
        missing.append(("产业领域", "未选择。请编辑综合体信息，至少选择一项。"))
    if lead_unit is None:
        missing.append(("牵头单位", "当前没有牵头单位。请先确定牵头单位。"))
    if not innovation_complex.contracts.current().exists():
        missing.append(("章程或合作协议", "未登记。请先登记成员单位共同签订的章程或合作协议。"))
    return missing


def check_decision(decision: LifecycleDecision, innovation_complex: InnovationComplex, *, today: date) -> None:
    """Check that the decision fits the complex's state, its dates and what a notice needs.

    Raises: ValidationError by field.
    """
    check_day("decided_on", "决定日期", decision.decided_on, today=today)
    if decision.to_state not in possible_decisions(innovation_complex):
        raise ValidationError(
            {
                "to_state": f"综合体当前状态为“{innovation_complex.get_state_display()}”，不能作出该决定。"
                "请刷新页面后重新选择。"
            }
        )
    if decision.to_state == ComplexState.RECOGNISED and not decision.number.strip():
        raise ValidationError({"number": "“文号”未填写。予以认定须有认定文号，请按认定通知填写。"})
    check_not_before_formation("decided_on", "决定日期", decision.decided_on, innovation_complex)
    earliest = innovation_complex.recognised_on or innovation_complex.cultivated_on
    if earliest and decision.decided_on < earliest:
        raise ValidationError(
            {
                "decided_on": f"“决定日期”（{decision.decided_on}）早于上一次决定的日期（{earliest}）。"
                "请核对决定文件上的日期。"
            }
        )


def possible_decisions(innovation_complex: InnovationComplex) -> list[ComplexState]:
    """Return the states that a decision may lead to now; leaving an exit leads back to the state before it."""
    states = DECIDED_MOVES.get(ComplexState(innovation_complex.state), ())
    if innovation_complex.state != ComplexState.EXITING:
        return list(states)
    barred = ComplexState.CULTIVATING if innovation_complex.recognised_on else ComplexState.RECOGNISED
    return [state for state in states if state != barred]


def check_lead_change(*, former: Membership | None, own: Membership | None, on: date) -> None:
    """Check that the new lead unit is another one and that the day lies after both memberships began.

    Raises: ValidationError by field.
    """
    if former is not None and own is not None and former.pk == own.pk:
        raise ValidationError({"unit_code": f"“{own.unit.name}”已是牵头单位。请填写新牵头单位的代码。"})
    if former is not None and on <= former.joined_on:
        raise ValidationError(
            {"on": f"“变更日期”应晚于现牵头单位的加入日期（{former.joined_on}）。请核对日期后重新填写。"}
        )
    if own is not None and on < own.joined_on:
        raise ValidationError(
            {"on": f"“变更日期”不能早于“{own.unit.name}”的加入日期（{own.joined_on}）。请核对日期后重新填写。"}
        )
