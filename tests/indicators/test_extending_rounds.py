"""After a round's lock nothing ends up where it could not be submitted; an extension opens the way again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from audit.models import AuditEvent
from common.models import Job
from common.refusals import Refused
from indicators.actions import filings, reviews, rounds
from indicators.choices import FilingState, ReviewLevel
from indicators.models import Filing, FilingRound
from indicators.policies import filings as policies
from tests.factories import (
    IN_TIME,
    make_complex,
    make_district_officer,
    make_filing,
    make_filing_in,
    make_filing_ready,
    make_round,
    make_user,
)

SHANGHAI = IN_TIME.tzinfo
pytestmark = pytest.mark.django_db

AFTER_LOCK = datetime(2026, 7, 1, 9, 0, tzinfo=SHANGHAI)
NEW_DUE, NEW_LOCK = datetime(2026, 7, 20, 17, 30, tzinfo=SHANGHAI), datetime(2026, 7, 31, 17, 30, tzinfo=SHANGHAI)
REMARK = [reviews.NewRemark("narrative", "请补充。")]


def extend(filing_round: FilingRound, **changes: Any) -> FilingRound:
    values: dict[str, Any] = {"due_at": NEW_DUE, "locks_at": NEW_LOCK, "reason": "演示：两区补报"}
    values |= changes
    return rounds.extend_round(filing_round=filing_round, **values, by=make_user(Role.COMMISSION), at=AFTER_LOCK)


def officer_of(filing: Filing, role: Role) -> Any:
    return make_district_officer(role, filing.innovation_complex.reporting_district)


@pytest.mark.parametrize(
    ("state", "level", "role"),
    [
        (FilingState.SUBMITTED, ReviewLevel.DISTRICT, Role.DISTRICT_APPROVER),
        (FilingState.DISTRICT_APPROVED, ReviewLevel.COMMISSION, Role.COMMISSION),
    ],
)
def test_nothing_is_returned_once_the_round_is_locked(state: FilingState, level: ReviewLevel, role: Role) -> None:
    filing = make_filing_in(state)
    by = officer_of(filing, role) if role == Role.DISTRICT_APPROVER else make_user(role)

    with pytest.raises(Refused) as refusal:
        reviews.return_filing(filing=filing, level=level, remarks=REMARK, by=by, at=AFTER_LOCK)

    filing.refresh_from_db()
    assert (refusal.value.code, filing.state) == ("round_locked", state)
    assert refusal.value.sentence == (
        "“2025年度填报”已于2026-06-30 17:30锁定，退回或撤回后将无法再提交。请按现状审核，或请市级管理部门先延长该批次。"
    )
    extend(filing.filing_round)
    reviews.return_filing(filing=filing, level=level, remarks=REMARK, by=by, at=AFTER_LOCK)


def test_nothing_is_withdrawn_once_the_round_is_locked() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    with pytest.raises(Refused) as refusal:
        filings.withdraw_filing(filing=filing, by=filing.versions.get().submitted_by, at=AFTER_LOCK)
    assert refusal.value.code == "round_locked"


def test_an_extension_lets_late_filings_in_and_leaves_locked_ones_alone() -> None:
    late = make_filing_ready()
    locked = make_filing_in(FilingState.LOCKED)
    filer = officer_of(late, Role.DISTRICT_FILER)
    with pytest.raises(Refused) as refusal:
        filings.submit_filing(filing=late, by=filer, at=AFTER_LOCK)
    assert refusal.value.sentence.endswith("如确需补报，请市级管理部门先延长该批次。")

    extend(late.filing_round)

    filings.submit_filing(filing=late, by=filer, at=AFTER_LOCK)
    late.refresh_from_db()
    locked.refresh_from_db()
    assert (late.state, locked.state) == (FilingState.SUBMITTED, FilingState.LOCKED)
    job = Job.objects.get(kind="lock_round")
    assert (job.not_before, job.arguments) == (NEW_LOCK, {"round_id": late.filing_round_id})
    event = AuditEvent.objects.get(kind="filinground.extended")
    assert (event.reason, sorted(event.changes)) == ("演示：两区补报", ["due_at", "locks_at"])


def test_each_extension_has_its_own_lock_job() -> None:
    filing_round = make_round()
    extend(filing_round)
    extend(filing_round, due_at=NEW_DUE + timedelta(days=9), locks_at=NEW_LOCK + timedelta(days=9))
    assert Job.objects.filter(kind="lock_round").count() == 2


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"due_at": datetime(2026, 3, 31, 17, 30, tzinfo=SHANGHAI)},
            {"due_at": ["“新的截止日期”须晚于原来的2026-03-31 17:30。请填写更晚的日期。"]},
        ),
        (
            {"due_at": AFTER_LOCK},
            {"due_at": ["“新的截止日期”须晚于现在（2026-07-01 09:00）。请填写更晚的日期。"]},
        ),
        (
            {"locks_at": datetime(2026, 6, 30, 17, 30, tzinfo=SHANGHAI)},
            {"locks_at": ["“新的锁定日期”须晚于原来的2026-06-30 17:30。请填写更晚的日期。"]},
        ),
        (
            {"locks_at": NEW_DUE - timedelta(days=1)},
            {"locks_at": ["“新的锁定日期”不能早于新的截止时间2026-07-20 17:30。请核对两个日期。"]},
        ),
        ({"reason": "  "}, {"reason": ["“延长理由”未填写。请说明延长的原因。"]}),
    ],
)
def test_an_impossible_extension_is_refused_at_its_field(changes: dict[str, Any], errors: dict[str, Any]) -> None:
    filing_round = make_round()
    with pytest.raises(ValidationError) as error:
        extend(filing_round, **changes)
    assert error.value.message_dict == errors
    assert not Job.objects.exists()


def test_a_locked_round_makes_no_filings_until_it_is_extended() -> None:
    filing_round = make_round()
    make_complex()
    with pytest.raises(Refused) as refusal:
        rounds.open_round(filing_round=filing_round, by=None, at=AFTER_LOCK)
    assert (refusal.value.code, Filing.objects.count()) == ("round_locked", 0)
    extend(filing_round)
    assert rounds.open_round(filing_round=filing_round, by=None, at=AFTER_LOCK) == 1


def test_the_commission_extends_on_the_page_and_keeps_what_it_typed(client: Client) -> None:
    filing_round = make_round()
    client.force_login(make_user(Role.COMMISSION))
    page = reverse("indicators:round-extend", args=[filing_round.code])
    day = timezone.localdate() + timedelta(days=30)

    wrong = client.post(page, {"due_at": "2020-01-01", "locks_at": day.isoformat(), "reason": "演示：补报"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["due_at"])
    assert 'value="2020-01-01"' in wrong.content.decode()

    done = client.post(page, {"due_at": day.isoformat(), "locks_at": day.isoformat(), "reason": "演示：补报"})
    assert (done.status_code, done.url) == (302, reverse("indicators:round-list"))
    filing_round.refresh_from_db()
    assert timezone.localtime(filing_round.locks_at).replace(tzinfo=None) == datetime(
        day.year, day.month, day.day, 17, 30
    )


def test_pages_of_a_locked_round_say_so(client: Client) -> None:
    filing = make_filing()
    client.force_login(officer_of(filing, Role.DISTRICT_FILER))

    check = client.get(
        reverse("indicators:filing-check", args=[filing.filing_round.code, filing.innovation_complex.code])
    ).content.decode()
    listed = client.get(reverse("indicators:round-list")).content.decode()

    assert "批次已锁定。" in check
    assert "请市级管理部门先延长该批次" in check
    assert "补齐后才能提交" not in check
    assert "批次已锁定" in listed


@pytest.mark.parametrize(
    ("state", "way"),
    [
        (FilingState.SUBMITTED, "如需修改，请提交人在审核开始前撤回，或请区县审核人员退回。"),
        (FilingState.DISTRICT_APPROVED, "如需修改，请市级退回。"),
        (FilingState.COMMISSION_APPROVED, "该年度已审定，更正须由市级批准重新开放。请联系市级管理部门。"),
        (FilingState.LOCKED, "该年度已审定，更正须由市级批准重新开放。请联系市级管理部门。"),
    ],
)
def test_a_refused_change_names_a_step_that_exists(state: FilingState, way: str) -> None:
    filing = make_filing_in(state)
    verdict = policies.may_save_filing(officer_of(filing, Role.DISTRICT_FILER), filing)
    assert verdict.sentence == f"此填报当前为“{filing.get_state_display()}”，不能修改。{way}"


@pytest.mark.parametrize("page", ["filing-approve", "filing-return"])
def test_who_may_not_review_reads_the_permission_of_the_level_that_has_the_filing(page: str, client: Client) -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    client.force_login(officer_of(filing, Role.DISTRICT_FILER))
    answer = client.get(reverse(f"indicators:{page}", args=[filing.filing_round.code, filing.innovation_complex.code]))
    assert answer.status_code == 403
    assert "您的角色无权“区县审核”" in answer.content.decode()
