"""Page input of achievements: one form whose fields follow the declaration of the kind."""

from decimal import Decimal
from functools import cache
from typing import Any

import django_filters
from django import forms

from common.forms import PortalForm
from common.revisions import RevisedModel
from complexes.choices import AchievementState
from complexes.forms.ledger import EventFilters, EventForm, ReasonForm
from complexes.kinds import KINDS, Column, ColumnType, Kind
from complexes.models import Achievement
from complexes.validation.achievements import DETAIL_PREFIX
from complexes.validation.ledger import LATE_ENTRY_LABEL
from members.forms import UnitCodeField


class AchievementForm(EventForm):
    """Content of an achievement; `achievement_form` gives the form of a kind."""

    kind: Kind

    class Meta:
        model = Achievement
        fields = ["innovation_complex", "title", "happened_on", "description", "proof"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("state", None)
            for column in self.kind.columns:
                self.initial[DETAIL_PREFIX + column.name] = self.instance.details.get(column.name)

    def cleaned_changes(self) -> dict[str, Any]:
        """Return the checked values by name, the particulars of the kind as one value."""
        changes = super().cleaned_changes()
        details = {}
        for column in self.kind.columns:
            value = _plain(changes.pop(DETAIL_PREFIX + column.name))
            if value not in (None, ""):
                details[column.name] = value
        return {**changes, "details": details}

    def stale_fields(self, current: RevisedModel) -> list[dict[str, str]]:
        """Return what differs from the current record, particulars included."""
        for column in self.kind.columns:
            setattr(current, DETAIL_PREFIX + column.name, current.details.get(column.name))  # type: ignore[attr-defined]
        return super().stale_fields(current)


def _plain(value: Any) -> Any:
    """Return a value as it is kept: days and decimals as texts."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if hasattr(value, "isoformat") else value


@cache
def achievement_form(code: str) -> type[AchievementForm]:
    """Return the form of a kind. Raises: KeyError for an unknown kind."""
    kind = KINDS[code]
    shown = {"unit": kind.unit_label, "amount_wan_yuan": kind.amount_label, "partner": kind.partner_label}
    names = ["innovation_complex", "title", *(name for name, label in shown.items() if label), "happened_on"]
    labels = {"happened_on": kind.day_label, "partner": kind.partner_label, "amount_wan_yuan": _amount_label(kind)}
    attributes: dict[str, Any] = {
        "__module__": __name__,
        "kind": kind,
        "Meta": type(
            "Meta",
            (AchievementForm.Meta,),
            {
                "fields": [*names, "description", "proof"],
                "labels": labels,
                "help_texts": {"happened_on": "按此日期所在年度计入，不能晚于今天。"},
                "widgets": {"description": forms.Textarea(attrs={"rows": 4})},
            },
        ),
        "is_late_entry": forms.BooleanField(
            label=LATE_ENTRY_LABEL,
            required=False,
            help_text="仅当该日期所在年度的填报已锁定时才起作用，页面和填报中会注明“补报”。",
        ),
        **{DETAIL_PREFIX + column.name: _field_of(column) for column in kind.columns},
    }
    if kind.unit_label:
        attributes["unit"] = UnitCodeField(
            label=f"{kind.unit_label}代码", required=kind.is_unit_required, help_text="统一社会信用代码。"
        )
    if kind.has_stages:
        attributes["state"] = forms.ChoiceField(
            label="登记时的阶段", choices=[(stage.value, stage.label) for stage in kind.stages]
        )
    order = ["innovation_complex", "title", *(DETAIL_PREFIX + column.name for column in kind.columns), "unit", "state"]
    tail = ["happened_on", "amount_wan_yuan", "partner", "description", "proof", "is_late_entry"]
    attributes["field_order"] = [*order, *tail]
    return type(f"{code.title()}Form", (AchievementForm,), attributes)


def _amount_label(kind: Kind) -> str:
    return f"{kind.amount_label}（万元）"


def _field_of(column: Column) -> forms.Field:
    common: dict[str, Any] = {
        "label": column.full_label,
        "required": column.is_required,
        "help_text": column.hint,
    }
    match column.type:
        case ColumnType.CHOICE:
            return forms.ChoiceField(choices=[("", "请选择"), *column.choices], **common)
        case ColumnType.YES_NO:
            return forms.BooleanField(**{**common, "required": False})
        case ColumnType.WHOLE_NUMBER:
            return forms.IntegerField(min_value=0, max_value=10_000_000, **common)
        case ColumnType.NUMBER:
            return forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, **common)
        case ColumnType.DAY:
            return forms.DateField(**common)
        case ColumnType.TEXT:
            return forms.CharField(max_length=200, **common)


class AdvanceForm(PortalForm):
    on = forms.DateField(label="阶段日期", help_text="进入该阶段的日期，不能晚于今天。")


class StepBackForm(ReasonForm):
    """Why the last step did not hold."""


class AchievementFilters(EventFilters):
    kind = django_filters.ChoiceFilter(
        label="成果类别", choices=[(kind.code, kind.label) for kind in KINDS.values()], empty_label="全部"
    )
    state = django_filters.ChoiceFilter(label="阶段", choices=AchievementState.choices, empty_label="全部")
