"""Pages of what is kept under a complex, a task or a need; each owner's own views name its sections."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.guards import SignedInRequest
from common.pages import answer_form
from common.refusals import Refused
from common.templatetags.portal import NO_VALUE, day, number
from complexes.actions import subrecords
from complexes.forms.ledger import ReasonForm
from complexes.forms.subrecords import SubrecordForm
from complexes.models.subrecord import Subrecord
from complexes.policies.subrecords import may_keep

FORM = "complexes/subrecord_form_page.html"


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of rows under an owner: `columns` are labels with what a row says, the first names the row."""

    name: str
    label: str
    model: type[Subrecord]
    form: type[SubrecordForm]
    columns: tuple[tuple[str, Callable[[Any], Any]], ...]
    order: tuple[str, ...]
    related: tuple[str, ...] = ()
    check: subrecords.Check | None = None
    hint: str = ""

    def rows_of(self, owner: Any) -> Any:
        return self.model._default_manager.filter(**{self.model.OWNER: owner}).select_related(*self.related)


@dataclass(frozen=True, slots=True)
class Frame:
    """The owner's side: the addresses of its rows and of its page. `prefix` is app and noun, as `tasks:task`."""

    prefix: str
    sections: tuple[Section, ...]
    page: Callable[[Any], str]

    def section(self, name: str) -> Section:
        """Return a section by its name. Raises: Http404."""
        found = next((section for section in self.sections if section.name == name), None)
        if found is None:
            raise Http404
        return found


@dataclass(frozen=True, slots=True)
class ShownRow:
    cells: list[str]
    is_withdrawn: bool
    edit_address: str
    withdraw_address: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    section: Section
    headings: list[str]
    rows: list[ShownRow]
    new_address: str


def shown_sections(frame: Frame, owner: Any, *, user: Any, names: Iterable[str] | None = None) -> list[ShownSection]:
    """Return the sections with their rows in words; withdrawn rows only for those who may restore them."""
    may = bool(may_keep(user, owner))
    return [
        _shown(frame, section, owner, may_keep=may)
        for section in frame.sections
        if names is None or section.name in names
    ]


def _shown(frame: Frame, section: Section, owner: Any, *, may_keep: bool) -> ShownSection:
    rows = section.rows_of(owner).order_by(*section.order, "pk")
    if not may_keep:
        rows = rows.current()

    def address(verb: str, *arguments: Any) -> str:
        return reverse(f"{frame.prefix}-record-{verb}", args=[owner.code, section.name, *arguments]) if may_keep else ""

    return ShownSection(
        section=section,
        headings=[label for label, _ in section.columns],
        rows=[
            ShownRow(
                cells=[_say(tell(row)) for _, tell in section.columns],
                is_withdrawn=row.is_withdrawn,
                edit_address=address("edit", row.pk),
                withdraw_address=address("withdraw", row.pk),
            )
            for row in rows
        ],
        new_address=address("new"),
    )


def _say(value: Any) -> str:
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return number(value)
    return day(value) if isinstance(value, date) else str(value)


def enter_row(request: SignedInRequest, frame: Frame, owner: Any, name: str) -> HttpResponse:
    """Show the empty form of a section; enter a row."""
    section = frame.section(name)
    if refused := _refused(request, frame, section, owner):
        return refused

    def act(form: SubrecordForm) -> Any:
        values = form.cleaned_changes()
        record = section.model(**values)
        if "__" not in section.model.OWNER:
            setattr(record, section.model.OWNER, owner)
        subrecords.create_subrecord(record, check=section.check, by=request.user, at=timezone.now())
        return _Page(frame.page(owner))

    form = section.form(request.POST or None, instance=_blank(section, owner), owner=owner)
    return _answer(request, frame, section, owner, form, act, title=f"登记{section.label}", done="已登记。")


def edit_row(request: SignedInRequest, frame: Frame, owner: Any, name: str, record_id: int) -> HttpResponse:
    """Show the form of a row; save what was changed."""
    section = frame.section(name)
    record = get_object_or_404(section.rows_of(owner), pk=record_id)
    if refused := _refused(request, frame, section, owner):
        return refused

    def act(form: SubrecordForm) -> Any:
        subrecords.change_subrecord(
            section.rows_of(owner).get(pk=record_id),
            form.cleaned_changes(),
            expected_revision=form.expected_revision,
            check=section.check,
            by=request.user,
            at=timezone.now(),
        )
        return _Page(frame.page(owner))

    form = section.form(request.POST or None, instance=record, owner=owner)
    return _answer(
        request,
        frame,
        section,
        owner,
        form,
        act,
        title=f"编辑{section.label}",
        done="修改已保存。",
        current=lambda: section.rows_of(owner).get(pk=record_id),
    )


def withdraw_row(request: SignedInRequest, frame: Frame, owner: Any, name: str, record_id: int) -> HttpResponse:
    """Withdraw a row with a reason, or restore one that is withdrawn."""
    section = frame.section(name)
    record = get_object_or_404(section.rows_of(owner), pk=record_id)
    if refused := _refused(request, frame, section, owner):
        return refused
    verb, act_on = (
        ("恢复", subrecords.restore_subrecord) if record.is_withdrawn else ("撤销", subrecords.withdraw_subrecord)
    )

    def act(form: ReasonForm) -> Any:
        act_on(record, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        return _Page(frame.page(owner))

    form = ReasonForm(request.POST or None)
    return _answer(
        request, frame, section, owner, form, act, title=f"{verb}{section.label}：{record}", done=f"已{verb}。"
    )


def _answer(
    request: SignedInRequest,
    frame: Frame,
    section: Section,
    owner: Any,
    form: Any,
    act: Callable[[Any], Any],
    *,
    title: str,
    done: str,
    current: Callable[[], Any] | None = None,
) -> HttpResponse:
    context = {"owner": owner, "section": section, "title": title, "page_address": frame.page(owner)}
    return answer_form(request, form, act, template=FORM, context=context, done=done, current=current)


def _blank(section: Section, owner: Any) -> Subrecord:
    return section.model() if "__" in section.model.OWNER else section.model(**{section.model.OWNER: owner})


def _refused(request: SignedInRequest, frame: Frame, section: Section, owner: Any) -> HttpResponse | None:
    """Answer by the sentence of the policy before anything is typed. Raises: PermissionDenied for the role."""
    verdict = may_keep(request.user, owner)
    if verdict:
        return None
    refusal = Refused(verdict.code, verdict.sentence)
    if refusal.status == 403:
        raise PermissionDenied(refusal.sentence)
    context = {"owner": owner, "section": section, "title": section.label, "page_address": frame.page(owner)}
    return render(request, FORM, {**context, "refusal": refusal}, status=refusal.status)


class _Page:
    """Where a form leads when it is done."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get_absolute_url(self) -> str:
        return self._address
