"""Pages that cases, tackling tasks and needs share; each noun's own views say which and who."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.guards import SignedInRequest
from common.listing import list_rows
from common.refusals import Refused
from common.verdicts import Verdict
from complexes.actions import ledger
from complexes.forms.ledger import EventFilters, EventForm, ReasonForm, ShareForm
from complexes.models import InnovationComplex
from complexes.models.ledger import LedgerEvent, Participation
from complexes.policies import ledger as policies


@dataclass(frozen=True, slots=True)
class Move:
    """A move of a state machine as a page offers it: in which states, who may, what must be filled in."""

    name: str
    label: str
    states: frozenset[str]
    ask: Callable[[Any, Any], Verdict]
    act: Callable[..., Any]
    form: type[Form]
    hint: str = ""
    tone: str = "primary"
    # The name of the event in the action, where it is not the noun's own.
    argument: str = ""


WITHDRAW = Move(
    name="withdraw",
    label="撤销",
    states=frozenset(),
    ask=policies.may_withdraw_event,
    act=ledger.withdraw_event,
    form=ReasonForm,
    hint="撤销后不再计数，记录和历史保留，可以恢复。",
    tone="danger",
    argument="event",
)
RESTORE = Move(
    name="restore",
    label="恢复",
    states=frozenset(),
    ask=policies.may_restore_event,
    act=ledger.restore_event,
    form=ReasonForm,
    hint="恢复后按撤销前的状态和计入年度继续计数。",
    argument="event",
)


@dataclass(frozen=True, slots=True)
class Noun:
    """What the shared pages must know about one kind of event.

    `explain` says in sentences in which year an event counts and why; `argument` is its name in the actions.
    """

    app: str
    name: str
    argument: str
    label: str
    model: type[LedgerEvent]
    parts: type[Participation]
    form: type[EventForm]
    filters: type[EventFilters]
    create: Callable[..., LedgerEvent]
    change: Callable[..., LedgerEvent]
    moves: tuple[Move, ...]
    explain: Callable[[Any], list[str]]
    related: tuple[str, ...] = ()
    empty: str = ""
    # Further rows for the page of one event, by the names that its template uses.
    more: Callable[[Any, Any], Mapping[str, Any]] = lambda user, event: {}

    def address(self, verb: str, *arguments: str) -> str:
        return reverse(f"{self.app}:{self.name}-{verb}", args=arguments)

    def open_moves(self, event: LedgerEvent) -> tuple[Move, ...]:
        """Return the moves that the event's state knows; one that is withdrawn can only be restored."""
        if event.is_withdrawn:
            return (RESTORE,)
        return (*(move for move in self.moves if event.state in move.states), WITHDRAW)

    @property
    def list_address(self) -> str:
        return self.address("list")

    @property
    def new_address(self) -> str:
        return self.address("new")


@dataclass(frozen=True, slots=True)
class OfferedMove:
    """A move that the state allows, with the policy's answer for the person."""

    move: Move
    address: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Barred:
    """What the person may not do here, under the one sentence that says why."""

    labels: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """A further complex of a shared event, with what the person may do about it."""

    participation: Participation
    may_confirm: Verdict
    may_withdraw: Verdict
    obstacle: str
    confirm_address: str
    withdraw_address: str


def show_list(request: SignedInRequest, noun: Noun) -> HttpResponse:
    """List the events that the person sees."""
    rows_of_parts: Any = noun.parts._default_manager
    confirmed = rows_of_parts.filter(event=OuterRef("pk"), confirmed_at__isnull=False)
    rows = (
        noun.model.objects.visible_to(request.user)
        .select_related("innovation_complex__reporting_district", *noun.related)
        .annotate(is_shared=Exists(confirmed))
        .order_by("-pk")
    )
    context = {
        "noun": noun,
        "listing": list_rows(request, noun.filters, rows),
        "may_create": policies.may_create_events(request.user),
    }
    return render(request, f"{noun.app}/{noun.name}_list.html", context)


