"""The filer's side of a filing: save, answer remarks, submit, withdraw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audit.models import AuditEvent
from audit.records import change_record
from common.refusals import Refused
from common.verdicts import require
from complexes.actions.locks import lock_period, release_period
from complexes.models import Case
from indicators.choices import FilingState
from indicators.metrics import seal_figures
from indicators.models import Filing, FilingVersion, Remark
from indicators.policies import filings as policies
from indicators.validation import filings as validation
from members.actions.locks import lock_reports, release_reports
from members.models import UnitReport
from tasks.models import Need, TacklingTask


@transaction.atomic
def save_filing(
    *, filing: Filing, changes: Mapping[str, Any], expected_revision: int | None, by: User, at: datetime
) -> Filing:
    """Save the texts and the responsible officer of the working copy; the person is recorded as one who entered it.

    Raises: Refused by role, district, state or a stale page; ValidationError by field.
    """
    filing = lock_filing(filing)
    require(policies.may_save_filing(by, filing))
    filing.require_revision(expected_revision)
    if "responsible_officer" in changes:
        validation.check_responsible_officer(filing, changes["responsible_officer"])
    return change_record(filing, changes, by=by, at=at, parts=lambda record: record.entered_by.add(by))


@transaction.atomic
def answer_remark(*, remark: Remark, answer: str, by: User, at: datetime) -> Remark:
    """Answer a remark of a returned version; it may be reworded until the next submission.

    Raises: Refused by role, district or state; ValidationError on `answer`.
    """
    filing = lock_filing(remark.version.filing)
    require(policies.may_answer_remark(by, filing))
    remark = Remark.objects.select_for_update().get(pk=remark.pk)
    old_answer = remark.answer
    remark.answer, remark.answered_by, remark.answered_at = answer.strip(), by, at
    validation.check_answer(remark)
    remark.full_clean()
    remark.save(update_fields=["answer", "answered_by", "answered_at"])
    filing.entered_by.add(by)
    AuditEvent.objects.record(
        "filing.remark_answered", filing, by=by, at=at, changes={remark.cell: (old_answer, remark.answer)}
    )
    return remark


@transaction.atomic
def submit_filing(*, filing: Filing, by: User, at: datetime, expected_revision: int | None = None) -> FilingVersion:
    """Seal the working copy as the next version, lock the period, and hand it to the district.

    Complex and members are held before the figures are read: a change that came first is in the seal, one that comes
    later finds the lock.
    Raises: Refused by role, district, state or window; "incomplete" with every gap in `details`.
    """
    filing = lock_filing(filing)
    require(policies.may_submit_filing(by, filing, at))
    filing.require_revision(expected_revision)
    year = filing.filing_round.year
    lock_period(
        innovation_complex=filing.innovation_complex, year=year, holder=filing.holder, label=filing.holder_label
    )
    lock_reports(
        unit_ids=[unit.pk for unit in validation.enterprise_members(filing)],
        year=year,
        holder=filing.holder,
        label=filing.holder_label,
    )
    gaps = validation.find_gaps(filing)
    if gaps:
        raise Refused(
            "incomplete",
            f"填报还缺{len(gaps)}项，不能提交。请逐项补齐后再提交。",
            [(gap.place, gap.sentence) for gap in gaps],
        )
    assert filing.responsible_officer is not None
    number = (filing.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = FilingVersion.objects.create(
        filing=filing,
        number=number,
        narrative=filing.narrative,
        difficulties=filing.difficulties,
        responsible_officer=filing.responsible_officer.full_name,
        submitted_by=by,
        sealed_at=at,
    )
    seal_figures(version_ids=[version.pk], year=year, at=at)
    version.refresh_from_db(fields=["digest"])
    version.entered_by.set(_people_behind(filing, version))
    filing.submitted_at = at
    move_filing(
        filing,
        FilingState.SUBMITTED,
        kind="submitted",
        by=by,
        at=at,
        facts={"version": (None, number), "digest": (None, version.digest)},
        also_saves=["submitted_at"],
    )
    return version


@transaction.atomic
def withdraw_filing(*, filing: Filing, by: User, at: datetime) -> Filing:
    """Take a submission back before the district has begun to review it; the version stays readable.

    Raises: Refused by role, person, state, or once the review has begun. Effects: the period is unlocked.
    """
    filing = lock_filing(filing)
    require(policies.may_withdraw_filing(by, filing, latest_version(filing), at))
    move_filing(filing, FilingState.DRAFT, kind="withdrawn", by=by, at=at)
    release_locks(filing)
    return filing


def lock_filing(filing: Filing) -> Filing:
    """Lock a filing's row and read it anew, with what policies look at."""
    return (
        Filing.objects.select_for_update(of=("self",))
        .select_related("filing_round", "innovation_complex", "responsible_officer")
        .get(pk=filing.pk)
    )


def latest_version(filing: Filing) -> FilingVersion | None:
    """Return the newest sealed version."""
    return filing.versions.order_by("-number").first()


def release_locks(filing: Filing) -> None:
    """Let the ledgers of the filing's period change again, as far as no other filing holds them."""
    release_period(holder=filing.holder)
    release_reports(holder=filing.holder)


def move_filing(
    filing: Filing,
    state: str,
    *,
    kind: str,
    by: User,
    at: datetime,
    facts: Mapping[str, tuple[Any, Any]] | None = None,
    also_saves: list[str] | None = None,
    reason: str = "",
) -> None:
    """Move a locked filing and write the event."""
    old_state = filing.state
    filing.move_to(state)
    filing.save(update_fields=["state", "updated_at", *(also_saves or [])])
    AuditEvent.objects.record(
        f"filing.{kind}",
        filing,
        by=by,
        at=at,
        changes={"state": (old_state, filing.state), **(facts or {})},
        reason=reason,
    )


def _people_behind(filing: Filing, version: FilingVersion) -> set[int]:
    """Return who typed a text of the filing or a row behind its figures."""
    people = set(filing.entered_by.values_list("pk", flat=True))
    codes = {row["k"] for rows in version.figures.values_list("rows", flat=True) for row in rows}
    people.update(
        UnitReport.objects.filter(unit__code__in=codes, year=filing.filing_round.year).values_list(
            "entered_by", flat=True
        )
    )
    for ledger in (TacklingTask, Need, Case):
        people.update(ledger.objects.filter(code__in=codes).values_list("entered_by", flat=True))
    return people - {None}
