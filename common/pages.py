"""Answer a form: hand what was typed to one action, or show it again with what stands in the way."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.forms import PortalForm, PortalModelForm
from common.refusals import Refused
from common.revisions import RevisedModel

STALE = "stale"


class HasPage(Protocol):
    """A record that has a page of its own."""

    def get_absolute_url(self) -> str: ...


def answer_form(
    request: HttpRequest,
    form: PortalForm,
    act: Callable[[Any], HasPage],
    *,
    template: str,
    context: Mapping[str, Any],
    done: str,
    current: Callable[[], RevisedModel] | None = None,
) -> HttpResponse:
    """Show the form; on a sound POST call `act(form)` and go to the record that it returns.

    `current` reads the record as it is now, for a page that has become stale.
    """
    answer = {**context, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, template, answer)
    try:
        record = act(form)
    except ValidationError as error:
        add_errors(form, error)
        return render(request, template, answer)
    except Refused as refusal:
        answer["refusal"] = refusal
        if refusal.code == STALE and current is not None and isinstance(form, PortalModelForm):
            answer["stale_fields"] = form.stale_fields(current())
        return render(request, template, answer, status=refusal.status)
    messages.success(request, done)
    return redirect(record)


def add_errors(form: PortalForm, error: ValidationError) -> None:
    """Show an action's errors at their fields, those of fields that the form lacks on top."""
    found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, errors in found.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))
