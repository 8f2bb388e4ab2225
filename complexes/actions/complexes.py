"""Draft a complex, change what is known of it, hand in its application."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from audit.records import change_record, create_record, move_record
from common.codes import hold_numbering, next_code
from common.holds import hold_for_change
from common.refusals import Refused
from common.verdicts import require
from complexes.choices import ComplexState, MemberRole
from complexes.models import InnovationComplex, Membership, ReportingTerm
from complexes.policies import complexes as policies
from complexes.policies.memberships import keeps_locked_members
from complexes.validation import complexes as validation
from members.models import Unit

_LINKED = ("fields", "co_districts")


@transaction.atomic
def create_complex(
    *, changes: Mapping[str, Any], lead_unit: Unit, since: date, by: User, at: datetime
) -> InnovationComplex:
    """Draft a complex that the person's district reports, led by a unit since a day.

    `changes` names content fields, `fields` and `co_districts` as lists.
    Raises: Refused by role; ValidationError by field.
    """
    require(policies.may_create_complex(by))
    validation.check_day("since", "组建日期", since, today=timezone.localdate(at))
    content, linked = _split(changes)
    district = by.district
    assert district is not None  # the policy lets district officers only
    hold_numbering(InnovationComplex, "names")
    validation.check_name_is_free(content.get("name", ""))
    innovation_complex = create_record(
        InnovationComplex(**content, code=next_code(InnovationComplex, "CQ", 4), reporting_district=district),
        by=by,
        at=at,
        parts=lambda record: ReportingTerm.objects.create(
            innovation_complex=record, district=district, valid_from=since
        ),
    )
    _set_linked(innovation_complex, linked, by=by, at=at)
    membership = Membership(
        innovation_complex=innovation_complex, unit=lead_unit, role=MemberRole.LEAD, joined_on=since
    )
    create_record(membership, by=by, at=at)
    return innovation_complex


@transaction.atomic
def change_complex(
    *,
    innovation_complex: InnovationComplex,
    changes: Mapping[str, Any],
    expected_revision: int | None,
    by: User,
    at: datetime,
) -> InnovationComplex:
    """Change a complex's content, fields and co-forming districts.

    Raises: Refused by role, state or stale page; ValidationError by field.
    """
    hold_numbering(InnovationComplex, "names")
    innovation_complex = lock_complex(innovation_complex)
    require(policies.may_edit_complex(by, innovation_complex))
    innovation_complex.require_revision(expected_revision)
    content, linked = _split(changes)
    validation.check_name_is_free(content.get("name", ""), besides=innovation_complex.pk)
    revision = innovation_complex.revision
    change_record(innovation_complex, content, by=by, at=at)
    _set_linked(innovation_complex, linked, by=by, at=at, raises_revision=innovation_complex.revision == revision)
    return innovation_complex


@transaction.atomic
def change_lead_unit(
    *,
    innovation_complex: InnovationComplex,
    unit: Unit,
    on: date,
    stays: bool,
    reason: str,
    expected_revision: int | None,
    by: User,
    at: datetime,
) -> InnovationComplex:
    """Let another unit lead from a day on; the former lead unit stays as a core member or leaves.

    Raises: Refused by role, state, lock or stale page; ValidationError by field.
    Effects: former memberships end on the day, new ones begin; one audit event on the complex.
    Source: cq-complex-2024-2027 §二(二).
    """
    innovation_complex = lock_complex(innovation_complex)
    require(policies.may_edit_membership(by, innovation_complex))
    innovation_complex.require_revision(expected_revision)
    validation.check_day("on", "变更日期", on, today=timezone.localdate(at))
    current = list(
        innovation_complex.memberships.select_for_update(of=("self",))
        .select_related("unit")
        .filter(left_on__isnull=True)
    )
    former = next((membership for membership in current if membership.is_lead), None)
    own = next((membership for membership in current if membership.unit_id == unit.pk), None)
    validation.check_lead_change(former=former, own=own, on=on)
    before = list(innovation_complex.memberships.all())
    if former is not None:
        change_record(former, {"left_on": on}, by=by, at=at, kind="ended", reason=reason)
    if own is not None and own.joined_on < on:
        change_record(own, {"left_on": on}, by=by, at=at, kind="ended", reason=reason)
        own = None
    if own is not None:
        change_record(own, {"role": MemberRole.LEAD}, by=by, at=at, reason=reason)
    else:
        _join(innovation_complex, unit, MemberRole.LEAD, on, by=by, at=at, reason=reason)
    if former is not None and stays:
        _join(innovation_complex, former.unit, MemberRole.CORE, on, by=by, at=at, reason=reason)
    after = list(innovation_complex.memberships.all())
    require(keeps_locked_members(innovation_complex, before=before, after=after))
    innovation_complex.revision += 1
    innovation_complex.save(update_fields=["revision", "updated_at"])
    AuditEvent.objects.record(
        "innovationcomplex.lead_changed",
        innovation_complex,
        by=by,
        at=at,
        reason=reason,
        changes={"lead_unit": (former.unit.code if former else None, unit.code)},
    )
    return innovation_complex


@transaction.atomic
def submit_application(
    *, innovation_complex: InnovationComplex, expected_revision: int | None, by: User, at: datetime
) -> InnovationComplex:
    """Hand a drafted application to the commission.

    Raises: Refused by role, state, stale page, or with what the application still lacks.
    """
    innovation_complex = lock_complex(innovation_complex)
    require(policies.may_submit_application(by, innovation_complex))
    innovation_complex.require_revision(expected_revision)
    lead = innovation_complex.memberships.select_related("unit").filter(role=MemberRole.LEAD, left_on=None).first()
    missing = validation.check_application(innovation_complex, lead_unit=lead.unit if lead else None)
    if missing:
        raise Refused("incomplete", "申请材料不完整，尚未提交。请补充下列内容后再次提交。", missing)
    return move_record(innovation_complex, ComplexState.APPLIED, by=by, at=at, kind="applied")


def lock_complex(innovation_complex: InnovationComplex) -> InnovationComplex:
    """Return the complex as it is now, locked against other changes and against the seal of a period."""
    hold_for_change(InnovationComplex, [innovation_complex.pk])
    rows = InnovationComplex.objects.select_for_update(of=("self",), no_key=True).select_related("reporting_district")
    return rows.get(pk=innovation_complex.pk)


def _join(
    innovation_complex: InnovationComplex, unit: Unit, role: str, on: date, *, by: User, at: datetime, reason: str
) -> None:
    membership = Membership(innovation_complex=innovation_complex, unit=unit, role=role, joined_on=on)
    validation.check_member_is_free(membership)
    create_record(membership, by=by, at=at, reason=reason)


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Iterable[Any]]]:
    content = {name: value for name, value in changes.items() if name not in _LINKED}
    if "name" in content:
        content["name"] = (content["name"] or "").strip()
    return content, {name: changes[name] for name in _LINKED if name in changes}


def _set_linked(
    innovation_complex: InnovationComplex,
    linked: Mapping[str, Iterable[Any]],
    *,
    by: User,
    at: datetime,
    raises_revision: bool = False,
) -> None:
    """Set the linked rows that differ. Effects: one audit event, if any did."""
    changes = {}
    for name, rows in linked.items():
        manager = getattr(innovation_complex, name)
        old = sorted(manager.values_list("code", flat=True))
        new = sorted(row.code for row in rows)
        if old != new:
            manager.set(rows)
            changes[name] = (old, new)
    if not changes:
        return
    if raises_revision:
        innovation_complex.revision += 1
        innovation_complex.save(update_fields=["revision", "updated_at"])
    AuditEvent.objects.record("innovationcomplex.linked", innovation_complex, by=by, at=at, changes=changes)
