"""Page input of synergy cases."""

import django_filters
from django import forms

from common.forms import PortalForm
from complexes.choices import CaseKind, CaseState
from complexes.forms.ledger import EventFilters, EventForm, LateEntryForm, ReasonForm
from complexes.models import Case


class CaseForm(EventForm):
    class Meta:
        model = Case
        fields = ["innovation_complex", "title", "kind", "description", "proof"]
        widgets = {"description": forms.Textarea(attrs={"rows": 6})}


class SubmitCaseForm(PortalForm):
    submitted_on = forms.DateField(label="报送日期")


class TakeBackCaseForm(PortalForm):
    """Nothing to fill in."""


class SelectCaseForm(LateEntryForm):
    selected_on = forms.DateField(label="遴选日期")
    field_order = ["selected_on", "is_late_entry"]


class RejectCaseForm(ReasonForm):
    """Why the case was left out."""


class CaseFilters(EventFilters):
    state = django_filters.ChoiceFilter(label="状态", choices=CaseState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="案例类别", choices=CaseKind.choices, empty_label="全部")
