"""Pages of complexes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs, reads_records
from common.days import asked_day
from common.listing import list_rows
from common.pages import answer_form
from common.refusals import Refused
from common.revisions import typed_revision
from common.verdicts import require
from complexes.actions import complexes
from complexes.choices import DecisionState, MemberRole
from complexes.forms.complexes import ComplexFilters, ComplexForm, LeadChangeForm, NewComplexForm
from complexes.models import Case, InnovationComplex, LifecycleDecision
from complexes.policies import complexes as policies
from complexes.views.as_of import as_of_page
from members.models import Unit


@reads_records
@require_GET
def list_complexes(request: SignedInRequest) -> HttpResponse:
    """List the complexes that the person may see."""
    rows = (
        InnovationComplex.objects.visible_to(request.user)
        .with_lead_unit()
        .select_related("reporting_district")
        .prefetch_related("fields")
        .order_by("code", "pk")
    )
    listing = list_rows(request, ComplexFilters, rows)
    context = {"listing": listing, "may_create": policies.may_create_complex(request.user)}
    return render(request, "complexes/complex_list_page.html", context)


@reads_records
@require_GET
def show_complex(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a complex with its members, contracts, decisions and cases; with `?on=` as it was on that day."""
    innovation_complex = visible_complex(request, code)
    on, day_form = asked_day(request)
    if on is not None:
        return as_of_page(request, innovation_complex, on, day_form)
    return complex_page(request, innovation_complex)


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def create_complex(request: SignedInRequest) -> HttpResponse:
    """Draft the application of a new complex."""
    return answer_form(
        request,
        NewComplexForm(request.POST or None, user=request.user),
        lambda form: complexes.create_complex(
            changes=form.cleaned_changes(),
            lead_unit=form.cleaned_data["lead_unit"],
            since=form.cleaned_data["since"],
            by=request.user,
            at=timezone.now(),
        ),
        template="complexes/complex_form_page.html",
        context={},
        done="综合体已建立，可继续登记合同和成员，完成后提交申请。",
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def edit_complex(request: SignedInRequest, code: str) -> HttpResponse:
    """Change a complex's content."""
    innovation_complex = visible_complex(request, code)
    try:
        require(policies.may_edit_complex(request.user, innovation_complex))
    except Refused as refusal:
        return complex_page(request, innovation_complex, refusal)
    return answer_form(
        request,
        ComplexForm(request.POST or None, instance=visible_complex(request, code), user=request.user),
        lambda form: complexes.change_complex(
            innovation_complex=innovation_complex,
            changes=form.cleaned_changes(),
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="complexes/complex_form_page.html",
        context={"innovation_complex": innovation_complex},
        done="修改已保存。",
        current=lambda: InnovationComplex.objects.get(pk=innovation_complex.pk),
    )


@needs(Permission.EDIT_RECORDS)
@require_http_methods(["GET", "POST"])
def change_lead(request: SignedInRequest, code: str) -> HttpResponse:
    """Let another unit lead the complex."""
    innovation_complex = visible_complex(request, code)
    try:
        require(policies.may_edit_membership(request.user, innovation_complex))
    except Refused as refusal:
        return complex_page(request, innovation_complex, refusal)
    return answer_form(
        request,
        LeadChangeForm(request.POST or None, instance=visible_complex(request, code)),
        lambda form: complexes.change_lead_unit(
            innovation_complex=innovation_complex,
            unit=form.cleaned_data["unit_code"],
            on=form.cleaned_data["on"],
            stays=form.cleaned_data["stays"],
            reason=form.cleaned_data["reason"],
            expected_revision=form.expected_revision,
            by=request.user,
            at=timezone.now(),
        ),
        template="complexes/lead_change_page.html",
        context={"innovation_complex": innovation_complex},
        done="牵头单位已变更。",
        current=lambda: InnovationComplex.objects.get(pk=innovation_complex.pk),
    )


@needs(Permission.EDIT_RECORDS)
@require_POST
def submit_application(request: SignedInRequest, code: str) -> HttpResponse:
    """Hand the application to the commission."""
    innovation_complex = visible_complex(request, code)
    try:
        complexes.submit_application(
            innovation_complex=innovation_complex,
            expected_revision=typed_revision(request.POST),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return complex_page(request, visible_complex(request, code), refusal)
    messages.success(request, "申请已提交市级审查。")
    return redirect(innovation_complex)


def visible_complex(request: SignedInRequest, code: str) -> InnovationComplex:
    """Return the complex, or answer as if it did not exist."""
    rows = InnovationComplex.objects.visible_to(request.user).select_related("reporting_district")
    return get_object_or_404(rows, code=code)


def complex_page(
    request: SignedInRequest, innovation_complex: InnovationComplex, refusal: Refused | None = None
) -> HttpResponse:
    """Show everything that this app knows of the complex, under a refusal if there is one."""
    user = request.user
    memberships = innovation_complex.memberships.select_related("unit__home_district", "contract")
    places = {role.value: place for place, role in enumerate(MemberRole)}
    members = sorted(memberships, key=lambda member: (places[member.role], member.unit.code, member.pk))
    decisions = LifecycleDecision.objects.visible_to(user).select_related(
        "proposed_by", "confirmed_by", "innovation_complex"
    )
    context = {
        "innovation_complex": innovation_complex,
        "fields": innovation_complex.fields.select_related("taxonomy").order_by("position", "pk"),
        "co_districts": innovation_complex.co_districts.in_order(),
        "reporting_terms": innovation_complex.reporting_terms.select_related("district").order_by("valid_from"),
        "lead": next((member for member in members if member.is_lead and member.left_on is None), None),
        "members": [member for member in members if member.left_on is None],
        "former_members": [member for member in members if member.left_on is not None],
        "linked_units": set(
            Unit.objects.visible_to(user)
            .filter(pk__in=[member.unit_id for member in members])
            .values_list("pk", flat=True)
        ),
        "contracts": innovation_complex.contracts.current().order_by("signed_on", "pk"),
        "decisions": decisions.filter(innovation_complex=innovation_complex).order_by("-proposed_at", "-pk"),
        "proposed_state": DecisionState.PROPOSED,
        "cases": Case.objects.current()
        .visible_to(user)
        .filter(innovation_complex=innovation_complex)
        .order_by("code", "pk"),
        "may_edit": policies.may_edit_complex(user, innovation_complex),
        "may_edit_membership": policies.may_edit_membership(user, innovation_complex),
        "may_submit": policies.may_submit_application(user, innovation_complex),
        "may_propose": policies.may_propose_decision(user, innovation_complex),
        "day_form": asked_day(request)[1],
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "complexes/complex_detail_page.html", context, status=status)
