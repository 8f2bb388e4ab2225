"""Pages that keep a complex's members and contracts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from common.pages import answer_form
from common.refusals import Refused
from common.verdicts import require
from complexes.actions import memberships
from complexes.forms.memberships import ContractForm, MembershipEditForm, MembershipEndForm, MembershipForm
from complexes.models import Contract, InnovationComplex, Membership
from complexes.policies import complexes as policies
from complexes.views.complexes import complex_page, visible_complex


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def add_member(request: SignedInRequest, code: str) -> HttpResponse:
    """Bring a unit into the complex, named by its exact code."""
    innovation_complex = visible_complex(request, code)
    if refused := _refused(request, innovation_complex):
        return refused
    return answer_form(
        request,
        MembershipForm(request.POST or None, innovation_complex=innovation_complex),
        lambda form: _complex_of(
            memberships.add_member(
                innovation_complex=innovation_complex,
                unit=form.cleaned_data["unit_code"],
                role=form.cleaned_data["role"],
                joined_on=form.cleaned_data["joined_on"],
                contract=form.cleaned_data["contract"],
                by=request.user,
                at=timezone.now(),
            )
        ),
        template="complexes/membership_form_page.html",
        context={"innovation_complex": innovation_complex},
        done="成员已加入。",
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_membership(request: SignedInRequest, code: str, membership_id: int) -> HttpResponse:
    """Change a membership's role, contract or day of joining."""
    innovation_complex = visible_complex(request, code)
    membership = _membership(innovation_complex, membership_id)
    if refused := _refused(request, innovation_complex):
        return refused
    return answer_form(
        request,
        MembershipEditForm(request.POST or None, instance=_membership(innovation_complex, membership_id)),
        lambda form: _complex_of(
            memberships.change_member(
                membership=membership,
                changes=form.cleaned_changes(),
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            )
        ),
        template="complexes/membership_form_page.html",
        context={"innovation_complex": innovation_complex, "membership": membership},
        done="成员信息已保存。",
        current=lambda: Membership.objects.get(pk=membership.pk),
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def end_membership(request: SignedInRequest, code: str, membership_id: int) -> HttpResponse:
    """Let a unit leave the complex."""
    innovation_complex = visible_complex(request, code)
    membership = _membership(innovation_complex, membership_id)
    if refused := _refused(request, innovation_complex):
        return refused
    return answer_form(
        request,
        MembershipEndForm(request.POST or None, instance=_membership(innovation_complex, membership_id)),
        lambda form: _complex_of(
            memberships.end_membership(
                membership=membership,
                left_on=form.cleaned_data["left_on"],
                reason=form.cleaned_data["reason"],
                expected_revision=form.expected_revision,
                by=request.user,
                at=timezone.now(),
            )
        ),
        template="complexes/membership_end_page.html",
        context={"innovation_complex": innovation_complex, "membership": membership},
        done="成员退出已登记。",
        current=lambda: Membership.objects.get(pk=membership.pk),
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def add_contract(request: SignedInRequest, code: str) -> HttpResponse:
    """Register a charter or agreement of the complex."""
    innovation_complex = visible_complex(request, code)
    if refused := _refused(request, innovation_complex):
        return refused
    return answer_form(
        request,
        ContractForm(request.POST or None),
        lambda form: _complex_of(
            memberships.add_contract(
                innovation_complex=innovation_complex,
                changes=form.cleaned_changes(),
                by=request.user,
                at=timezone.now(),
            )
        ),
        template="complexes/contract_form_page.html",
        context={"innovation_complex": innovation_complex},
        done="合同已登记。",
    )


def _membership(innovation_complex: InnovationComplex, membership_id: int) -> Membership:
    rows = Membership.objects.select_related("unit", "contract", "innovation_complex")
    return get_object_or_404(rows, innovation_complex=innovation_complex, pk=membership_id)


def _refused(request: SignedInRequest, innovation_complex: InnovationComplex) -> HttpResponse | None:
    try:
        require(policies.may_edit_membership(request.user, innovation_complex))
    except Refused as refusal:
        return complex_page(request, innovation_complex, refusal)
    return None


def _complex_of(record: Membership | Contract) -> Any:
    return record.innovation_complex
