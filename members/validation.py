"""Rules of units and reports that look beyond one row."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from members.models import Unit, UnitReport

FIRST_REPORT_YEAR = 2015


def check_unit_is_single(*, name: str, credit_code: str | None, besides: int | None = None) -> None:
    """Check that no other unit has the name or the credit code.

    Raises: ValidationError at the field, naming the code of the unit that has it.
    """
    others = Unit.objects.all() if besides is None else Unit.objects.exclude(pk=besides)
    errors = {}
    if credit_code and (other := others.filter(credit_code=credit_code).first()):
        errors["credit_code"] = (
            f"统一社会信用代码{credit_code}已登记，单位代码为{other.code}。请勿重复登记；"
            "如需将其加入综合体，请在综合体页面按该代码添加成员。"
        )
    if name and (other := others.filter(name=name).first()):
        errors["name"] = (
            f"单位名称“{name}”已登记，单位代码为{other.code}。请勿重复登记；如确为另一单位，请填写营业执照上的全称。"
        )
    if errors:
        raise ValidationError(errors)


def check_report_year(year: int, *, today: date) -> None:
    """Check that the year has begun and lies within what the portal keeps.

    Raises: ValidationError at the year.
    """
    if not FIRST_REPORT_YEAR <= year <= today.year:
        raise ValidationError(
            {"year": f"“年度”应在{FIRST_REPORT_YEAR}至{today.year}之间，现为{year}。请核对年度后重新填写。"}
        )


def check_report_has_figures(changes: Mapping[str, Any], report: UnitReport | None) -> None:
    """Check that a report says something; a unit without figures gives its reason instead.

    Raises: ValidationError of the whole form.
    """
    values = {name: changes.get(name, getattr(report, name, None)) for name in UnitReport.FIGURES}
    if all(value is None for value in values.values()):
        raise ValidationError(
            "各项数据均为空，尚未保存。请至少填写一项；如该单位本年度确无数据，请使用“说明无数据”并选择原因。"
        )
