"""Register a unit and change what is known of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.records import change_record, create_record
from common.codes import hold_numbering, next_code
from common.credit_codes import normalise_credit_code
from common.holds import hold_for_change
from common.verdicts import require
from members import policies, validation
from members.models import Unit

_IDENTITY = ("kind", "credit_code")


@transaction.atomic
def create_unit(*, changes: Mapping[str, Any], by: User, at: datetime) -> Unit:
    """Register a unit of the person's district; without a credit code it gets an internal one.

    Raises: Refused by role; ValidationError by field, also when the unit is known already.
    """
    require(policies.may_create_unit(by))
    values = _normalised(changes)
    hold_numbering(Unit, "identity")
    validation.check_unit_is_single(name=values.get("name", ""), credit_code=values.get("credit_code"))
    code = values.get("credit_code") or next_code(Unit, "U", 5)
    return create_record(Unit(**values, code=code, home_district=by.district), by=by, at=at)


@transaction.atomic
def change_unit(
    *, unit: Unit, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> Unit:
    """Correct a unit's name, kind or credit code; a new credit code becomes its code.

    Raises: Refused by role, lock or stale page; ValidationError by field.
    """
    hold_numbering(Unit, "identity")
    hold_for_change(Unit, [unit.pk])
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    require(policies.may_edit_unit(by, unit))
    unit.require_revision(expected_revision)
    values = _normalised(changes)
    if any(name in values and values[name] != getattr(unit, name) for name in _IDENTITY):
        require(policies.may_change_identity(unit))
    if unit.credit_code and not values.get("credit_code", unit.credit_code):
        raise ValidationError({"credit_code": "“统一社会信用代码”已登记，不能清空。如有误，请改为正确的代码。"})
    validation.check_unit_is_single(name=values.get("name", ""), credit_code=values.get("credit_code"), besides=unit.pk)
    if values.get("credit_code"):
        values["code"] = values["credit_code"]
    return change_record(unit, values, by=by, at=at)


def _normalised(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with the credit code in its one form and an empty one as unknown."""
    values = dict(changes)
    if "credit_code" in values:
        values["credit_code"] = normalise_credit_code(values["credit_code"] or "") or None
    if "name" in values:
        values["name"] = (values["name"] or "").strip()
    return values
