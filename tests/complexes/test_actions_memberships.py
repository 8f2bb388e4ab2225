"""Bring units in, change and end memberships, register contracts."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.choices import Role
from audit.models import AuditEvent
from common.refusals import Refused
from complexes.actions.memberships import add_contract, add_member, change_member, end_membership
from complexes.choices import ComplexState, ContractKind, MemberRole
from complexes.models import Contract, Membership
from tests.complexes.test_policies_complexes import make_complex_in
from tests.factories import make_complex, make_contract, make_membership, make_period_lock, make_unit, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def own(filer):
    """A complex of the filer's district."""
    return make_complex(reporting_district=filer.district)


def _add(innovation_complex, unit, by, **changes):
    values = {"role": MemberRole.MEMBER, "joined_on": date(2025, 6, 1), **changes}
    return add_member(innovation_complex=innovation_complex, unit=unit, by=by, at=AT, **values)


def _change(membership, by, *, revision=0, **changes):
    return change_member(membership=membership, changes=changes, expected_revision=revision, by=by, at=AT)


def _end(membership, by, *, left_on=date(2026, 1, 1), revision=0):
    return end_membership(
        membership=membership, left_on=left_on, reason="演示", expected_revision=revision, by=by, at=AT
    )


def test_unit_of_another_district_joins_with_its_contract(filer, own) -> None:
    contract = make_contract(own)

    membership = _add(own, make_unit(), filer, contract=contract)

    assert (membership.contract, membership.left_on) == (contract, None)
    assert AuditEvent.objects.get().kind == "membership.created"


def test_current_member_does_not_join_again(filer, own) -> None:
    unit = make_unit()
    make_membership(own, unit)

    with pytest.raises(ValidationError) as error:
        _add(own, unit, filer)

    assert error.value.message_dict == {
        "unit_code": [
            f"“{unit.name}”已是本综合体成员（2024-10-01至今，成员单位），不能重复加入。请核对单位代码，或修改已有的成员记录。"
        ]
    }


def test_former_member_joins_again_from_the_day_it_left(filer, own) -> None:
    unit = make_unit()
    make_membership(own, unit, left_on=date(2025, 6, 1))

    with pytest.raises(ValidationError):
        _add(own, unit, filer, joined_on=date(2025, 5, 31))
    _add(own, unit, filer)

    assert own.memberships.filter(unit=unit).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"joined_on": date(2026, 3, 2)}, "joined_on"),
        ({"joined_on": date(1, 1, 1)}, "joined_on"),
        ({"left_on": date(2025, 6, 1)}, "left_on"),
        ({"left_on": date(2025, 5, 1)}, "left_on"),
        ({"left_on": date(2026, 3, 2)}, "left_on"),
        ({"role": MemberRole.LEAD}, "role"),
    ],
)
def test_impossible_membership_is_refused_at_its_field(filer, own, changes, field) -> None:
    with pytest.raises(ValidationError) as error:
        _add(own, make_unit(), filer, **changes)

    assert list(error.value.message_dict) == [field]


def test_contract_of_another_complex_is_refused(filer, own) -> None:
    with pytest.raises(ValidationError) as error:
        _add(own, make_unit(), filer, contract=make_contract(make_complex()))

    assert list(error.value.message_dict) == ["contract"]


def test_locked_year_keeps_its_members(filer, own) -> None:
    membership = make_membership(own, make_unit())
    make_period_lock(own, 2025, holder_label="演示综合体 2025年度填报")
    acts = [
        lambda: _add(own, make_unit(), filer, joined_on=date(2025, 12, 31)),
        lambda: _add(own, make_unit(), filer, joined_on=date(2024, 9, 30)),
        lambda: _change(membership, filer, joined_on=date(2026, 1, 1)),
        lambda: _end(membership, filer, left_on=date(2025, 12, 31)),
    ]
    refusals = []

    for act in acts:
        with pytest.raises(Refused) as refusal:
            act()
        refusals.append(refusal.value)

    assert [refusal.code for refusal in refusals] == ["locked"] * 4
    assert refusals[0].sentence == (
        "这一变更会改变2025-12-31的成员构成，而年度填报“演示综合体 2025年度填报”已提交并以该日成员为准。"
        "请改用该日之后的日期；确需更正的，请先由当前持有该填报的部门退回或重新开放。"
    )


