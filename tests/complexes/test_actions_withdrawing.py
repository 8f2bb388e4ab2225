"""Deleting is withdrawing with a reason, and can be taken back: one mechanism, shown on cases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from audit.models import AuditEvent
from common.metrics import evaluate
from common.refusals import Refused
from complexes.actions import ledger
from complexes.actions.cases import submit_case
from complexes.models import Case
from tests.factories import make_case, make_complex, make_period_lock, make_user

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def case(filer: Any) -> Case:
    return make_case(
        make_complex(reporting_district=filer.district),
        state="selected",
        submitted_on=date(2025, 3, 1),
        selected_on=date(2025, 6, 1),
        counted_year=2025,
    )


def counted(case: Case) -> int:
    (row,) = evaluate("synergy_cases", year=2025, complex_ids=[case.innovation_complex_id])
    return int(row.value)


def test_a_withdrawn_case_counts_nowhere_until_it_is_restored(case: Case, filer: Any):
    before = counted(case)
    withdrawn = ledger.withdraw_event(case, reason=" 重复登记 ", by=filer, at=AT)
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at, withdrawn.withdrawal_reason) == (filer, AT, "重复登记")
    assert (before, counted(case), Case.objects.current().count(), Case.objects.count()) == (1, 0, 0, 1)
    restored = ledger.restore_event(case, reason="核对后并非重复", by=filer, at=AT)
    assert (restored.is_withdrawn, restored.state, counted(case)) == (False, "selected", 1)
    events = AuditEvent.objects.order_by("pk").values_list("kind", "actor", "reason")
    assert list(events) == [
        ("case.withdrawn", filer.pk, "重复登记"),
        ("case.restored", filer.pk, "核对后并非重复"),
    ]


@pytest.mark.parametrize("verb", [ledger.withdraw_event, ledger.restore_event])
def test_a_reason_is_needed(case: Case, filer: Any, verb: Any):
    if verb is ledger.restore_event:
        ledger.withdraw_event(case, reason="重复", by=filer, at=AT)
    with pytest.raises(ValidationError) as error:
        verb(case, reason="  ", by=filer, at=AT)
    assert list(error.value.message_dict) == ["reason"]


def test_a_locked_year_keeps_what_it_counts(case: Case, filer: Any):
    make_period_lock(case.innovation_complex)
    with pytest.raises(Refused) as refusal:
        ledger.withdraw_event(case, reason="重复", by=filer, at=AT)
    assert (refusal.value.code, counted(case)) == ("period_locked", 1)


def test_a_locked_year_takes_nothing_back(case: Case, filer: Any):
    ledger.withdraw_event(case, reason="重复", by=filer, at=AT)
    make_period_lock(case.innovation_complex)
    with pytest.raises(Refused) as refusal:
        ledger.restore_event(case, reason="恢复", by=filer, at=AT)
    assert (refusal.value.code, counted(case)) == ("period_locked", 0)


@pytest.mark.parametrize("role", [Role.DISTRICT_APPROVER, Role.COMMISSION])
def test_only_the_keeper_withdraws(case: Case, filer: Any, role: str):
    changes = {"district": filer.district} if role == Role.DISTRICT_APPROVER else {}
    user = make_user(role, **changes)
    for verb in (ledger.withdraw_event, ledger.restore_event):
        with pytest.raises(Refused) as refusal:
            verb(case, reason="重复", by=user, at=AT)
        assert refusal.value.code == "role"


def test_a_withdrawn_case_moves_only_by_being_restored(filer: Any):
    case = make_case(make_complex(reporting_district=filer.district))
    ledger.withdraw_event(case, reason="重复", by=filer, at=AT)
    for act in (
        lambda: submit_case(case=case, submitted_on=date(2026, 3, 1), by=filer, at=AT),
        lambda: ledger.change_event(case, {"title": "改名"}, expected_revision=None, by=filer, at=AT),
        lambda: ledger.share_event(case, innovation_complex=make_complex(), by=filer, at=AT),
        lambda: ledger.withdraw_event(case, reason="再次", by=filer, at=AT),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "withdrawn"


def test_what_stands_is_not_restored(case: Case, filer: Any):
    with pytest.raises(Refused) as refusal:
        ledger.restore_event(case, reason="恢复", by=filer, at=AT)
    assert refusal.value.code == "not_withdrawn"


@pytest.mark.parametrize("values", [{"withdrawn_at": AT}, {"withdrawal_reason": "无人撤销"}])
def test_the_database_wants_time_person_and_reason_together(case: Case, values: dict[str, Any]):
    with pytest.raises(IntegrityError, match="case_withdrawal_is_whole"):
        Case.objects.filter(pk=case.pk).update(**values)


def test_pages_withdraw_show_and_restore(case: Case, filer: Any, client: Client):
    client.force_login(filer)
    address = reverse("complexes:case-move", args=[case.code, "withdraw"])
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "重复登记"}).status_code == 302
    detail = client.get(case.get_absolute_url())
    assert [offer.move.name for offer in detail.context["moves"]] == ["restore"]
    assert "重复登记" in detail.content.decode()
    codes = {
        choice: [row.code for row in client.get(reverse("complexes:case-list"), data).context["listing"].page]
        for choice, data in {"none": {}, "with": {"withdrawn": "with"}, "only": {"withdrawn": "only"}}.items()
    }
    assert codes == {"none": [], "with": [case.code], "only": [case.code]}
    restore = reverse("complexes:case-move", args=[case.code, "restore"])
    assert client.post(restore, {"reason": "并非重复"}).status_code == 302
    assert [row.code for row in client.get(reverse("complexes:case-list")).context["listing"].page] == [case.code]
