"""Pages of complexes, members, contracts and decisions."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from complexes.choices import ComplexState, MemberRole
from complexes.models import Contract, InnovationComplex, LifecycleDecision, Membership
from tests.complexes.test_policies_complexes import make_complex_in
from tests.factories import (
    make_case,
    make_complex,
    make_contract,
    make_district,
    make_field,
    make_membership,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
PAGES = [
    "complex-detail",
    "complex-edit",
    "lead-change",
    "membership-new",
    "contract-new",
]


@pytest.fixture
def desk(client: Client, filer) -> Client:
    """The filer's browser."""
    client.force_login(filer)
    return client


@pytest.fixture
def own(filer):
    """A complex of the filer's district."""
    return make_complex(reporting_district=filer.district)


def _address(page: str, innovation_complex, *more) -> str:
    return reverse(f"complexes:{page}", args=[innovation_complex.code, *more])


def _codes(response) -> list[str]:
    return [row.code for row in response.context["listing"].page]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_any_rows(desk: Client, filer, django_assert_num_queries, count: int) -> None:
    for _ in range(count):
        make_complex(reporting_district=filer.district).fields.add(make_field(), make_field())

    with django_assert_num_queries(10):
        desk.get(reverse("complexes:complex-list"))


@pytest.mark.parametrize("count", [1, 3])
def test_detail_takes_the_same_queries_for_any_rows(desk: Client, own, django_assert_num_queries, count: int) -> None:
    for _ in range(count):
        make_membership(own, make_unit(), contract=make_contract(own))
        make_membership(own, make_unit(), left_on=date(2025, 1, 1))
        make_case(own)
        own.fields.add(make_field())
        own.co_districts.add(make_district())

    with django_assert_num_queries(15):
        desk.get(own.get_absolute_url())


def test_filters_narrow_the_list(client: Client, commission) -> None:
    client.force_login(commission)
    first = make_complex(name="演示低空综合体", code="CQ-0001")
    second = make_complex_in(ComplexState.CULTIVATING, code="CQ-0002", kind="research_led")
    field = make_field()
    second.fields.add(field)
    queries = [
        {},
        {"q": "低空"},
        {"q": "cq-0002"},
        {"kind": "research_led"},
        {"state": "recognised"},
        {"district": first.reporting_district.code},
        {"field": field.code},
    ]

    answers = [_codes(client.get(reverse("complexes:complex-list"), query)) for query in queries]

    assert answers == [
        ["CQ-0001", "CQ-0002"],
        ["CQ-0001"],
        ["CQ-0002"],
        ["CQ-0002"],
        ["CQ-0001"],
        ["CQ-0001"],
        ["CQ-0002"],
    ]


@pytest.mark.parametrize("query", [{"state": "x"}, {"q": "\x00"}, {"field": "\x00"}, {"district": "1 OR 1"}])
def test_wrong_filter_says_so(client: Client, commission, query: dict) -> None:
    client.force_login(commission)
    make_complex()

    response = client.get(reverse("complexes:complex-list"), query)

    assert (response.status_code, list(response.context["listing"].filterset.form.errors)) == (200, list(query))


def test_district_sees_what_it_reports_and_what_it_co_formed(desk: Client, filer, own) -> None:
    shared, foreign = make_complex(), make_complex()
    shared.co_districts.add(filer.district)

    codes = _codes(desk.get(reverse("complexes:complex-list")))

    assert codes == sorted([own.code, shared.code])
    assert foreign.code not in codes


@pytest.mark.parametrize("page", PAGES)
def test_hidden_complex_answers_like_a_missing_one(desk: Client, page: str) -> None:
    hidden, missing = desk.get(_address(page, make_complex())), desk.get(reverse(f"complexes:{page}", args=["CQ-X"]))

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content


@pytest.mark.parametrize("page", PAGES[1:])
def test_co_forming_district_reads_only(desk: Client, filer, page: str) -> None:
    shared = make_complex()
    shared.co_districts.add(filer.district)

    refused = desk.get(_address(page, shared))

    assert desk.get(shared.get_absolute_url()).status_code == 200
    assert (refused.status_code, refused.context["refusal"].code) == (403, "role")


def test_membership_of_another_complex_is_a_missing_page(desk: Client, own) -> None:
    foreign = make_complex().memberships.get()

    for page in ("membership-edit", "membership-end"):
        assert desk.get(_address(page, own, foreign.pk)).status_code == 404
        assert desk.get(_address(page, own, 10**30)).status_code == 404


def test_complex_is_drafted_by_the_exact_code_of_its_lead_unit(desk: Client, filer) -> None:
    unit, field = make_unit(), make_field()
    typed = {
        "name": "演示新综合体",
        "kind": "enterprise_led",
        "lead_unit": unit.code.lower(),
        "since": "2025.3.1",
        "fields": [field.pk],
        "purpose": "",
    }

    response = desk.post(reverse("complexes:complex-new"), typed)

    innovation_complex = InnovationComplex.objects.get()
    assert response["Location"] == innovation_complex.get_absolute_url()
    assert innovation_complex.memberships.get().unit == unit
    assert innovation_complex.memberships.get().joined_on == date(2025, 3, 1)


