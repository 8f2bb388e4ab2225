"""Whether a change of members touches a year that a submitted filing relies on."""

from collections.abc import Iterable
from datetime import date

from common.verdicts import ALLOWED, Verdict, denied
from complexes.models import InnovationComplex, Membership, PeriodLock


def keeps_locked_members(
    innovation_complex: InnovationComplex, *, before: Iterable[Membership], after: Iterable[Membership]
) -> Verdict:
    """Keep the members on 31 December of every locked year as they were sealed."""
    before, after = list(before), list(after)
    for lock in PeriodLock.objects.filter(innovation_complex=innovation_complex).order_by("year", "pk"):
        day = date(lock.year, 12, 31)
        if _units_on(day, before) != _units_on(day, after):
            return denied(
                "locked",
                f"这一变更会改变{day}的成员构成，而年度填报“{lock.shown_holder}”已提交并以该日成员为准。"
                "请改用该日之后的日期；确需更正的，请先由当前持有该填报的部门退回或重新开放。",
            )
    return ALLOWED


def _units_on(day: date, memberships: list[Membership]) -> set[int]:
    return {membership.unit_id for membership in memberships if membership.is_in_force_on(day)}