def show_detail(request: SignedInRequest, noun: Noun, code: str, *, refusal: Refused | None = None) -> HttpResponse:
    """Show an event: its dates, when it counts and why, its parts, and the moves that are open now."""
    event = find_event(request, noun, code)
    parts = event.participations.select_related("innovation_complex__reporting_district", "confirmed_by")
    offers = [_offer(request.user, noun, event, move) for move in noun.open_moves(event)]
    may_edit = policies.may_edit_event(request.user, event)
    owner = InnovationComplex.objects.visible_to(request.user).filter(pk=event.innovation_complex_id)
    context = {
        "noun": noun,
        "event": event,
        "explanation": [] if event.is_withdrawn else noun.explain(event),
        "owner_address": event.innovation_complex.get_absolute_url() if owner.exists() else "",
        "moves": [offer for offer in offers if offer.verdict],
        "barred": _barred([(offer.move.label, offer.verdict) for offer in offers] + [("编辑内容", may_edit)]),
        "parts": [_part(request.user, noun, event, part) for part in parts.order_by("innovation_complex__code")],
        "may_edit": may_edit,
        "edit_address": noun.address("edit", event.code),
        "may_share": policies.may_share_event(request.user, event),
        "share_address": noun.address("share", event.code),
        "refusal": refusal,
        **noun.more(request.user, event),
    }
    return render(request, f"{noun.app}/{noun.name}_detail.html", context, status=refusal.status if refusal else 200)


def enter_event(request: SignedInRequest, noun: Noun) -> HttpResponse:
    """Show the empty form; enter an event."""
    form = noun.form(request.POST or None, user=request.user)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            event = noun.create(values=form.cleaned_changes(), by=request.user, at=timezone.now())
        except ValidationError as error:
            _put_errors(form, error)
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, f"已登记{noun.label}“{event.title}”，编号{event.code}。")
            return redirect(noun.address("detail", event.code))
    context = {"noun": noun, "form": form, "refusal": refusal}
    return render(request, "complexes/event_form.html", context, status=refusal.status if refusal else 200)