def test_wrong_input_of_a_complex_stands_at_its_fields_and_nothing_is_lost(desk: Client) -> None:
    typed = {
        "name": "长" * 81,
        "kind": "other",
        "lead_unit": "U-99999",
        "since": "昨天",
        "fields": ["10000000"],
        "purpose": "演\x00示",
    }

    response = desk.post(reverse("complexes:complex-new"), typed)

    form = response.context["form"]
    assert (response.status_code, set(form.errors)) == (200, set(typed))
    assert {name: form[name].value() for name in typed} == typed
    assert form.errors["since"] == ["“组建日期”不是有效日期。请按“2025-03-01”的格式填写。"]


def test_no_list_offers_a_foreign_unit(desk: Client, own) -> None:
    stranger = make_unit()

    pages = [desk.get(_address(page, own)) for page in PAGES[1:]]
    pages += [desk.get(reverse("complexes:complex-new"))]

    assert [page.status_code for page in pages] == [200] * 5
    assert [page for page in pages if stranger.name in page.content.decode()] == []


def test_stale_complex_shows_typed_and_current_values(desk: Client, own) -> None:
    field = make_field()
    typed = {"name": own.name, "kind": own.kind, "fields": [field.pk], "purpose": "甲"}
    desk.post(_address("complex-edit", own), {**typed, "revision": "0"})

    stale = desk.post(_address("complex-edit", own), {**typed, "purpose": "乙", "revision": "0"})

    assert stale.status_code == 409
    assert stale.context["stale_fields"] == [{"label": "建设目标与定位", "typed": "乙", "current": "甲"}]
    again = desk.post(_address("complex-edit", own), {**typed, "purpose": "乙", "revision": "1"})
    assert (again.status_code, InnovationComplex.objects.get().purpose) == (302, "乙")


