"""Look at a past day: `?on=2025-06-30` on the page of a record."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from common.forms import PortalForm

EARLIEST_DAY = date(2000, 1, 1)


class DayForm(PortalForm):
    """The day to look at; neither in the future nor absurdly early."""

    on = forms.DateField(label="查看日期", help_text="填写过去的某一天，如 2025-06-30，查看当日的情况。")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        today = timezone.localdate()
        if not EARLIEST_DAY <= on <= today:
            raise forms.ValidationError(f"“查看日期”应在{EARLIEST_DAY}至今天（{today}）之间，现为{on}。请重新填写。")
        return on


def asked_day(request: HttpRequest) -> tuple[date | None, Any]:
    """Return the day that a page is asked for, none for today's page, and the form that asks for it."""
    form = DayForm(request.GET if request.GET.get("on") else None)
    return (form.cleaned_data["on"] if form.is_bound and form.is_valid() else None), form