def edit_event(request: SignedInRequest, noun: Noun, code: str) -> HttpResponse:
    """Show the form of an event; save what was changed."""
    event = find_event(request, noun, code)
    verdict = policies.may_edit_event(request.user, event)
    if not verdict:
        return _refuse(request, noun, event, Refused(verdict.code, verdict.sentence))
    form = noun.form(request.POST or None, instance=event, user=request.user)
    refusal, stale_fields = None, []
    if request.method == "POST" and form.is_valid():
        try:
            noun.change(
                **{noun.argument: event},
                changes=form.cleaned_changes(),
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as error:
            _put_errors(form, error)
        except Refused as caught:
            refusal = caught
            if refusal.code == "stale":
                stale_fields = form.stale_fields(find_event(request, noun, code))
        else:
            messages.success(request, "修改已保存。")
            return redirect(noun.address("detail", event.code))
    context = {
        "noun": noun,
        "form": form,
        "event": find_event(request, noun, code),
        "refusal": refusal,
        "stale_fields": stale_fields,
    }
    return render(request, "complexes/event_form.html", context, status=refusal.status if refusal else 200)


def move_event(request: SignedInRequest, noun: Noun, code: str, name: str) -> HttpResponse:
    """Show the form of a move; make the move."""
    event = find_event(request, noun, code)
    move = next((move for move in (*noun.moves, WITHDRAW, RESTORE) if move.name == name), None)
    if move is None:
        raise Http404
    verdict = move.ask(request.user, event)
    if not verdict:
        return _refuse(request, noun, event, Refused(verdict.code, verdict.sentence))
    form = move.form(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            move.act(**{move.argument or noun.argument: event}, **form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as error:
            _put_errors(form, error)
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, f"已办理“{move.label}”。")
            return redirect(noun.address("detail", event.code))
    context = {
        "noun": noun,
        "event": event,
        "move": move,
        "form": form,
        "refusal": refusal,
        "explanation": noun.explain(event),
    }
    return render(request, "complexes/event_move.html", context, status=refusal.status if refusal else 200)


def share_event(request: SignedInRequest, noun: Noun, code: str) -> HttpResponse:
    """Show the form that names a further complex; ask it for confirmation."""
    event = find_event(request, noun, code)
    verdict = policies.may_share_event(request.user, event)
    if not verdict:
        return _refuse(request, noun, event, Refused(verdict.code, verdict.sentence))
    form = ShareForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            ledger.share_event(event, **form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as error:
            _put_errors(form, error)
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, "已发出共享，等待对方填报区县确认。")
            return redirect(noun.address("detail", event.code))
    context = {"noun": noun, "event": event, "form": form, "refusal": refusal}
    return render(request, "complexes/event_share.html", context, status=refusal.status if refusal else 200)


def confirm_part(request: SignedInRequest, noun: Noun, code: str, complex_code: str) -> HttpResponse:
    """Confirm the part of a further complex."""
    participation = _find_part(request, noun, code, complex_code)
    try:
        ledger.confirm_participation(participation, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _refuse(request, noun, participation.event, refusal)
    messages.success(request, "已确认参与，本综合体从计入年度起计入该事项。")
    return redirect(noun.address("detail", code))


def withdraw_part(request: SignedInRequest, noun: Noun, code: str, complex_code: str) -> HttpResponse:
    """Take the part of a further complex back."""
    participation = _find_part(request, noun, code, complex_code)
    try:
        ledger.withdraw_participation(participation, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _refuse(request, noun, participation.event, refusal)
    messages.success(request, "参与关系已撤回。")
    # The event may have been visible through this part only.
    return redirect(noun.list_address)


def explain_year(event: LedgerEvent, label: str, deciding_date: date) -> str:
    """Say in which year an event counts that has its deciding date."""
    if event.is_late_entry:
        return (
            f"作为补报从{event.counted_year}年度起累计计入：{label}{deciding_date}所在的{deciding_date.year}年度"
            "在登记时已被填报锁定。"
        )
    return f"从{event.counted_year}年度起累计计入：{label}为{deciding_date}。"


def find_event(request: SignedInRequest, noun: Noun, code: str) -> LedgerEvent:
    """Return an event that the person sees; hidden and missing ones are the same 404."""
    rows = noun.model.objects.visible_to(request.user).select_related(
        "innovation_complex__reporting_district", "entered_by", "withdrawn_by", *noun.related
    )
    return get_object_or_404(rows, code=code)


def _find_part(request: SignedInRequest, noun: Noun, code: str, complex_code: str) -> Participation:
    event = find_event(request, noun, code)
    parts = event.participations.select_related("innovation_complex__reporting_district")
    return get_object_or_404(parts, innovation_complex__code=complex_code)


def _refuse(request: SignedInRequest, noun: Noun, event: LedgerEvent, refusal: Refused) -> HttpResponse:
    if refusal.status == 403:
        raise PermissionDenied(refusal.sentence)
    return show_detail(request, noun, event.code, refusal=refusal)


def _offer(user: Any, noun: Noun, event: LedgerEvent, move: Move) -> OfferedMove:
    address = noun.address("move", event.code, move.name)
    return OfferedMove(move=move, address=address, verdict=move.ask(user, event))


def _barred(answers: list[tuple[str, Verdict]]) -> list[Barred]:
    """Gather what is refused by the sentence that refuses it."""
    labels: dict[str, list[str]] = {}
    for label, verdict in answers:
        if not verdict:
            labels.setdefault(verdict.sentence, []).append(label)
    return [Barred(labels="、".join(names), sentence=sentence) for sentence, names in labels.items()]


def _part(user: Any, noun: Noun, event: LedgerEvent, participation: Participation) -> Part:
    # The parts of one event share the event that the page has read.
    participation.event = event
    codes = (event.code, participation.innovation_complex.code)
    may_confirm = policies.may_confirm_participation(user, participation)
    may_withdraw = policies.may_withdraw_participation(user, participation)
    next_step = may_withdraw if participation.confirmed_at else may_confirm
    # Whoever may at least take the part back is not told that confirming it is another district's business.
    is_told = next_step.code != "role" or not may_withdraw
    return Part(
        participation=participation,
        may_confirm=may_confirm,
        may_withdraw=may_withdraw,
        obstacle=next_step.sentence if is_told else "",
        confirm_address=noun.address("participation-confirm", *codes),
        withdraw_address=noun.address("participation-withdraw", *codes),
    )


def _put_errors(form: Form, error: ValidationError) -> None:
    """Show an action's errors at their fields; what is about no field of the form stands on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
