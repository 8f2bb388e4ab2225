"""The commission sets and resets shares; pages that are stale, other roles and falling shares are refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts.choices import Role
from audit.models import AuditEvent
from common.refusals import Refused
from indicators.actions import shares as actions
from indicators.models import ComplexTarget, Target
from indicators.policies import shares as policies
from tests.factories import make_complex, make_user
from tests.factories.indicators import load_plan

AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def target(db: None) -> Target:
    load_plan()
    return Target.objects.select_related("indicator", "plan").get(code="tackling_tasks-2025")


def set_share(target: Target, innovation_complex: Any, by: Any, **changes: Any) -> ComplexTarget:
    values = {"value": Decimal(5), "reason": "演示：基础较好", "expected_revision": actions.NO_OVERRIDE, "at": AT}
    return actions.set_share(target=target, innovation_complex=innovation_complex, by=by, **{**values, **changes})


def test_setting_and_resetting_is_audited(target: Target, commission: Any) -> None:
    innovation_complex = make_complex()
    held = set_share(target, innovation_complex, commission)
    assert (held.value, held.reason, held.set_by, held.set_at) == (Decimal(5), "演示：基础较好", commission, AT)
    held = set_share(target, innovation_complex, commission, value=Decimal("4.5"), expected_revision=held.revision)
    actions.reset_share(
        target=target, innovation_complex=innovation_complex, expected_revision=held.revision, by=commission, at=AT
    )
    assert ComplexTarget.objects.count() == 0
    kinds = ["complextarget.set", "complextarget.set", "complextarget.reset"]
    events = AuditEvent.objects.filter(object_type="indicators.complextarget").order_by("pk")
    assert [event.kind for event in events] == kinds
    assert events[1].changes["value"] == ["5.00", "4.5"]


def test_same_values_again_change_nothing(target: Target, commission: Any) -> None:
    innovation_complex = make_complex()
    held = set_share(target, innovation_complex, commission)
    assert set_share(target, innovation_complex, commission, expected_revision=held.revision).revision == held.revision


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COMMISSION])
def test_other_roles_are_refused(target: Target, role: Role) -> None:
    innovation_complex = make_complex()
    with pytest.raises(Refused) as caught:
        set_share(target, innovation_complex, make_user(role))
    assert caught.value.code == "role"
    with pytest.raises(Refused):
        actions.reset_share(
            target=target, innovation_complex=innovation_complex, expected_revision=0, by=make_user(role), at=AT
        )


def test_policy_names_what_stands_in_the_way(target: Target, commission: Any) -> None:
    outlook = Target.objects.select_related("indicator").get(code="complexes_built-2029")
    later = make_complex(recognised_on=date(2026, 2, 1))
    assert bool(policies.may_set_share(commission, target, make_complex()))
    assert policies.may_set_share(commission, target, later).code == "no_share"
    assert policies.may_set_share(commission, outlook, make_complex()).code == "not_shared"


@pytest.mark.parametrize("seen", [actions.NO_OVERRIDE, 1, -2])
def test_stale_page_is_refused(target: Target, commission: Any, seen: int) -> None:
    innovation_complex = make_complex()
    set_share(target, innovation_complex, commission)
    with pytest.raises(Refused) as caught:
        set_share(target, innovation_complex, commission, value=Decimal(7), expected_revision=seen)
    assert caught.value.code == "stale"
    assert ComplexTarget.objects.get().value == Decimal(5)


def test_page_of_a_share_that_was_reset_is_stale(target: Target, commission: Any) -> None:
    with pytest.raises(Refused) as caught:
        set_share(target, make_complex(), commission, expected_revision=0)
    assert caught.value.code == "stale"


def test_cumulative_share_may_not_fall(target: Target, commission: Any) -> None:
    innovation_complex = make_complex()
    later = Target.objects.select_related("indicator", "plan").get(code="tackling_tasks-2027")
    with pytest.raises(ValidationError) as caught:
        set_share(later, innovation_complex, commission, value=Decimal("2.99"))
    assert caught.value.message_dict == {
        "value": [
            "“关键技术攻关任务”是累计数，分解目标不能下降：2025年为3项，2027年为2.99项。请调整其中一个年度后重新保存。"
        ]
    }
    assert ComplexTarget.objects.count() == 0
    set_share(target, innovation_complex, commission, value=Decimal(2))
    set_share(later, innovation_complex, commission, value=Decimal("2.5"))
    with pytest.raises(Refused) as refused:
        actions.reset_share(
            target=target, innovation_complex=innovation_complex, expected_revision=0, by=commission, at=AT
        )
    assert refused.value.code == "falling"
    assert ComplexTarget.objects.filter(target=target).count() == 1


@pytest.mark.parametrize("value", [Decimal(-1), Decimal("1.234"), Decimal(10) ** 12])
def test_impossible_value_is_refused_by_field(target: Target, commission: Any, value: Decimal) -> None:
    with pytest.raises(ValidationError) as caught:
        set_share(target, make_complex(), commission, value=value)
    assert list(caught.value.message_dict) == ["value"]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [({"value": Decimal(-1)}, "complextarget_value_is_not_negative"), ({}, "complextarget_once_per_complex")],
)
def test_constraints_hold_below_the_action(target: Target, commission: Any, changes: Any, constraint: str) -> None:
    innovation_complex = make_complex()
    set_share(target, innovation_complex, commission)
    other = make_complex() if changes else innovation_complex
    values = {"target": target, "innovation_complex": other, "value": Decimal(1), "reason": "演示"}
    with pytest.raises(IntegrityError, match=constraint):
        ComplexTarget.objects.create(**{**values, **changes})


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_is_told() -> None:
    load_plan()
    target = Target.objects.select_related("indicator", "plan").get(code="tackling_tasks-2025")
    innovation_complex = make_complex()
    officers = [make_user(Role.COMMISSION) for _ in range(2)]
    barrier, outcomes = Barrier(2), []

    def act(officer: Any, value: int) -> None:
        barrier.wait()
        try:
            set_share(target, innovation_complex, officer, value=Decimal(value))
            outcomes.append("saved")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(officer, value)) for value, officer in enumerate(officers, start=4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "stale"]
    assert ComplexTarget.objects.count() == 1


def test_a_share_of_zero_is_refused(target: Target, commission: Any) -> None:
    with pytest.raises(ValidationError) as error:
        set_share(target, make_complex(), commission, value=Decimal("0.00"))
    assert error.value.message_dict == {
        "value": ["“分解目标”应大于0：目标为0时无法计算完成率。请核对后重新填写，或恢复默认分解。"]
    }