def test_member_is_added_by_exact_code(desk: Client, own) -> None:
    unit, contract = make_unit(), make_contract(own)
    typed = {"unit_code": unit.code, "role": "core", "joined_on": "2025/06/01", "contract": contract.pk}

    response = desk.post(_address("membership-new", own), typed)

    membership = Membership.objects.get(unit=unit)
    assert response["Location"] == own.get_absolute_url()
    assert (membership.role, membership.joined_on, membership.contract) == (
        MemberRole.CORE,
        date(2025, 6, 1),
        contract,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit_code": ""}, "unit_code"),
        ({"unit_code": "9" * 61}, "unit_code"),
        ({"unit_code": "\x00"}, "unit_code"),
        ({"role": "lead"}, "role"),
        ({"joined_on": "2025-02-30"}, "joined_on"),
        ({"joined_on": "9999-01-01"}, "joined_on"),
        ({"joined_on": ""}, "joined_on"),
        ({"contract": "foreign"}, "contract"),
        ({"contract": "99999999999999999999"}, "contract"),
    ],
)
def test_wrong_member_is_refused_at_its_field(desk: Client, own, changes: dict, field: str) -> None:
    typed = {"unit_code": make_unit().code, "role": "member", "joined_on": "2025-06-01", "contract": "", **changes}
    if typed["contract"] == "foreign":
        typed["contract"] = str(make_contract(make_complex()).pk)

    response = desk.post(_address("membership-new", own), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert {name: response.context["form"][name].value() for name in typed} == typed


def test_membership_is_edited_and_ended(desk: Client, own) -> None:
    membership = make_membership(own, make_unit())

    edited = desk.post(
        _address("membership-edit", own, membership.pk),
        {"role": "core", "joined_on": "2025-01-01", "contract": "", "revision": "0"},
    )
    stale = desk.post(
        _address("membership-end", own, membership.pk), {"left_on": "2025-12-01", "reason": "演示", "revision": "0"}
    )
    ended = desk.post(
        _address("membership-end", own, membership.pk), {"left_on": "2025-12-01", "reason": "演示", "revision": "1"}
    )

    membership.refresh_from_db()
    assert [edited.status_code, stale.status_code, ended.status_code] == [302, 409, 302]
    assert (membership.role, membership.joined_on, membership.left_on) == (
        MemberRole.CORE,
        date(2025, 1, 1),
        date(2025, 12, 1),
    )


def test_end_before_start_is_a_sentence_at_the_field(desk: Client, own) -> None:
    membership = make_membership(own, make_unit())

    response = desk.post(
        _address("membership-end", own, membership.pk), {"left_on": "2024-10-01", "reason": "演示", "revision": "0"}
    )

    assert response.context["form"].errors == {
        "left_on": ["“退出日期”（2024-10-01）不晚于“加入日期”（2024-10-01）。请核对两个日期。"]
    }


def test_contract_is_registered(desk: Client, own) -> None:
    typed = {"kind": "charter", "number": "演示1", "signed_on": "2025-01-01", "expires_on": ""}

    first, second = (desk.post(_address("contract-new", own), typed) for _ in range(2))

    assert (first.status_code, second.status_code, Contract.objects.count()) == (302, 200, 1)
    assert list(second.context["form"].errors) == ["number"]


def test_lead_unit_is_changed(desk: Client, own) -> None:
    unit = make_unit()
    typed = {"unit_code": unit.code, "on": "2025-06-01", "stays": "on", "reason": "演示", "revision": "0"}

    response = desk.post(_address("lead-change", own), typed)

    assert response.status_code == 302
    assert desk.get(own.get_absolute_url()).context["lead"].unit == unit


def test_application_is_handed_in_when_complete(desk: Client, filer) -> None:
    drafted = make_complex_in(ComplexState.DRAFTING, reporting_district=filer.district)

    lacking = desk.post(_address("complex-apply", drafted), {"revision": "0"})
    drafted.fields.add(make_field())
    make_contract(drafted)
    InnovationComplex.objects.update(purpose="演示")
    complete = desk.post(_address("complex-apply", drafted), {"revision": "0"})

    assert (lacking.status_code, lacking.context["refusal"].code) == (409, "incomplete")
    assert complete.status_code == 302
    assert InnovationComplex.objects.get().state == ComplexState.APPLIED


@pytest.mark.parametrize("state", [ComplexState.APPLIED, ComplexState.EXITED])
@pytest.mark.parametrize("page", PAGES[1:])
def test_closed_complex_shows_why_it_is_not_edited(desk: Client, filer, page: str, state: str) -> None:
    closed = make_complex_in(state, reporting_district=filer.district)

    response = desk.get(_address(page, closed))

    assert (response.status_code, response.context["refusal"].code) == (409, "state")


def test_decision_takes_two_people(client: Client, commission, second_commission) -> None:
    applied = make_complex_in(ComplexState.APPLIED)
    client.force_login(commission)
    typed = {"to_state": "cultivating", "number": "", "decided_on": "2026-02-01", "reason": "演示"}

    proposed = client.post(_address("decision-propose", applied), typed)
    decision = LifecycleDecision.objects.get()
    confirm = reverse("complexes:decision-confirm", args=[decision.pk])
    own = client.post(confirm)
    client.force_login(second_commission)
    confirmed, again = client.post(confirm), client.post(confirm)

    assert [proposed.status_code, own.status_code, confirmed.status_code, again.status_code] == [302, 409, 302, 409]
    assert own.context["refusal"].code == "same_person"
    assert InnovationComplex.objects.get().state == ComplexState.CULTIVATING


def test_decision_that_no_longer_fits_is_not_confirmed(client: Client, commission, second_commission) -> None:
    review = make_complex_in(ComplexState.RECOGNITION_REVIEW)
    decision = LifecycleDecision.objects.create(
        innovation_complex=review,
        to_state=ComplexState.RECOGNISED,
        reason="演示",
        decided_on=date(2026, 1, 1),
        proposed_by=commission,
        proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    client.force_login(second_commission)

    response = client.post(reverse("complexes:decision-confirm", args=[decision.pk]))

    assert (response.status_code, response.context["refusal"].details) == (
        409,
        [("", "“文号”未填写。予以认定须有认定文号，请按认定通知填写。")],
    )
    dropped = client.post(reverse("complexes:decision-drop", args=[decision.pk]))
    assert (dropped.status_code, LifecycleDecision.objects.get().state) == (302, "dropped")


def test_impossible_decision_stands_at_its_field(client: Client, commission) -> None:
    client.force_login(commission)
    typed = {"to_state": "exited", "number": "", "decided_on": "2999-01-01", "reason": ""}

    response = client.post(_address("decision-propose", make_complex()), typed)

    assert (response.status_code, set(response.context["form"].errors)) == (200, {"to_state", "reason"})
    assert LifecycleDecision.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_decision_list_takes_the_same_queries_for_any_rows(
    client: Client, commission, django_assert_num_queries, count: int
) -> None:
    for _ in range(count):
        LifecycleDecision.objects.create(
            innovation_complex=make_complex_in(ComplexState.APPLIED),
            to_state=ComplexState.CULTIVATING,
            reason="演示",
            decided_on=date(2026, 1, 1),
            proposed_by=commission,
            proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    client.force_login(commission)

    with django_assert_num_queries(8):
        client.get(reverse("complexes:decision-list"), {"state": "proposed"})


@pytest.mark.parametrize("role", [Role.DISTRICT_FILER, Role.DISTRICT_APPROVER, Role.OBSERVER])
def test_only_the_commission_opens_the_pages_of_decisions(client: Client, role: Role) -> None:
    innovation_complex = make_complex()
    place = {} if role == Role.OBSERVER else {"district": innovation_complex.reporting_district}
    client.force_login(make_user(role, **place))

    assert client.get(_address("decision-propose", innovation_complex)).status_code == 403
    assert client.get(reverse("complexes:decision-list")).status_code == 200
