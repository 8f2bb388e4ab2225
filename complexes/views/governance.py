"""The page of a complex's governance: bodies, people, meetings, contracts and their parties."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from complexes.forms.subrecords import BodyForm, ContractTermsForm, MeetingForm, PartyForm, SeatForm
from complexes.models import Contract, ContractParty, GovernanceBody, GovernanceSeat, Meeting
from complexes.views import subrecords
from complexes.views.complexes import visible_complex

_SECTIONS = (
    subrecords.Section(
        name="bodies",
        label="治理机构",
        model=GovernanceBody,
        form=BodyForm,
        columns=(
            ("机构", lambda body: body.get_kind_display()),
            ("设立日期", lambda body: body.valid_from),
            ("撤并日期", lambda body: body.valid_to),
            ("依据", lambda body: body.proof),
        ),
        order=("kind", "valid_from"),
    ),
    subrecords.Section(
        name="seats",
        label="任职人员",
        model=GovernanceSeat,
        form=SeatForm,
        columns=(
            ("姓名", lambda seat: seat.person),
            ("机构", lambda seat: seat.body.get_kind_display()),
            ("职务", lambda seat: seat.post),
            ("所在单位", lambda seat: seat.employer_name),
            ("任期起", lambda seat: seat.valid_from),
            ("任期止", lambda seat: seat.valid_to),
        ),
        order=("body__kind", "-valid_from"),
        related=("body__innovation_complex", "unit"),
    ),
    subrecords.Section(
        name="meetings",
        label="会议",
        model=Meeting,
        form=MeetingForm,
        columns=(
            ("议题", lambda meeting: meeting.subject),
            ("机构", lambda meeting: meeting.body.get_kind_display()),
            ("召开日期", lambda meeting: meeting.held_on),
            ("纪要编号", lambda meeting: meeting.minutes_number),
        ),
        order=("-held_on",),
        related=("body__innovation_complex",),
    ),
    subrecords.Section(
        name="contracts",
        label="章程与合作协议",
        model=Contract,
        form=ContractTermsForm,
        columns=(
            ("合同编号", lambda contract: contract.number),
            ("合同类别", lambda contract: contract.get_kind_display()),
            ("签订日期", lambda contract: contract.signed_on),
            ("到期日期", lambda contract: contract.expires_on),
            ("扫描件", lambda contract: contract.scan),
            ("利益分配约定", lambda contract: contract.benefit_sharing),
            ("知识产权约定", lambda contract: contract.ip_terms),
        ),
        order=("signed_on",),
    ),
    subrecords.Section(
        name="parties",
        label="签约单位",
        model=ContractParty,
        form=PartyForm,
        columns=(
            ("签约单位", lambda party: party.unit.name),
            ("合同", lambda party: party.contract.number),
            ("承担的主要义务", lambda party: party.duty),
        ),
        order=("contract__signed_on", "unit__code"),
        related=("contract__innovation_complex", "unit"),
    ),
)


def _page(innovation_complex: Any) -> str:
    return reverse("complexes:governance", args=[innovation_complex.code])


FRAME = subrecords.Frame(prefix="complexes:complex", sections=_SECTIONS, page=_page)


@reads_records
@require_GET
def show_governance(request: SignedInRequest, code: str) -> HttpResponse:
    """Show who governs the complex and by which contracts it is bound."""
    innovation_complex = visible_complex(request, code)
    context = {
        "innovation_complex": innovation_complex,
        "sections": subrecords.shown_sections(FRAME, innovation_complex, user=request.user),
    }
    return render(request, "complexes/governance_page.html", context)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def enter_record(request: SignedInRequest, code: str, section: str) -> HttpResponse:
    return subrecords.enter_row(request, FRAME, visible_complex(request, code), section)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_record(request: SignedInRequest, code: str, section: str, record_id: int) -> HttpResponse:
    return subrecords.edit_row(request, FRAME, visible_complex(request, code), section, record_id)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def withdraw_record(request: SignedInRequest, code: str, section: str, record_id: int) -> HttpResponse:
    return subrecords.withdraw_row(request, FRAME, visible_complex(request, code), section, record_id)
