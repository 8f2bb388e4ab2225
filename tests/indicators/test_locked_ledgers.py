"""What a submitted filing relies on cannot change by any lower action, and can again after a return."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.choices import Role
from common.refusals import Refused
from complexes.actions import cases, memberships
from complexes.actions.ledger import confirm_participation
from indicators.actions import filings, reviews
from indicators.choices import FilingState, ReviewLevel
from indicators.models import Filing
from members.actions import reports
from tasks.actions import needs, tackling_tasks
from tasks.choices import NeedState, TaskState
from tests.factories import (
    IN_TIME,
    lead_membership,
    make_case,
    make_complex,
    make_district_officer,
    make_filing,
    make_filing_in,
    make_membership,
    make_need,
    make_task,
    make_task_participation,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


class Scene:
    """A filing of 2025 with rows that some act would change."""

    def __init__(self) -> None:
        self.innovation_complex = make_complex()
        self.district = self.innovation_complex.reporting_district
        self.by = make_district_officer(Role.DISTRICT_FILER, self.district)
        self.lead = lead_membership(self.innovation_complex)
        self.member = make_membership(self.innovation_complex, make_unit(home_district=self.district))
        self.task = make_task(self.innovation_complex)
        self.waiting = make_task(
            self.innovation_complex,
            state=TaskState.APPROVED,
            approved_on=date(2025, 3, 1),
            started_on=None,
            counted_year=None,
        )
        self.part = make_task_participation(make_task(make_complex()), self.innovation_complex)
        self.need = make_need(
            self.innovation_complex,
            state=NeedState.SOLVED,
            confirmed_on=None,
            confirmer="",
            proof="",
            counted_year=None,
        )
        self.case = make_case(self.innovation_complex, state="submitted", selected_on=None, counted_year=None)
        self.filing = make_filing_in(FilingState.DRAFT, make_filing(self.innovation_complex))


def change_report(scene: Scene) -> Any:
    report = scene.lead.unit.reports.get(year=2025)
    return reports.save_report(
        unit=scene.lead.unit,
        year=2025,
        changes={"rd_wan_yuan": Decimal(99)},
        expected_revision=report.revision,
        by=scene.by,
        at=IN_TIME,
    )


def claim_gap(scene: Scene) -> Any:
    report = scene.lead.unit.reports.get(year=2025)
    return reports.claim_gap(
        unit=scene.lead.unit,
        year=2025,
        reason="other",
        note="演示",
        expected_revision=report.revision,
        by=scene.by,
        at=IN_TIME,
    )


def add_member(scene: Scene) -> Any:
    return memberships.add_member(
        innovation_complex=scene.innovation_complex,
        unit=make_unit(home_district=scene.district),
        role="member",
        joined_on=date(2025, 5, 1),
        by=scene.by,
        at=IN_TIME,
    )


def end_membership(scene: Scene) -> Any:
    return memberships.end_membership(
        membership=scene.member,
        left_on=date(2025, 6, 1),
        reason="演示",
        expected_revision=scene.member.revision,
        by=scene.by,
        at=IN_TIME,
    )


def start_task(scene: Scene) -> Any:
    return tackling_tasks.start_task(task=scene.waiting, started_on=date(2025, 4, 1), by=scene.by, at=IN_TIME)


def cancel_task(scene: Scene) -> Any:
    return tackling_tasks.cancel_task(
        task=scene.task, cancelled_on=date(2025, 11, 1), reason="演示", by=scene.by, at=IN_TIME
    )


def confirm_part(scene: Scene) -> Any:
    return confirm_participation(scene.part, by=scene.by, at=IN_TIME)


def confirm_need(scene: Scene) -> Any:
    return needs.confirm_need(
        need=scene.need,
        confirmed_on=date(2025, 12, 1),
        confirmer="演示",
        proof="演示",
        by=scene.by,
        at=IN_TIME,
    )


def select_case(scene: Scene) -> Any:
    return cases.select_case(case=scene.case, selected_on=date(2025, 6, 1), by=make_user(Role.COMMISSION), at=IN_TIME)


ACTS = [
    change_report,
    claim_gap,
    add_member,
    end_membership,
    start_task,
    cancel_task,
    confirm_part,
    confirm_need,
    select_case,
]


def submit(scene: Scene) -> Filing:
    filings.submit_filing(filing=scene.filing, by=scene.by, at=IN_TIME)
    return scene.filing


@pytest.mark.parametrize("act", ACTS)
def test_a_submitted_filing_locks_and_its_return_unlocks(act: Callable[[Scene], Any]) -> None:
    scene = Scene()
    filing = submit(scene)
    with pytest.raises(Refused) as refusal:
        act(scene)
    assert refusal.value.status == 409

    reviews.return_filing(
        filing=filing,
        level=ReviewLevel.DISTRICT,
        remarks=[reviews.NewRemark("rd_intensity", "请核对。")],
        by=make_district_officer(Role.DISTRICT_APPROVER, scene.district),
        at=IN_TIME,
    )
    act(scene)


@pytest.mark.parametrize("act", ACTS)
def test_negative_control_the_acts_are_free_before_submission(act: Callable[[Scene], Any]) -> None:
    act(Scene())
