"""Page input of what is kept under a complex."""

from typing import Any

from django import forms

from common.forms import PortalModelForm
from complexes.models import Contract, ContractParty, GovernanceBody, GovernanceSeat, Meeting
from complexes.models.subrecord import Subrecord
from members.forms import UnitCodeField


class SubrecordForm(PortalModelForm):
    """A row under its owner; choices of rows beside it are narrowed to the owner's own."""

    def __init__(self, *args: Any, owner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                rows: Any = field.queryset
                model = rows.model
                if issubclass(model, Subrecord):
                    field.queryset = model.objects.current().filter(**{model.OWNER: owner}).order_by("pk")
            if isinstance(field, UnitCodeField) and self.initial.get(name):
                self.initial[name] = getattr(self.instance, name)


class BodyForm(SubrecordForm):
    class Meta:
        model = GovernanceBody
        fields = ["kind", "valid_from", "valid_to", "proof"]
        help_texts = {"valid_to": "仍在运行的请留空。"}


class SeatForm(SubrecordForm):
    unit = UnitCodeField(label="所在单位代码", required=False, help_text="单位已在本系统登记的，填写其代码。")

    class Meta:
        model = GovernanceSeat
        fields = ["body", "person", "post", "unit", "employer", "valid_from", "valid_to"]
        help_texts = {"valid_to": "从这一天起不再任职；尚未约定的请留空。"}


class MeetingForm(SubrecordForm):
    class Meta:
        model = Meeting
        fields = ["body", "held_on", "subject", "minutes_number"]


class ContractTermsForm(SubrecordForm):
    class Meta:
        model = Contract
        fields = ["kind", "number", "signed_on", "expires_on", "scan", "benefit_sharing", "ip_terms"]
        help_texts = {"expires_on": "未约定到期日期的请留空。"}
        widgets = {
            "benefit_sharing": forms.Textarea(attrs={"rows": 3}),
            "ip_terms": forms.Textarea(attrs={"rows": 3}),
        }


class PartyForm(SubrecordForm):
    unit = UnitCodeField(label="签约单位代码")

    class Meta:
        model = ContractParty
        fields = ["contract", "unit", "duty"]
