"""Rules shared by form and action."""

from decimal import Decimal

from django.core.exceptions import ValidationError

from common.rounding import round_half_up
from evaluation.scoring.numbers import grouped
from evaluation.scoring.rules import Item


def check_judgement(*, item: Item, mark: Decimal, reason: str) -> None:
    """Check a reviewer's mark and reason against the item.

    Raises: ValidationError by field.
    """
    errors = {}
    if not Decimal(0) <= mark <= item.weight:
        errors["mark"] = f"“{item.name}”的评分应在0与{grouped(item.weight)}分之间。请核对后重新填写。"
    elif mark != round_half_up(mark):
        errors["mark"] = "评分最多两位小数。请重新填写。"
    if not reason.strip():
        errors["reason"] = "“理由”未填写。请写明评分依据，如制度文件、会议纪要。"
    if errors:
        raise ValidationError(errors)
