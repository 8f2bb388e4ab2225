"""What each role holds, as a table; reviewed beside tests/permissions/matrix.yaml."""

import pytest

from accounts.choices import Permission, Role
from accounts.policies import holds, reads_records
from tests.factories import make_user

TABLE = {
    Role.DISTRICT_FILER: {"read_district", "read_policy", "edit_records", "fill_filing"},
    Role.DISTRICT_APPROVER: {"read_district", "read_policy", "approve_as_district"},
    Role.COMMISSION: {
        "read_city",
        "read_policy",
        "approve_as_commission",
        "decide_lifecycle",
        "select_cases",
        "edit_targets",
        "run_evaluation",
        "read_evaluation",
    },
    Role.EXPERT: {"read_policy"},
    Role.OBSERVER: {"read_city", "read_policy", "read_evaluation"},
    Role.ADMINISTRATOR: {"read_policy", "manage_system"},
    Role.CLIENT: {"read_city", "read_policy"},
}


def test_every_role_is_in_the_table():
    assert set(TABLE) == set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_role_holds_exactly_the_permissions_of_the_table(role: Role):
    user = make_user(role)
    assert {str(permission) for permission in Permission if holds(user, permission)} == TABLE[role]
    assert bool(reads_records(user)) == bool(TABLE[role] & {"read_district", "read_city"})


@pytest.mark.django_db
def test_inactive_account_holds_nothing():
    user = make_user(Role.COMMISSION, is_active=False)
    assert [permission for permission in Permission if holds(user, permission)] == []


@pytest.mark.django_db
def test_refusal_says_what_is_missing_and_what_to_do():
    verdict = holds(make_user(Role.EXPERT), Permission.EDIT_RECORDS)
    assert (bool(verdict), verdict.code) == (False, "role")
    assert verdict.sentence == "您的角色无权“维护综合体、成员与台账”。如确需办理，请联系系统管理员调整角色。"
