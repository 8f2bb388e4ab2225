"""Values entered by hand: constraints, policies, who sees what, files of printed values."""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.choices import Role
from common.refusals import Refused
from common.yaml_files import InvalidFile
from indicators.actions import actuals as actions
from indicators.actual_files import read_actuals
from indicators.models import Actual
from indicators.policies import actuals as policies
from tests.factories import make_user
from tests.factories.indicators import make_actual, make_indicator_by_hand

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


def test_command_loads_plans_and_printed_values() -> None:
    out = StringIO()
    call_command("load_plans", stdout=out)
    assert "yb_rd_gdp_share 渝北区 2016: added" in out.getvalue()
    assert Actual.objects.final().count() == 16
    assert not Actual.objects.exclude(entered_by=None, approved_by=None).exists()


def test_loaded_values_need_their_indicator(db: None) -> None:
    with pytest.raises(Refused) as caught:
        actions.load_actuals(
            drafts=read_actuals(Path("data/actuals/yb.yaml").read_text(encoding="utf-8")), by=None, at=AT
        )
    assert (caught.value.code, Actual.objects.count()) == ("unknown_indicator", 0)


def test_wrong_file_is_refused_whole_with_its_lines() -> None:
    text = """source:
  document: 演示文件
  scope: 渝北区
  reason: 演示
actuals:
  - indicator: yb_rd_expenditure
    year: 2020
    value: 88.39亿元
    clause: 表2
  - indicator: yb_rd_expenditure
    year: 2020
    value: 88.39
    numerator: 1
    denominator: 0
"""
    with pytest.raises(InvalidFile) as caught:
        read_actuals(text)
    assert [problem.line for problem in caught.value.problems] == [8, 10, 10, 12, 14]


@pytest.mark.parametrize("role", list(Role))
def test_policies_by_role(role: Role) -> None:
    user, is_commission = make_user(role), role == Role.COMMISSION
    preliminary = make_actual()
    withdrawn = make_actual(withdrawn_at=AT, withdrawn_by=user, withdrawal_reason="演示")
    assert [
        bool(policies.may_enter_actuals(user)),
        bool(policies.may_change_actual(user, preliminary)),
        bool(policies.may_approve_actual(user, preliminary)),
        bool(policies.may_withdraw_actual(user, preliminary)),
        bool(policies.may_restore_actual(user, withdrawn)),
    ] == [is_commission] * 5
    assert [
        bool(policies.may_restore_actual(user, preliminary)),
        bool(policies.may_withdraw_actual(user, withdrawn)),
    ] == [
        False,
        False,
    ]


@pytest.mark.parametrize("role", list(Role))
def test_only_commission_and_observers_see_what_is_not_final(role: Role) -> None:
    final = make_actual(status="final", approved_by=make_user(Role.COMMISSION), approved_at=AT)
    make_actual()
    make_actual(withdrawn_at=AT, withdrawn_by=make_user(Role.COMMISSION), withdrawal_reason="演示")
    seen = Actual.objects.visible_to(make_user(role))
    assert seen.count() == (3 if role in {Role.COMMISSION, Role.OBSERVER} else 1)
    assert final in seen


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "unknown"},
        {"value": None},
        {"numerator": Decimal(1), "denominator": Decimal(2)},
        {"value": None, "numerator": Decimal(1), "denominator": Decimal(0)},
        {"status": "final"},
        {"approved_at": AT},
        {"source_document": ""},
        {"year": 1999},
        {"withdrawn_at": AT},
    ],
)
def test_constraints(changes: dict[str, Any]) -> None:
    indicator, author = make_indicator_by_hand(), make_user(Role.COMMISSION)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_actual(indicator=indicator, entered_by=author, **changes)


def test_database_refuses_approval_by_the_author_and_a_second_of_a_status() -> None:
    author, actual = make_user(Role.COMMISSION), make_actual()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_actual(entered_by=author, approved_by=author, status="final", approved_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_actual(indicator=actual.indicator)
