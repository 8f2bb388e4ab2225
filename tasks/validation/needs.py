"""Rules of needs that one constraint cannot word."""

from datetime import datetime

from django.core.exceptions import ValidationError

from complexes.validation.ledger import check_date
from tasks.choices import NeedState
from tasks.models import Need


def check_need(need: Need, *, at: datetime) -> None:
    """Check what a person may type on the need's page.

    Raises: ValidationError at the field.
    """
    if not need.demand_unit.is_enterprise:
        raise ValidationError(
            {
                "demand_unit": f"“{need.demand_unit.name}”是{need.demand_unit.get_kind_display()}，"
                "企业创新需求的需求单位应为企业。请填写企业的单位代码。"
            }
        )
    check_date("raised_on", need.raised_on, label="提出日期", at=at)
    if need.solved_on is not None and need.raised_on > need.solved_on:
        raise ValidationError(
            {"raised_on": f"“提出日期”{need.raised_on}晚于“提出解决方案日期”{need.solved_on}。请核对两个日期。"}
        )
    if need.state == NeedState.CONFIRMED and not need.proof:
        raise ValidationError({"proof": "需求已确认解决，佐证材料不能留空。请填写确认单的文号或名称。"})
    check_supply(need)


def check_supply(need: Need) -> None:
    """Check that a need that someone serves names one supplier, and not the demand side itself.

    Raises: ValidationError at the field.
    """
    if need.supply_unit_id is not None and need.outside_supplier:
        raise ValidationError({"outside_supplier": "已填写市内供给单位，市外供给方应留空。请只保留一项。"})
    if need.supply_unit_id is not None and need.supply_unit_id == need.demand_unit_id:
        raise ValidationError({"supply_unit": "供给单位不能与需求单位相同。请核对单位代码。"})
    served = {NeedState.MATCHED, NeedState.SOLVED, NeedState.CONFIRMED}
    if need.state in served and need.supply_unit_id is None and not need.outside_supplier:
        raise ValidationError({"supply_unit": "供给单位和市外供给方均未填写。请填写其中一项。"})
