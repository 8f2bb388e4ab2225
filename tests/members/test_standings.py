"""Standings of a unit over time: kept by its home district, never overlapping, withdrawn instead of deleted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from audit.models import AuditEvent
from common.refusals import Refused
from members.actions import standings as actions
from members.models import Standing, Unit
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def unit(filer: User) -> Unit:
    return make_unit(home_district=filer.district)


def add(unit: Unit, by: User, **changes: Any) -> Standing:
    values = {"kind": "high_tech", "number": "演示证书1", "valid_from": date(2023, 11, 1), **changes}
    return actions.add_standing(unit=unit, changes=values, by=by, at=AT)


def test_a_standing_is_added_ended_and_followed_by_the_next(filer: User, unit: Unit):
    first = add(unit, filer)
    with pytest.raises(ValidationError, match="该称号在这一时期已登记"):
        add(unit, filer, number="演示证书2", valid_from=date(2026, 11, 1))
    actions.change_standing(
        standing=first, changes={"valid_to": date(2026, 11, 1)}, expected_revision=0, by=filer, at=AT
    )
    second = add(unit, filer, number="演示证书2", valid_from=date(2026, 11, 1))
    assert [list(Standing.objects.on(day)) for day in (date(2023, 10, 31), date(2026, 10, 31), date(2026, 11, 1))] == [
        [],
        [first],
        [second],
    ]
    kinds = AuditEvent.objects.filter(object_type="members.standing", object_id=first.pk).order_by("pk")
    assert [event.kind for event in kinds] == ["standing.created", "standing.changed"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": " "}, "“文号或证书号”未填写"),
        ({"valid_from": date(2099, 1, 1)}, "“生效日期”应在"),
        ({"valid_to": date(2023, 11, 1)}, "“失效日期”应晚于“生效日期”"),
    ],
)
def test_wrong_standings_are_refused_in_words(changes: dict[str, Any], sentence: str, filer: User, unit: Unit):
    with pytest.raises(ValidationError, match=sentence):
        add(unit, filer, **changes)
    assert Standing.objects.count() == 0


def test_a_withdrawn_standing_leaves_its_place_and_comes_back_only_if_it_is_free(filer: User, unit: Unit):
    first = add(unit, filer)
    actions.withdraw_standing(standing=first, reason="演示：登记有误", by=filer, at=AT)
    second = add(unit, filer, number="演示证书2")
    with pytest.raises(ValidationError, match="该称号在这一时期已登记"):
        actions.restore_standing(standing=first, reason="演示理由", by=filer, at=AT)
    actions.withdraw_standing(standing=second, reason="演示理由", by=filer, at=AT)
    assert actions.restore_standing(standing=first, reason="演示理由", by=filer, at=AT).is_withdrawn is False


@pytest.mark.parametrize("role", Role)
def test_only_filers_of_the_home_district_keep_standings(role: Role, filer: User, unit: Unit):
    standing = add(unit, filer)
    district = {"district": filer.district} if role == Role.DISTRICT_APPROVER else {}
    somebody = make_user(role, **district)
    acts = [
        lambda: add(unit, somebody, kind="listed"),
        lambda: actions.change_standing(standing=standing, changes={}, expected_revision=0, by=somebody, at=AT),
        lambda: actions.withdraw_standing(standing=standing, reason="演示", by=somebody, at=AT),
    ]
    for act in acts:
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "role"


def test_standings_are_kept_on_the_page_of_the_unit(client: Client, filer: User, approver: User, unit: Unit):
    client.force_login(filer)
    typed = {"kind": "little_giant", "number": "演示证书9", "valid_from": "2024-07-01"}
    assert client.post(reverse("members:standing-new", args=[unit.code]), typed).status_code == 302
    standing = Standing.objects.get()
    edit = reverse("members:standing-edit", args=[unit.code, standing.pk])
    assert client.post(edit, {**typed, "valid_to": "2026-07-01", "revision": "0"}).status_code == 302
    stale = client.post(edit, {**typed, "valid_to": "2027-07-01", "revision": "0"})
    assert (stale.status_code, stale.context["stale_fields"][0]["current"]) == (409, "2026-07-01")
    withdraw = reverse("members:standing-withdraw", args=[unit.code, standing.pk])
    assert client.post(withdraw, {"reason": "演示理由"}).status_code == 302
    assert "已撤销" in client.get(unit.get_absolute_url()).content.decode()
    client.force_login(approver)
    assert "演示证书9" not in client.get(unit.get_absolute_url()).content.decode()
    assert client.get(edit).status_code == 403
