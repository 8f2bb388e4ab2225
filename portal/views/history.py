"""The history of one record, and the list of events of the whole city."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policies import reads_records as may_read_records
from accounts.views.guards import SignedInRequest, guarded_by, reads_records
from audit.models import AuditEvent
from common.listing import list_rows
from portal import history, policies
from portal.forms import AuditFilters, HistoryFilters


@reads_records
@require_GET
def show_history(request: SignedInRequest, noun: str, code: str) -> HttpResponse:
    """Show every event of a record that the person sees; hidden and missing ones are the same 404."""
    record = _find(request, noun, code)
    events = AuditEvent.objects.filter(object_type=record._meta.label_lower, object_id=record.pk)
    listing = list_rows(request, HistoryFilters, events.select_related("actor", "acting_for").order_by("-pk"))
    context = {
        "record": record,
        "kind": record._meta.verbose_name,
        "address": record.get_absolute_url() if hasattr(record, "get_absolute_url") else "",
        "listing": listing,
        "lines": history.lines_of(listing.page),
    }
    return render(request, "portal/history_page.html", context)


@guarded_by(policies.may_read_audit)
@require_GET
def list_events(request: SignedInRequest) -> HttpResponse:
    """List events: business for the commission and observers, accounts and settings for administrators."""
    events = _readable_by(request).select_related("actor", "acting_for").order_by("-pk")
    listing = list_rows(request, AuditFilters, events)
    context = {
        "listing": listing,
        "lines": history.lines_of(listing.page),
        "links_history": bool(may_read_records(request.user)),
    }
    return render(request, "portal/audit_page.html", context)


def _readable_by(request: HttpRequest) -> QuerySet[AuditEvent]:
    types = policies.audited_types_read_by(request.user)
    return AuditEvent.objects.filter(object_type__in=types)


def _find(request: SignedInRequest, name: str, code: str) -> Any:
    noun = history.NOUNS.get(name)
    if noun is None:
        raise Http404
    rows: Any = noun.model._default_manager.all()
    # Public policy has no reach of its own; everybody who works with records reads it.
    rows = rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows
    record = rows.filter(**{noun.code: code}).first() if noun.code else None
    if record is None and code.isascii() and code.isdigit() and len(code) < 12:
        record = rows.filter(pk=int(code)).first()
    if record is None:
        raise Http404
    return record
