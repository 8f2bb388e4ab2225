"""Forms whose errors are Chinese sentences with field, cause and next step; nothing typed is lost."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.http import QueryDict

from common.normalising import to_half_width, to_plain_number
from common.revisions import RevisedModel
from common.violations import with_violations_in_words

_NUMBERS = (forms.DecimalField, forms.IntegerField)
_DATES = (forms.DateField, forms.DateTimeField)
_DJANGO_EMPTY_LABEL = "-" * 9
EMPTY_LABEL = "请选择"


class DateInput(forms.DateInput):
    """The browser's own date picker; a plain text field for what it could not show, so that nothing typed is lost."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, str) and value and _parse_day(value) is None:
            context["widget"]["type"] = "text"
        return context


class NumberInput(forms.TextInput):
    """A text field with the number keyboard; a browser's number field would drop full-width digits and wrong input."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class PortalForm(forms.Form):
    """A form with normalised numbers, codes and dates, and sentences for every kind of mistake."""

    fields: dict[str, Any]  # each form knows the kinds of its own fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _word_errors(field, str(field.label or name))
            _word_empty_choice(field)
            if isinstance(field, _DATES):
                field.widget = DateInput(attrs=field.widget.attrs)
            elif isinstance(field, _NUMBERS) and isinstance(field.widget, forms.NumberInput):
                kept = {name: value for name, value in field.widget.attrs.items() if name not in {"step", "min", "max"}}
                field.widget = NumberInput(attrs={"class": "numbers", **kept})
        if self.is_bound:
            self.data = self._normalised(self.data)

    def _normalised(self, data: Any) -> Any:
        changed = data.copy() if isinstance(data, QueryDict) else dict(data)
        for name, field in self.fields.items():
            key = self.add_prefix(name)
            value = changed.get(key)
            if not isinstance(value, str):
                continue
            if isinstance(field, _NUMBERS):
                changed[key] = to_plain_number(value)
            elif isinstance(field, _DATES):
                changed[key] = to_half_width(value).replace("/", "-").replace(".", "-")
        return changed

    def add_error(self, field: str | None, error: Any) -> None:
        """Show an error; a broken constraint, which Django only names, comes out as a sentence with the next step."""
        super().add_error(field, with_violations_in_words(error))


class PortalModelForm(PortalForm, forms.ModelForm):
    """A form of one record; carries the revision that the page was opened with.

    The view passes `cleaned_changes()` and `expected_revision` to an action; the form itself never saves.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["revision"].initial = self.instance.revision
        else:
            del self.fields["revision"]

    @property
    def expected_revision(self) -> int:
        """The revision the page was opened with; −1, which no record has, if the page did not send it."""
        value = self.cleaned_data.get("revision")
        return -1 if value is None else value

    def cleaned_changes(self) -> dict[str, Any]:
        """Return the checked values of the model's fields by name."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def stale_fields(self, current: RevisedModel) -> list[dict[str, str]]:
        """Return label, typed and current value of every field that differs from the current record.

        Call it after the action refused with code "stale"; the page shows the result with components/stale.html.
        Effects: the form carries the current revision from now on, so that a second save is a decision, not a repeat.
        """
        data: Any = self.data
        data[self.add_prefix("revision")] = str(current.revision)
        names = [name for name in self.fields if name in self.cleaned_data and hasattr(current, name)]
        pairs = [(name, self.cleaned_data[name], _held_value(current, name)) for name in names if name != "revision"]
        return [
            {
                "label": str(self[name].label),
                "typed": _in_words(self[name], typed),
                "current": _in_words(self[name], held),
            }
            for name, typed, held in pairs
            if _in_words(self[name], typed) != _in_words(self[name], held)
        ]

    def _post_clean(self) -> None:
        """Fill the instance and check each field; rules between fields and rows are left to the action.

        The action checks them after the row lock and names what is in the way. Django has no other switch that keeps
        a form from checking constraints.
        """
        form: Any = self  # the type stubs leave out the hooks of a model form
        skipped = form._get_validation_exclusions()
        try:
            self.instance = forms.models.construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
            self.instance.full_clean(exclude=skipped, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            form._update_errors(error)

    def save(self, commit: bool = True) -> Any:
        raise TypeError("Records are saved by actions, which check policy and revision after the row lock.")


def _held_value(record: models.Model, name: str) -> Any:
    value = getattr(record, name)
    return list(value.all()) if isinstance(value, models.Manager) else value


def _in_words(field: forms.BoundField, value: Any) -> str:
    """Return a value as the page would say it: the label of a choice, names joined, a number without padding zeros."""
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple | models.QuerySet):
        return "、".join(sorted(_in_words(field, item) for item in value))
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field.field, forms.ChoiceField) and not isinstance(value, models.Model):
        choices: Any = field.field.choices
        return str(dict(choices).get(value, value))
    return str(value)


def _parse_day(text: str) -> date | None:
    """Return the date of 2025-03-01, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _word_empty_choice(field: forms.Field) -> None:
    """Ask for a choice in words where Django shows nine hyphens."""
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == _DJANGO_EMPTY_LABEL:
            field.empty_label = EMPTY_LABEL
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        field.choices = [(value, EMPTY_LABEL if label == _DJANGO_EMPTY_LABEL else label) for value, label in choices]


def _word_errors(field: forms.Field, label: str) -> None:
    messages = field.error_messages
    validator: Any
    messages["required"] = f"“{label}”未填写。请填写后再保存。"
    if isinstance(field, forms.CharField):
        field.validators = [_worded_text(validator, label) for validator in field.validators]
    if isinstance(field, _NUMBERS):
        messages["invalid"] = f"“{label}”应为数字，不能含单位或文字。请只填写数字，如 1234.56。"
        messages["max_digits"] = f"“{label}”位数过多。请核对计量单位后重新填写。"
        messages["max_whole_digits"] = messages["max_digits"]
        messages["max_decimal_places"] = f"“{label}”小数位过多，最多两位。请四舍五入后填写。"
        # Words for the model's own validators, which the form hears of by their code.
        messages["min_value"] = f"“{label}”不能小于%(limit_value)s。请核对后重新填写。"
        messages["max_value"] = f"“{label}”不能大于%(limit_value)s。请核对后重新填写。"
        for validator in field.validators:
            if getattr(validator, "code", "") == "min_value":
                validator.message = f"“{label}”不能小于{validator.limit_value}。请核对后重新填写。"
            if getattr(validator, "code", "") == "max_value":
                validator.message = f"“{label}”不能大于{validator.limit_value}。请核对后重新填写。"
    if isinstance(field, forms.IntegerField) and not isinstance(field, forms.DecimalField):
        messages["invalid"] = f"“{label}”应为整数，不能含小数、单位或文字。请只填写整数，如 120。"
    if isinstance(field, _DATES):
        messages["invalid"] = f"“{label}”不是有效日期。请按“2025-03-01”的格式填写。"
    if isinstance(field, forms.ChoiceField):
        messages["invalid_choice"] = f"“{label}”的选项不存在或不在您的权限内。请从列表中重新选择。"
    if isinstance(field, forms.ModelMultipleChoiceField):
        messages["invalid_pk_value"] = messages["invalid_choice"]


def _worded_text(validator: Any, label: str) -> Any:
    if isinstance(validator, ProhibitNullCharactersValidator):
        return ProhibitNullCharactersValidator(message=f"“{label}”含有不可见的控制字符。请删除后重新填写。")
    if getattr(validator, "code", "") == "max_length":
        validator.message = f"“{label}”超过{validator.limit_value}字，现为%(show_value)d字。请精简后再保存。"
    return validator
