"""Draft, change and hand in a complex; change its lead unit."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.choices import Role
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions.complexes import change_complex, change_lead_unit, create_complex, submit_application
from complexes.choices import ComplexKind, ComplexState, MemberRole
from complexes.models import InnovationComplex, Membership
from tests.complexes.test_policies_complexes import make_complex_in
from tests.factories import (
    make_complex,
    make_contract,
    make_district,
    make_field,
    make_membership,
    make_period_lock,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
SINCE = date(2025, 2, 1)


def _create(by, **changes):
    values = {"name": "演示新综合体", "kind": ComplexKind.ENTERPRISE_LED, "purpose": "演示", **changes}
    return create_complex(changes=values, lead_unit=make_unit(), since=SINCE, by=by, at=AT)


def _own(filer, state=ComplexState.RECOGNISED, **changes):
    return make_complex_in(state, reporting_district=filer.district, **changes)


def _lead(innovation_complex, on=None):
    rows = innovation_complex.memberships.filter(role=MemberRole.LEAD)
    return (rows.on(on) if on else rows.filter(left_on=None)).get().unit


def test_complex_is_drafted_with_number_term_and_lead_unit(filer) -> None:
    fields = [make_field(), make_field()]

    innovation_complex = _create(filer, fields=fields, co_districts=[make_district()])

    assert (innovation_complex.code, innovation_complex.state) == ("CQ-0001", ComplexState.DRAFTING)
    assert innovation_complex.reporting_district == filer.district
    assert set(innovation_complex.fields.all()) == set(fields)
    assert innovation_complex.co_districts.count() == 1
    membership = Membership.objects.get()
    assert (membership.role, membership.joined_on, membership.left_on) == (MemberRole.LEAD, SINCE, None)
    assert innovation_complex.district_on(SINCE) == filer.district
    assert innovation_complex.district_on(date(2025, 1, 31)) is None
    assert sorted(AuditEvent.objects.values_list("kind", flat=True)) == [
        "innovationcomplex.created",
        "innovationcomplex.linked",
        "membership.created",
    ]


def test_known_name_names_the_complex_that_has_it(filer) -> None:
    known = make_complex()

    with pytest.raises(ValidationError) as error:
        _create(filer, name=known.name)

    assert error.value.message_dict == {"name": [f"综合体名称“{known.name}”已被{known.code}使用。请填写不同的名称。"]}


@pytest.mark.parametrize("since", [date(1999, 12, 31), date(2026, 3, 2)])
def test_complex_begins_neither_in_the_future_nor_long_ago(filer, since) -> None:
    with pytest.raises(ValidationError) as error:
        create_complex(
            changes={"name": "演示", "kind": ComplexKind.ENTERPRISE_LED},
            lead_unit=make_unit(),
            since=since,
            by=filer,
            at=AT,
        )

    assert error.value.message_dict == {
        "since": [f"“组建日期”应在2000-01-01至今天（2026-03-01）之间，现为{since}。请核对日期后重新填写。"]
    }
    assert InnovationComplex.objects.count() == 0


def test_change_of_links_alone_raises_the_revision(filer) -> None:
    innovation_complex = _own(filer)
    field = make_field()

    changed = change_complex(
        innovation_complex=innovation_complex,
        changes={"name": innovation_complex.name, "fields": [field]},
        expected_revision=0,
        by=filer,
        at=AT,
    )

    assert changed.revision == 1
    assert AuditEvent.objects.get().changes == {"fields": [[], [field.code]]}


def test_change_of_everything_raises_the_revision_once(filer) -> None:
    innovation_complex = _own(filer)

    changed = change_complex(
        innovation_complex=innovation_complex,
        changes={"name": "演示更名", "fields": [make_field()], "co_districts": []},
        expected_revision=0,
        by=filer,
        at=AT,
    )

    changed.refresh_from_db()
    assert (changed.name, changed.revision) == ("演示更名", 1)


def test_stale_page_changes_nothing(filer) -> None:
    innovation_complex = _own(filer)

    with pytest.raises(Refused) as refusal:
        change_complex(
            innovation_complex=innovation_complex,
            changes={"name": "演示", "fields": [make_field()]},
            expected_revision=3,
            by=filer,
            at=AT,
        )

    assert (refusal.value.code, innovation_complex.fields.count(), AuditEvent.objects.count()) == ("stale", 0, 0)


def test_co_forming_district_reads_and_changes_nothing(filer) -> None:
    innovation_complex = make_complex()
    innovation_complex.co_districts.add(filer.district)

    with pytest.raises(Refused) as refusal:
        change_complex(
            innovation_complex=innovation_complex, changes={"name": "演示"}, expected_revision=0, by=filer, at=AT
        )

    assert refusal.value.code == "role"
    assert list(InnovationComplex.objects.visible_to(filer)) == [innovation_complex]


def test_incomplete_application_lists_what_is_missing(filer) -> None:
    innovation_complex = _own(filer, ComplexState.DRAFTING)
    Membership.objects.update(left_on=date(2026, 1, 1))

    with pytest.raises(Refused) as refusal:
        submit_application(innovation_complex=innovation_complex, expected_revision=0, by=filer, at=AT)

    assert [place for place, _ in refusal.value.details] == [
        "建设目标与定位",
        "产业领域",
        "牵头单位",
        "章程或合作协议",
    ]
    assert InnovationComplex.objects.get().state == ComplexState.DRAFTING


def test_complete_application_is_handed_in_once(filer) -> None:
    innovation_complex = _own(filer, ComplexState.DRAFTING, purpose="演示")
    innovation_complex.fields.add(make_field())
    make_contract(innovation_complex)

    applied = submit_application(innovation_complex=innovation_complex, expected_revision=0, by=filer, at=AT)

    assert (applied.state, applied.revision) == (ComplexState.APPLIED, 1)
    assert AuditEvent.objects.get().kind == "innovationcomplex.applied"
    with pytest.raises(Refused) as refusal:
        submit_application(innovation_complex=applied, expected_revision=1, by=filer, at=AT)
    assert refusal.value.code == "state"


def _change_lead(innovation_complex, unit, by, *, on=SINCE, stays=True, revision=0):
    return change_lead_unit(
        innovation_complex=innovation_complex,
        unit=unit,
        on=on,
        stays=stays,
        reason="演示决议",
        expected_revision=revision,
        by=by,
        at=AT,
    )


def test_new_lead_unit_begins_where_the_former_ends(filer) -> None:
    innovation_complex = _own(filer)
    former, unit = _lead(innovation_complex), make_unit()

    changed = _change_lead(innovation_complex, unit, filer)

    assert changed.revision == 1
    assert (_lead(changed, on=date(2025, 1, 31)), _lead(changed, on=SINCE)) == (former, unit)
    stayed = changed.memberships.get(unit=former, left_on=None)
    assert (stayed.role, stayed.joined_on) == (MemberRole.CORE, SINCE)
    event = AuditEvent.objects.get(kind="innovationcomplex.lead_changed")
    assert (event.changes, event.reason) == ({"lead_unit": [former.code, unit.code]}, "演示决议")


def test_member_that_becomes_the_lead_is_one_member_all_along(filer) -> None:
    innovation_complex = _own(filer)
    unit = make_unit()
    make_membership(innovation_complex, unit)

    _change_lead(innovation_complex, unit, filer, stays=False)

    rows = innovation_complex.memberships.filter(unit=unit).order_by("joined_on")
    assert list(rows.values_list("role", "joined_on", "left_on")) == [
        (MemberRole.MEMBER, date(2024, 10, 1), SINCE),
        (MemberRole.LEAD, SINCE, None),
    ]
    assert innovation_complex.memberships.filter(left_on=None).count() == 1


def test_member_that_joined_on_the_day_changes_its_role(filer) -> None:
    innovation_complex = _own(filer)
    unit = make_unit()
    make_membership(innovation_complex, unit, joined_on=SINCE)

    _change_lead(innovation_complex, unit, filer)

    assert list(innovation_complex.memberships.filter(unit=unit).values_list("role", "joined_on", "left_on")) == [
        (MemberRole.LEAD, SINCE, None)
    ]


@pytest.mark.parametrize(
    ("on", "field"), [(date(2024, 10, 1), "on"), (date(2026, 3, 2), "on"), (date(1900, 1, 1), "on")]
)
def test_day_of_the_change_lies_after_the_former_began(filer, on, field) -> None:
    innovation_complex = _own(filer)

    with pytest.raises(ValidationError) as error:
        _change_lead(innovation_complex, make_unit(), filer, on=on)

    assert list(error.value.message_dict) == [field]
    assert innovation_complex.memberships.count() == 1


def test_lead_unit_does_not_follow_itself(filer) -> None:
    innovation_complex = _own(filer)

    with pytest.raises(ValidationError) as error:
        _change_lead(innovation_complex, _lead(innovation_complex), filer)

    assert list(error.value.message_dict) == ["unit_code"]


def test_lead_change_leaves_members_of_a_locked_year_alone(filer) -> None:
    innovation_complex = _own(filer)
    make_period_lock(innovation_complex, 2025)
    unit = make_unit()

    with pytest.raises(Refused) as refusal:
        _change_lead(innovation_complex, unit, filer)

    assert refusal.value.code == "locked"
    assert innovation_complex.memberships.count() == 1
    _change_lead(innovation_complex, unit, filer, on=date(2026, 1, 1))
    assert _lead(innovation_complex) == unit


def test_commission_edits_nothing(commission) -> None:
    innovation_complex = make_complex()

    with pytest.raises(Refused) as refusal:
        _change_lead(innovation_complex, make_unit(), commission)

    assert refusal.value.code == "role"
    assert make_user(Role.COMMISSION).may_read_city
