"""Governance of a complex: bodies, people, meetings, contracts and parties, kept by the reporting district."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions import subrecords as actions
from complexes.models import Contract, ContractParty, GovernanceBody, GovernanceSeat, InnovationComplex, Meeting
from tests.factories import make_body, make_complex, make_contract, make_seat, make_unit, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def innovation_complex(filer: User) -> InnovationComplex:
    return make_complex(reporting_district=filer.district)


def page_of(innovation_complex: InnovationComplex) -> str:
    return reverse("complexes:governance", args=[innovation_complex.code])


def record_address(verb: str, innovation_complex: InnovationComplex, *arguments: Any) -> str:
    return reverse(f"complexes:complex-record-{verb}", args=[innovation_complex.code, *arguments])


def broken(make: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    return str(caught.value.__cause__.diag.constraint_name)


def test_each_constraint_is_kept_by_the_database(innovation_complex: InnovationComplex):
    body = make_body(innovation_complex)
    contract, unit = make_contract(innovation_complex), make_unit()
    make_seat(body, person="演示甲")
    Meeting.objects.create(body=body, held_on=date(2025, 3, 1), subject="演示议题", minutes_number="1")
    ContractParty.objects.create(contract=contract, unit=unit)
    meeting = {"held_on": date(2025, 4, 1), "subject": "演示议题", "minutes_number": "1"}
    assert [
        broken(lambda: make_body(innovation_complex, kind="other", valid_from=date(2020, 1, 1))),
        broken(lambda: make_body(innovation_complex, kind="experts", valid_to=date(2024, 11, 1))),
        broken(lambda: make_body(innovation_complex, valid_from=date(2025, 1, 1))),
        broken(lambda: make_seat(body, valid_to=date(2024, 11, 1))),
        broken(lambda: make_seat(body, person="演示甲", valid_from=date(2025, 1, 1))),
        broken(lambda: Meeting.objects.create(body=body, **meeting)),
        broken(lambda: ContractParty.objects.create(contract=contract, unit=unit)),
        broken(lambda: make_body(innovation_complex, kind="experts", withdrawal_reason="只有理由")),
    ] == [
        "governancebody_kind_is_known",
        "governancebody_ends_after_start",
        "governancebody_one_of_a_kind_at_a_time",
        "governanceseat_ends_after_start",
        "governanceseat_no_post_twice",
        "meeting_minutes_number_once_per_body",
        "contractparty_once_per_contract",
        "governancebody_withdrawal_is_whole",
    ]


def test_a_body_its_people_meetings_contracts_and_parties_are_entered_on_pages(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    client.force_login(filer)
    unit = make_unit(home_district=filer.district)
    contract = make_contract(innovation_complex)
    typed = {
        "bodies": {"kind": "council", "valid_from": "2024-11-01", "proof": "演示章程第三条"},
        "seats": {"person": "演示理事长", "post": "理事长", "unit": unit.code, "valid_from": "2024-11-01"},
        "meetings": {"held_on": "2025-03-01", "subject": "演示年度计划", "minutes_number": "演示纪要1号"},
        "contracts": {"kind": "agreement", "number": "演示协议2", "signed_on": "2025-01-01", "ip_terms": "演示共有"},
        "parties": {"contract": contract.pk, "unit": unit.code, "duty": "演示提供中试场地"},
    }
    for section, values in typed.items():
        body = {"body": GovernanceBody.objects.get().pk} if section in {"seats", "meetings"} else {}
        answer = client.post(record_address("new", innovation_complex, section), {**values, **body})
        assert (section, answer.status_code, answer.headers.get("Location")) == (
            section,
            302,
            page_of(innovation_complex),
        )
    text = client.get(page_of(innovation_complex)).content.decode()
    for shown in ("演示章程第三条", "理事长", unit.name, "演示年度计划", "演示纪要1号", "演示共有", "演示提供中试场地"):
        assert shown in text
    kinds = AuditEvent.objects.filter(kind__endswith=".created", actor=filer).values_list("kind", flat=True)
    assert sorted(kinds) == [
        "contract.created",
        "contractparty.created",
        "governancebody.created",
        "governanceseat.created",
        "meeting.created",
    ]


def test_wrong_rows_are_refused_in_words_and_nothing_typed_is_lost(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    client.force_login(filer)
    make_body(innovation_complex)
    wrong = {
        "“设立日期”应在": {"kind": "experts", "valid_from": "2099-01-01"},
        "“撤并日期”应晚于“设立日期”": {"kind": "experts", "valid_from": "2025-01-01", "valid_to": "2024-01-01"},
        "该机构在这一时期已登记": {"kind": "council", "valid_from": "2025-01-01"},
    }
    for sentence, typed in wrong.items():
        answer = client.post(record_address("new", innovation_complex, "bodies"), typed)
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
        assert typed["valid_from"] in answer.content.decode()
    assert GovernanceBody.objects.count() == 1


def test_a_row_is_withdrawn_with_a_reason_hidden_from_readers_and_restored(
    client: Client, filer: User, approver: User, innovation_complex: InnovationComplex
):
    body = make_body(innovation_complex, proof="演示依据甲")
    address = record_address("withdraw", innovation_complex, "bodies", body.pk)
    client.force_login(filer)
    assert "“理由”未填写" in client.post(address, {"reason": " "}).content.decode()
    assert client.post(address, {"reason": "演示：重复登记"}).status_code == 302
    body.refresh_from_db()
    assert (body.is_withdrawn, body.withdrawn_by) == (True, filer)
    assert "已撤销" in client.get(page_of(innovation_complex)).content.decode()
    client.force_login(approver)
    assert "演示依据甲" not in client.get(page_of(innovation_complex)).content.decode()
    client.force_login(filer)
    successor = make_body(innovation_complex)
    blocked = client.post(address, {"reason": "演示：恢复"})
    assert "该机构在这一时期已登记" in blocked.content.decode()
    actions.withdraw_subrecord(successor, reason="演示理由", by=filer, at=AT)
    assert client.post(address, {"reason": "演示：恢复"}).status_code == 302
    body.refresh_from_db()
    assert body.is_withdrawn is False


def test_a_stale_page_shows_typed_and_current(client: Client, filer: User, innovation_complex: InnovationComplex):
    seat = make_seat(make_body(innovation_complex), post="理事")
    client.force_login(filer)
    address = record_address("edit", innovation_complex, "seats", seat.pk)
    typed = {"body": seat.body_id, "person": seat.person, "employer": "演示单位", "valid_from": "2024-11-01"}
    assert client.post(address, {**typed, "post": "副理事长", "revision": "0"}).status_code == 302
    stale = client.post(address, {**typed, "post": "理事长", "revision": "0"})
    assert (stale.status_code, stale.context["stale_fields"]) == (
        409,
        [{"label": "职务", "typed": "理事长", "current": "副理事长"}],
    )


def test_a_row_never_moves_to_another_complex(filer: User, innovation_complex: InnovationComplex):
    seat = make_seat(make_body(innovation_complex))
    elsewhere = make_body(make_complex(reporting_district=filer.district))
    with pytest.raises(ValidationError):
        actions.change_subrecord(seat, {"body": elsewhere}, expected_revision=0, by=filer, at=AT)


def test_the_form_offers_own_bodies_and_contracts_only(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    own = make_body(innovation_complex)
    make_body(make_complex(reporting_district=filer.district))
    make_contract(make_complex(reporting_district=filer.district))
    client.force_login(filer)
    form = client.get(record_address("new", innovation_complex, "seats")).context["form"]
    assert list(form.fields["body"].queryset) == [own]
    form = client.get(record_address("new", innovation_complex, "parties")).context["form"]
    assert list(form.fields["contract"].queryset) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DISTRICT_FILER])
def test_only_filers_of_the_reporting_district_keep_rows(
    role: Role, filer: User, innovation_complex: InnovationComplex
):
    district = {"district": filer.district} if role == Role.DISTRICT_APPROVER else {}
    others = [make_user(role, **district), make_user(Role.DISTRICT_FILER)]
    body = make_body(innovation_complex)
    new = GovernanceBody(innovation_complex=innovation_complex, kind="experts", valid_from=date(2025, 1, 1))
    for somebody in others:
        acts = [
            lambda by=somebody: actions.create_subrecord(new, by=by, at=AT),
            lambda by=somebody: actions.change_subrecord(body, {}, expected_revision=0, by=by, at=AT),
            lambda by=somebody: actions.withdraw_subrecord(body, reason="演示", by=by, at=AT),
        ]
        for act in acts:
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.code == "role"


def test_a_closed_complex_refuses_by_its_state(client: Client, filer: User):
    exited = make_complex(reporting_district=filer.district, state="exited", exited_on=date(2026, 1, 1))
    client.force_login(filer)
    assert client.get(record_address("new", exited, "bodies")).status_code == 409


def test_unknown_sections_and_foreign_rows_are_missing(
    client: Client, filer: User, innovation_complex: InnovationComplex
):
    foreign = make_body(make_complex())
    client.force_login(filer)
    assert client.get(record_address("new", innovation_complex, "nonsense")).status_code == 404
    assert client.get(record_address("edit", innovation_complex, "bodies", foreign.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three_rows(
    rows: int, client: Client, filer: User, innovation_complex: InnovationComplex, django_assert_num_queries: Any
):
    body = make_body(innovation_complex)
    for number in range(rows):
        make_seat(body, unit=make_unit())
        Meeting.objects.create(body=body, held_on=date(2025, 3, 1), subject="演示", minutes_number=str(number))
        ContractParty.objects.create(contract=make_contract(innovation_complex), unit=make_unit())
    client.force_login(filer)
    client.get(page_of(innovation_complex))
    with django_assert_num_queries(9):
        client.get(page_of(innovation_complex))
    assert (GovernanceSeat.objects.count(), Contract.objects.count()) == (rows, rows)
