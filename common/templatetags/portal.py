"""One filter each for numbers, dates and states; parts that pages share."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.utils import timezone

from common.related import related_to
from common.rounding import round_half_up

register = template.Library()

NO_VALUE = "—"
_TONES = {
    "green": {
        "recognised",
        "selected",
        "confirmed",
        "finished",
        "commission_approved",
        "locked",
        "reported",
        "met",
        "met_early",
        "complete",
        "done",
        "gap_accepted",
        "scored",
        "frozen",
        "on_market",
        "published",
        "completed",
        "final",
    },
    "blue": {
        "cultivating",
        "submitted",
        "district_approved",
        "started",
        "matched",
        "on_track",
        "computing",
        "running",
        "applied",
        "recognition_review",
        "approved",
        "quant_scoring",
        "solved",
        "in_development",
        "under_review",
        "under_way",
        "preliminary",
    },
    "yellow": {"behind", "gap_claimed", "rectifying", "tolerated", "reopened", "low_coverage", "proposed", "missing"},
    "red": {
        "returned_by_district",
        "returned_by_commission",
        "far_behind",
        "missed",
        "declined",
        "cancelled",
        "failed",
        "exiting",
    },
}
_TONE_OF = {state: tone for tone, states in _TONES.items() for state in states}


@register.filter
def number(value: Any, places: int | str = 2) -> str:
    """Show a number with thousands separators, rounded 四舍五入; an unknown one as a dash."""
    if value is None or value == "":
        return NO_VALUE
    return f"{round_half_up(Decimal(value), int(places)):,}"


@register.filter
def percent(value: Any, places: int | str = 2) -> str:
    """Show a share (0–1) as a percentage."""
    if value is None or value == "":
        return NO_VALUE
    return f"{round_half_up(Decimal(value) * 100, int(places)):,}%"


@register.filter
def day(value: date | None) -> str:
    """Show a date as 2025-03-01."""
    return value.isoformat()[:10] if value else NO_VALUE


@register.filter
def moment(value: datetime | None) -> str:
    """Show a time as 2025-03-01 17:30 in Asia/Shanghai."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else NO_VALUE


@register.filter
def tone(state: str) -> str:
    """Return the colour of a state; the word always stands beside it."""
    return _TONE_OF.get(state, "secondary")


@register.filter
def shown(value: Any) -> Any:
    """Show an empty text as a dash."""
    return value if value not in (None, "") else NO_VALUE


@register.filter
def control(field: BoundField) -> str:
    """Render a form field's control with the look that goes with its kind."""
    kind = {
        "checkbox": "form-check-input",
        "radioselect": "form-choices",
        "checkboxselectmultiple": "form-choices",
        "select": "form-select",
        "selectmultiple": "form-select",
        "nullbooleanselect": "form-select",
    }.get(field.widget_type, "form-control")
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{kind} {own}".strip()})


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """Return the page's query string with some parameters changed."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def related_links(noun: str, code: str) -> list[tuple[str, str]]:
    """Return (label, address) of what other apps keep about the object with this code."""
    return [(link.label, link.address(code)) for link in related_to(noun)]
