"""The filing's machine: every pair of states, every act in every state, who may do what, four eyes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.choices import Department, Role
from audit.models import AuditEvent
from common.models import Job
from common.refusals import Refused
from complexes.choices import ComplexState
from indicators.actions import filings, reviews, rounds
from indicators.choices import FILING_TRANSITIONS, FilingState, ReviewLevel
from indicators.models import Filing, FilingRound, FilingVersion, Remark, SignOff
from indicators.policies import filings as policies
from tests.factories import (
    IN_TIME,
    make_complex,
    make_district,
    make_district_officer,
    make_filing,
    make_filing_in,
    make_filing_ready,
    make_round,
    make_user,
)

pytestmark = pytest.mark.django_db

REMARK = [reviews.NewRemark("narrative", "请补充。")]


def officer_of(filing: Filing, role: Role = Role.DISTRICT_FILER, **changes: Any) -> Any:
    return make_district_officer(role, filing.innovation_complex.reporting_district, **changes)


@pytest.mark.parametrize("before", list(FilingState))
@pytest.mark.parametrize("after", list(FilingState))
def test_every_pair_of_states(before: FilingState, after: FilingState) -> None:
    filing = Filing(state=before)
    if after in FILING_TRANSITIONS[before]:
        filing.move_to(after)
        assert filing.state == after
        return
    with pytest.raises(Refused) as refusal:
        filing.move_to(after)
    assert (refusal.value.code, filing.state) == ("state", before)


def save(filing: Filing) -> Any:
    return filings.save_filing(
        filing=filing, changes={"narrative": "新"}, expected_revision=None, by=officer_of(filing), at=IN_TIME
    )


def submit(filing: Filing) -> Any:
    for remark in Remark.objects.filter(version__filing=filing, answer=""):
        filings.answer_remark(remark=remark, answer="已改。", by=officer_of(filing), at=IN_TIME)
    return filings.submit_filing(filing=filing, by=officer_of(filing), at=IN_TIME)


def withdraw(filing: Filing) -> Any:
    version = filings.latest_version(filing)
    by = version.submitted_by if version else officer_of(filing)
    return filings.withdraw_filing(filing=filing, by=by, at=IN_TIME)


def return_as_district(filing: Filing) -> Any:
    by = officer_of(filing, Role.DISTRICT_APPROVER)
    return reviews.return_filing(filing=filing, level=ReviewLevel.DISTRICT, remarks=REMARK, by=by, at=IN_TIME)


def return_as_commission(filing: Filing) -> Any:
    by = make_user(Role.COMMISSION)
    return reviews.return_filing(filing=filing, level=ReviewLevel.COMMISSION, remarks=REMARK, by=by, at=IN_TIME)


def approve_as_district(filing: Filing) -> Any:
    by = officer_of(filing, Role.DISTRICT_APPROVER)
    return reviews.approve_as_district(filing=filing, by=by, at=IN_TIME)


def approve_as_commission(filing: Filing) -> Any:
    return reviews.approve_as_commission(filing=filing, by=make_user(Role.COMMISSION), at=IN_TIME)


OPEN = {
    FilingState.DRAFT,
    FilingState.RETURNED_BY_DISTRICT,
    FilingState.RETURNED_BY_COMMISSION,
    FilingState.REOPENED,
}
ACTS: dict[Callable[[Filing], Any], dict[FilingState, FilingState]] = {
    save: {state: state for state in OPEN},
    submit: dict.fromkeys(OPEN, FilingState.SUBMITTED),
    withdraw: {FilingState.SUBMITTED: FilingState.DRAFT},
    return_as_district: {FilingState.SUBMITTED: FilingState.RETURNED_BY_DISTRICT},
    return_as_commission: {FilingState.DISTRICT_APPROVED: FilingState.RETURNED_BY_COMMISSION},
    approve_as_district: {FilingState.SUBMITTED: FilingState.DISTRICT_APPROVED},
    approve_as_commission: {FilingState.DISTRICT_APPROVED: FilingState.COMMISSION_APPROVED},
}


@pytest.mark.parametrize("state", list(FilingState))
@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_in_every_state(act: Callable[[Filing], Any], state: FilingState) -> None:
    filing = make_filing_in(state)
    events = AuditEvent.objects.count()
    if state in ACTS[act]:
        act(filing)
        filing.refresh_from_db()
        assert filing.state == ACTS[act][state]
        return
    with pytest.raises(Refused) as refusal:
        act(filing)
    filing.refresh_from_db()
    assert (refusal.value.code, filing.state, AuditEvent.objects.count()) == ("state", state, events)
    assert refusal.value.sentence.endswith("。")


ROLES = list(Role)
ALLOWED = {
    "save": {Role.DISTRICT_FILER},
    "submit": {Role.DISTRICT_FILER},
    "answer": {Role.DISTRICT_FILER},
    "withdraw": {Role.DISTRICT_FILER},
    "begin_review": {Role.DISTRICT_APPROVER},
    "return_as_district": {Role.DISTRICT_APPROVER},
    "return_as_commission": {Role.COMMISSION},
    "approve_as_district": {Role.DISTRICT_APPROVER},
    "approve_as_commission": {Role.COMMISSION},
}


def ask(act: str, user: Any, filing: Filing, version: FilingVersion | None) -> Any:
    signed: list[SignOff] = []
    return {
        "save": lambda: policies.may_save_filing(user, filing),
        "submit": lambda: policies.may_submit_filing(user, filing, IN_TIME),
        "answer": lambda: policies.may_answer_remark(user, filing),
        "withdraw": lambda: policies.may_withdraw_filing(user, filing, version, IN_TIME),
        "begin_review": lambda: policies.may_begin_review(user, filing, version),
        "return_as_district": lambda: policies.may_return(user, filing, ReviewLevel.DISTRICT, IN_TIME),
        "return_as_commission": lambda: policies.may_return(user, filing, ReviewLevel.COMMISSION, IN_TIME),
        "approve_as_district": lambda: policies.may_approve_as_district(user, filing, version, signed),
        "approve_as_commission": lambda: policies.may_approve_as_commission(user, filing, version, signed),
    }[act]()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", list(ALLOWED))
def test_every_role_and_act(act: str, role: Role) -> None:
    state = {
        "save": FilingState.DRAFT,
        "submit": FilingState.DRAFT,
        "answer": FilingState.RETURNED_BY_DISTRICT,
        "return_as_commission": FilingState.DISTRICT_APPROVED,
        "approve_as_commission": FilingState.DISTRICT_APPROVED,
    }.get(act, FilingState.SUBMITTED)
    filing = make_filing_in(state)
    version = filings.latest_version(filing)
    in_district = role in {Role.DISTRICT_FILER, Role.DISTRICT_APPROVER}
    user = officer_of(filing, role) if in_district else make_user(role)
    if act == "withdraw" and role == Role.DISTRICT_FILER:
        user = version.submitted_by

    verdict = ask(act, user, filing, version)

    assert bool(verdict) is (role in ALLOWED[act])
    assert verdict.code == ("" if verdict else "role")
    if in_district and verdict:
        stranger = make_user(role)
        assert ask(act, stranger, filing, version).code == "district"


@pytest.mark.parametrize("role", ROLES)
def test_rounds_are_the_commissions(role: Role) -> None:
    filing_round = make_round()
    user = make_user(role)
    assert bool(policies.may_open_round(user, filing_round, IN_TIME)) is (role == Role.COMMISSION)
    assert bool(policies.may_plan_round(user)) is (role == Role.COMMISSION)
    assert bool(policies.may_extend_round(user)) is (role == Role.COMMISSION)


def test_the_submitter_and_enterers_cannot_approve_even_after_a_change_of_role() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    version = filing.versions.get()
    people = {version.submitted_by, *version.entered_by.all()}
    assert len(people) == 2
    for person in people:
        person.role = Role.DISTRICT_APPROVER
        person.save()
        with pytest.raises(Refused) as refusal:
            reviews.approve_as_district(filing=filing, by=person, at=IN_TIME)
        assert refusal.value.code == "four_eyes"


def test_no_one_with_a_part_in_the_version_approves_for_the_city() -> None:
    filing = make_filing_in(FilingState.DISTRICT_APPROVED)
    version = filing.versions.get()
    people = {version.submitted_by, *version.entered_by.all(), version.sign_offs.get().signed_by}
    assert len(people) == 3
    for person in people:
        person.role, person.district, person.department = Role.COMMISSION, None, ""
        person.save()
        with pytest.raises(Refused) as refusal:
            reviews.approve_as_commission(filing=filing, by=person, at=IN_TIME)
        assert refusal.value.code == "four_eyes"
    filing.refresh_from_db()
    assert filing.state == FilingState.DISTRICT_APPROVED


def test_a_superuser_administrator_approves_nothing() -> None:
    administrator = make_user(Role.ADMINISTRATOR, is_superuser=True, is_staff=True)
    for state, approve in (
        (FilingState.SUBMITTED, reviews.approve_as_district),
        (FilingState.DISTRICT_APPROVED, reviews.approve_as_commission),
    ):
        with pytest.raises(Refused) as refusal:
            approve(filing=make_filing_in(state), by=administrator, at=IN_TIME)
        assert refusal.value.code == "role"


def test_both_departments_sign_where_the_setting_says_so(settings: Any) -> None:
    settings.FILING_SIGN_OFF = "both"
    filing = make_filing_in(FilingState.SUBMITTED)
    industry = [officer_of(filing, Role.DISTRICT_APPROVER, department=Department.INDUSTRY) for _ in range(2)]
    science = officer_of(filing, Role.DISTRICT_APPROVER, department=Department.SCIENCE)

    reviews.approve_as_district(filing=filing, by=industry[0], at=IN_TIME)
    filing.refresh_from_db()
    assert filing.state == FilingState.SUBMITTED
    with pytest.raises(Refused) as refusal:
        reviews.approve_as_district(filing=filing, by=industry[1], at=IN_TIME)
    assert refusal.value.code == "department_signed"
    reviews.approve_as_district(filing=filing, by=science, at=IN_TIME)
    filing.refresh_from_db()
    assert filing.state == FilingState.DISTRICT_APPROVED


def test_an_approval_is_lost_with_the_version() -> None:
    filing = make_filing_in(FilingState.RETURNED_BY_COMMISSION)
    assert filing.versions.get().sign_offs.count() == 1
    version = submit(filing)
    assert (version.number, version.sign_offs.count()) == (2, 0)
    filing.refresh_from_db()
    assert filing.state == FilingState.SUBMITTED


def test_an_approver_signs_the_version_that_was_read() -> None:
    filing = make_filing_in(FilingState.RETURNED_BY_DISTRICT)
    submit(filing)
    by = officer_of(filing, Role.DISTRICT_APPROVER)
    with pytest.raises(Refused) as approval:
        reviews.approve_as_district(filing=filing, number=1, by=by, at=IN_TIME)
    with pytest.raises(Refused) as sent_back:
        reviews.return_filing(filing=filing, level=ReviewLevel.DISTRICT, remarks=REMARK, number=1, by=by, at=IN_TIME)
    assert (approval.value.code, sent_back.value.code) == ("stale", "stale")
    assert reviews.approve_as_district(filing=filing, number=2, by=by, at=IN_TIME).version.number == 2


def test_withdrawal_ends_when_the_review_begins_and_is_the_submitters() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    version = filing.versions.get()
    with pytest.raises(Refused) as other:
        filings.withdraw_filing(filing=filing, by=officer_of(filing), at=IN_TIME)
    assert other.value.code == "not_submitter"
    approver = officer_of(filing, Role.DISTRICT_APPROVER)
    reviews.begin_review(filing=filing, by=approver, at=IN_TIME)
    with pytest.raises(Refused) as again:
        reviews.begin_review(filing=filing, by=approver, at=IN_TIME)
    with pytest.raises(Refused) as late:
        filings.withdraw_filing(filing=filing, by=version.submitted_by, at=IN_TIME)
    assert (again.value.code, late.value.code) == ("review_started", "review_started")


def test_a_return_needs_a_remark_on_a_known_cell() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    by = officer_of(filing, Role.DISTRICT_APPROVER)
    with pytest.raises(Refused) as none:
        reviews.return_filing(filing=filing, level=ReviewLevel.DISTRICT, remarks=[], by=by, at=IN_TIME)
    assert none.value.code == "no_remark"
    for remark in (reviews.NewRemark("no_such_cell", "x"), reviews.NewRemark("narrative", " ")):
        with pytest.raises(ValidationError):
            reviews.return_filing(filing=filing, level=ReviewLevel.DISTRICT, remarks=[remark], by=by, at=IN_TIME)
    filing.refresh_from_db()
    assert (filing.state, Remark.objects.count()) == (FilingState.SUBMITTED, 0)


def test_approval_recognises_what_was_reported_and_moves_the_pointer() -> None:
    filing = make_filing_in(FilingState.COMMISSION_APPROVED)
    version = filing.versions.get()
    assert filing.approved_version == version
    assert {figure.recognised == figure.reported for figure in version.figures.all()} == {True}


def test_an_empty_answer_is_refused() -> None:
    filing = make_filing_in(FilingState.RETURNED_BY_DISTRICT)
    remark = filing.versions.get().remarks.get()
    with pytest.raises(ValidationError) as error:
        filings.answer_remark(remark=remark, answer="  ", by=officer_of(filing), at=IN_TIME)
    assert list(error.value.message_dict) == ["answer"]


def test_a_round_opens_once_for_every_complex_active_in_its_year() -> None:
    filing_round = make_round()
    wanted = [make_complex(), make_complex(state=ComplexState.CULTIVATING, recognised_on=None, recognition_number="")]
    make_complex(cultivated_on="2026-01-01", recognised_on="2026-02-01")
    make_complex(state=ComplexState.EXITED, exited_on="2025-12-01")
    make_complex(state=ComplexState.APPLIED, cultivated_on=None, recognised_on=None, recognition_number="")

    counts = [rounds.open_round(filing_round=filing_round, by=None, at=IN_TIME) for _ in range(3)]

    assert counts == [2, 0, 0]
    assert set(Filing.objects.values_list("innovation_complex", flat=True)) == {one.pk for one in wanted}
    assert AuditEvent.objects.filter(kind="filing.opened").count() == 2


def test_a_filing_belongs_to_the_district_of_31_december() -> None:
    innovation_complex = make_complex()
    old = innovation_complex.reporting_district
    new = make_district()
    innovation_complex.reporting_terms.create(district=new, valid_from="2026-01-01")
    innovation_complex.reporting_district = new
    innovation_complex.save()
    rounds.open_round(filing_round=make_round(), by=None, at=IN_TIME)
    filing = Filing.objects.get()
    assert filing.district == old
    assert list(Filing.objects.visible_to(make_user(Role.DISTRICT_FILER, district=new))) == [filing]
    assert list(Filing.objects.visible_to(make_user(Role.DISTRICT_FILER, district=old))) == []


def test_a_planned_round_waits_for_its_times() -> None:
    filing_round = make_round(2030)
    values = {name: getattr(filing_round, name) for name in ("code", "name", "year", "opens_at", "due_at", "locks_at")}
    filing_round.delete()
    planned = rounds.plan_round(filing_round=FilingRound(**values), by=make_user(Role.COMMISSION), at=IN_TIME)
    assert dict(Job.objects.values_list("kind", "not_before")) == {
        "open_round": planned.opens_at,
        "lock_round": planned.locks_at,
    }
    with pytest.raises(Refused) as early:
        rounds.open_round(filing_round=planned, by=None, at=planned.opens_at - timedelta(seconds=1))
    assert early.value.code == "not_open"


def test_locking_takes_approved_filings_only_once_the_time_has_come() -> None:
    approved = make_filing_in(FilingState.COMMISSION_APPROVED)
    submitted = make_filing_in(FilingState.SUBMITTED)
    filing_round = approved.filing_round
    before = rounds.lock_round(filing_round=filing_round, by=None, at=filing_round.locks_at - timedelta(seconds=1))
    first = rounds.lock_round(filing_round=filing_round, by=None, at=filing_round.locks_at)
    second = rounds.lock_round(filing_round=filing_round, by=None, at=filing_round.locks_at)
    assert (before, first, second) == (0, 1, 0)
    approved.refresh_from_db()
    submitted.refresh_from_db()
    assert (approved.state, submitted.state) == (FilingState.LOCKED, FilingState.SUBMITTED)


def test_an_approval_after_the_lock_time_asks_for_the_lock() -> None:
    filing = make_filing_in(FilingState.DISTRICT_APPROVED)
    reviews.approve_as_commission(filing=filing, by=make_user(Role.COMMISSION), at=filing.filing_round.locks_at)
    assert Job.objects.get().kind == "lock_round"


@pytest.mark.parametrize(
    ("model", "changes", "constraint"),
    [
        (Filing, {"state": "nothing"}, "filing_state_is_known"),
        (Filing, {"state": FilingState.LOCKED}, "filing_approved_has_version"),
        (Filing, {"submitted_at": None}, "filing_submitted_has_time"),
        (FilingVersion, {"number": 0}, "filingversion_numbers_from_one"),
        (FilingVersion, {"review_started_at": IN_TIME}, "filingversion_review_start_has_a_name"),
        (Remark, {"answer": "好"}, "remark_answer_has_a_name"),
        (SignOff, {"level": "nothing"}, "signoff_"),
        (SignOff, {"department": ""}, "signoff_department_goes_with_level"),
        (FilingRound, {"due_at": IN_TIME - timedelta(days=900)}, "filinground_dates_in_order"),
    ],
)
def test_the_database_keeps_the_rules(model: Any, changes: dict[str, Any], constraint: str) -> None:
    filing = make_filing_in(FilingState.RETURNED_BY_COMMISSION)
    if "review_started_at" in changes:
        FilingVersion.objects.update(review_started_by=None, review_started_at=None)
    assert filing.versions.get().sign_offs.count() == 1
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**changes)


def test_one_filing_per_complex_and_round_and_one_version_per_number() -> None:
    filing = make_filing_in(FilingState.SUBMITTED)
    version = filing.versions.get()
    with pytest.raises(IntegrityError, match="filing_once_per_round"), transaction.atomic():
        make_filing(filing.innovation_complex, filing.filing_round)
    with pytest.raises(IntegrityError, match="filingversion_number_once"), transaction.atomic():
        FilingVersion.objects.create(filing=filing, number=1, submitted_by=version.submitted_by, sealed_at=IN_TIME)
    figure = version.figures.filter(missing_reason="").first()
    figure.pk = None
    with pytest.raises(IntegrityError, match="figurevalue_once_per_version"), transaction.atomic():
        figure.save(force_insert=True)
    with pytest.raises(IntegrityError, match="figurevalue_missing_has_reason"), transaction.atomic():
        version.figures.update(reported=None)


def test_a_stale_save_is_refused() -> None:
    filing = make_filing_ready()
    with pytest.raises(Refused) as refusal:
        filings.save_filing(
            filing=filing,
            changes={"narrative": "x"},
            expected_revision=filing.revision - 1,
            by=officer_of(filing),
            at=IN_TIME,
        )
    assert refusal.value.code == "stale"