def test_changes_beside_a_locked_year_pass(filer, own) -> None:
    membership = make_membership(own, make_unit())
    make_period_lock(own, 2025)

    _add(own, make_unit(), filer, joined_on=date(2026, 1, 1))
    _add(own, make_unit(), filer, joined_on=date(2025, 1, 1), left_on=date(2025, 12, 31))
    _change(membership, filer, joined_on=date(2024, 11, 1), role=MemberRole.CORE)
    ended = _end(membership, filer, left_on=date(2026, 1, 1), revision=1)

    assert (ended.role, ended.joined_on, ended.left_on, ended.revision) == (
        MemberRole.CORE,
        date(2024, 11, 1),
        date(2026, 1, 1),
        2,
    )


def test_change_takes_a_contract_off(filer, own) -> None:
    membership = make_membership(own, make_unit(), contract=make_contract(own))

    assert _change(membership, filer, contract=None).contract is None


def test_lead_unit_keeps_its_role_and_does_not_leave(filer, own) -> None:
    lead = own.memberships.get()

    with pytest.raises(ValidationError) as error:
        _change(lead, filer, role=MemberRole.MEMBER)
    with pytest.raises(Refused) as refusal:
        _end(lead, filer)

    assert (list(error.value.message_dict), refusal.value.code) == (["role"], "lead")


@pytest.mark.parametrize("act", [_change, _end])
def test_stale_page_changes_nothing(filer, own, act) -> None:
    membership = make_membership(own, make_unit())

    with pytest.raises(Refused) as refusal:
        act(membership, filer, revision=5)

    assert (refusal.value.code, AuditEvent.objects.count()) == ("stale", 0)


@pytest.mark.parametrize("state", [ComplexState.APPLIED, ComplexState.DECLINED, ComplexState.EXITED])
def test_complex_that_is_closed_keeps_its_members(filer, state) -> None:
    innovation_complex = make_complex_in(state, reporting_district=filer.district)

    with pytest.raises(Refused) as refusal:
        _add(innovation_complex, make_unit(), filer)

    assert (refusal.value.code, refusal.value.status) == ("state", 409)


def test_filer_of_another_district_adds_nobody(own) -> None:
    with pytest.raises(Refused) as refusal:
        _add(own, make_unit(), make_user(Role.DISTRICT_FILER))

    assert (refusal.value.code, Membership.objects.count()) == ("role", 1)


def _add_contract(innovation_complex, by, **changes):
    values = {"kind": ContractKind.CHARTER, "number": "演示章程1", "signed_on": date(2025, 1, 1), **changes}
    return add_contract(innovation_complex=innovation_complex, changes=values, by=by, at=AT)


def test_contract_is_registered_once_per_number(filer, own) -> None:
    contract = _add_contract(own, filer)

    with pytest.raises(ValidationError) as error:
        _add_contract(own, filer)

    assert list(Contract.objects.all()) == [contract]
    assert error.value.message_dict == {
        "number": ["合同编号“演示章程1”在本综合体已登记。请核对编号，或直接选用已登记的合同。"]
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signed_on": date(2026, 3, 2)}, "signed_on"),
        ({"expires_on": date(2025, 1, 1)}, "expires_on"),
        ({"number": ""}, "number"),
        ({"kind": "oral"}, "kind"),
    ],
)
def test_impossible_contract_is_refused_at_its_field(filer, own, changes, field) -> None:
    with pytest.raises(ValidationError) as error:
        _add_contract(own, filer, **changes)

    assert list(error.value.message_dict) == [field]


def test_nobody_joins_before_the_formation(filer, own) -> None:
    with pytest.raises(ValidationError) as error:
        _add(own, make_unit(), filer, joined_on=date(2024, 9, 24))

    assert error.value.message_dict == {
        "joined_on": [
            "“加入日期”2024-09-24早于综合体的组建日期2024-09-25。请核对日期；组建日期有误的，请联系市级管理部门。"
        ]
    }


def test_a_contract_does_not_expire_absurdly_late(own) -> None:
    with pytest.raises(ValidationError) as error:
        make_contract(own, expires_on=date(2101, 1, 1)).clean()

    assert error.value.message_dict == {
        "expires_on": ["“到期日期”2101-01-01晚于2100年。请核对年份；未约定到期日期的请留空。"]
    }
