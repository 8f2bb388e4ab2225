"""Units named on a form by their exact code, city-wide: only name and code are ever shown of a foreign unit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.credit_codes import normalise_credit_code
from members.models import Unit


class UnitCodeField(forms.ModelChoiceField):
    """A text field that takes a unit's code (credit code or internal code) and gives the unit."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Unit.objects.all(), to_field_name="code", **kwargs)
        self.widget.attrs.setdefault("maxlength", 40)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Unit | None:
        if value in self.empty_values:
            return None
        code = normalise_credit_code(str(value))
        unit = None if "\0" in code else Unit.objects.filter(code=code).first()
        if unit is None:
            raise ValidationError(
                f"“{self.label}”:没有代码为“{code[:40]}”的单位。请核对统一社会信用代码;尚未登记的单位请先在“单位”中登记。",
                code="invalid_choice",
            )
        return unit

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Unit) else value
