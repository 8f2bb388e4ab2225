"""Say in words that a record breaks a constraint of the database, where Django gives the constraint's name."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.constraints import BaseConstraint

_TAKEN_CODES = {"unique", "unique_together"}
_TAKEN = "{message}请核对后重新填写，或打开已有的记录修改。"
_BROKEN = (
    "所填内容相互矛盾或超出允许范围，尚未保存。请逐项核对后重新提交；"
    "仍不能保存的，请联系系统管理员，并告知代号“{name}”。"
)


def with_violations_in_words(error: Any) -> Any:
    """Return the error of a form field or action with every broken constraint in words; all else is kept."""
    if not isinstance(error, ValidationError):
        return error
    if hasattr(error, "error_dict"):
        return ValidationError({name: [_in_words(each) for each in found] for name, found in error.error_dict.items()})
    return ValidationError([_in_words(each) for each in error.error_list])


def _in_words(error: ValidationError) -> ValidationError:
    sentence = error.messages[0]
    if error.code in _TAKEN_CODES:
        return ValidationError(_TAKEN.format(message=sentence), code=error.code)
    broken = _unworded_violation().fullmatch(sentence)
    if broken:
        return ValidationError(_BROKEN.format(name=broken["name"]), code="constraint")
    return error


def _unworded_violation() -> re.Pattern[str]:
    """Return the pattern of what Django says, in the language of the request, of a constraint without words."""
    before, after = str(BaseConstraint.default_violation_error_message).split("%(name)s")
    return re.compile(f"{re.escape(before)}(?P<name>.+){re.escape(after)}")
