"""The reviewers' side of a filing: begin, return with remarks, approve as district and as commission."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from audit.models import AuditEvent
from common.jobs import outbox
from common.refusals import Refused
from common.verdicts import require
from indicators.actions.filings import latest_version, lock_filing, move_filing, release_locks
from indicators.choices import FilingState, ReviewLevel
from indicators.models import Filing, FilingVersion, Remark, SignOff
from indicators.policies import filings as policies
from indicators.validation import filings as validation

_RETURNED = {
    ReviewLevel.DISTRICT: FilingState.RETURNED_BY_DISTRICT,
    ReviewLevel.COMMISSION: FilingState.RETURNED_BY_COMMISSION,
}


@dataclass(frozen=True, slots=True)
class NewRemark:
    """A remark to be written: on which figure or text, and what."""

    cell: str
    text: str


@transaction.atomic
def begin_review(*, filing: Filing, by: User, at: datetime) -> FilingVersion:
    """Record that an approver has opened the version; from now on it cannot be withdrawn.

    Raises: Refused by role, district, state, or if the review has begun already.
    """
    filing = lock_filing(filing)
    require(policies.may_begin_review(by, filing, latest_version(filing)))
    version = _version_read(filing, None)
    _mark_review(version, by=by, at=at)
    AuditEvent.objects.record("filing.review_begun", filing, by=by, at=at, changes={"version": (None, version.number)})
    return version


@transaction.atomic
def return_filing(
    *,
    filing: Filing,
    level: str,
    remarks: Sequence[NewRemark],
    by: User,
    at: datetime,
    number: int | None = None,
) -> FilingVersion:
    """Return the version with at least one remark and unlock the period; `number` is the version that was read.

    Raises: Refused by role, district, state, a newer version, without a remark, or once the round is locked, when it
    could not be submitted again; ValidationError for a wrong one.
    """
    filing = lock_filing(filing)
    require(policies.may_return(by, filing, level, at))
    version = _version_read(filing, number)
    if not remarks:
        raise Refused("no_remark", "退回须至少填写一条批注，指明所指的指标或文字和需要修改之处。请填写后再退回。")
    validation.check_cells(remark.cell for remark in remarks)
    written = [
        Remark(
            version=version,
            cell=remark.cell,
            level=level,
            text=remark.text.strip(),
            written_by=by,
            written_at=at,
        )
        for remark in remarks
    ]
    for remark in written:
        remark.clean_fields()
    Remark.objects.bulk_create(written)
    _mark_review(version, by=by, at=at)
    move_filing(
        filing,
        _RETURNED[ReviewLevel(level)],
        kind="returned",
        by=by,
        at=at,
        facts={"version": (None, version.number), **{remark.cell: (None, remark.text) for remark in written}},
    )
    release_locks(filing)
    return version


@transaction.atomic
def approve_as_district(
    *, filing: Filing, by: User, at: datetime, number: int | None = None, opinion: str = ""
) -> SignOff:
    """Sign the version for the approver's department; the state moves when the departments that sign are complete.

    Raises: Refused by role, district, state, a newer version, or for a person who had a part in the version.
    """
    filing = lock_filing(filing)
    version = latest_version(filing)
    sign_offs = _sign_offs(version)
    require(policies.may_approve_as_district(by, filing, version, sign_offs))
    version = _version_read(filing, number)
    sign_off = _sign(version, ReviewLevel.DISTRICT, department=by.department, opinion=opinion, by=by, at=at)
    facts = {"version": (None, version.number), "department": (None, by.department)}
    signed = {one.department for one in sign_offs if one.level == ReviewLevel.DISTRICT} | {by.department}
    if len(signed) >= policies.departments_needed():
        move_filing(
            filing, FilingState.DISTRICT_APPROVED, kind="district_approved", by=by, at=at, facts=facts, reason=opinion
        )
    else:
        AuditEvent.objects.record("filing.district_signed", filing, by=by, at=at, changes=facts, reason=opinion)
    return sign_off


@transaction.atomic
def approve_as_commission(
    *, filing: Filing, by: User, at: datetime, number: int | None = None, opinion: str = ""
) -> SignOff:
    """Approve the version: what was reported is recognised, and everybody reads this version from now on.

    Raises: Refused by role, state, a newer version, or for a person who had a part in the version.
    Effects: past the round's lock time, one job that locks the filing.
    """
    filing = lock_filing(filing)
    version = latest_version(filing)
    require(policies.may_approve_as_commission(by, filing, version, _sign_offs(version)))
    version = _version_read(filing, number)
    sign_off = _sign(version, ReviewLevel.COMMISSION, department="", opinion=opinion, by=by, at=at)
    version.figures.update(recognised=F("reported"), updated_at=at)
    filing.approved_version = version
    move_filing(
        filing,
        FilingState.COMMISSION_APPROVED,
        kind="approved",
        by=by,
        at=at,
        facts={"version": (None, version.number)},
        also_saves=["approved_version"],
        reason=opinion,
    )
    if at >= filing.filing_round.locks_at:
        outbox.enqueue("lock_round", key=f"{filing.holder} {version.number}", by=by, round_id=filing.filing_round_id)
    return sign_off


def _sign_offs(version: FilingVersion | None) -> list[SignOff]:
    return list(version.sign_offs.all()) if version else []


def _version_read(filing: Filing, number: int | None) -> FilingVersion:
    """Return the newest version, if it is the one that the reviewer read."""
    version = filing.versions.latest("number")
    if number is not None and number != version.number:
        raise Refused(
            "stale", f"您打开的是第{number}版，现已有第{version.number}版。请刷新页面，核对最新版本后再办理。"
        )
    return version


def _sign(version: FilingVersion, level: str, *, department: str, opinion: str, by: User, at: datetime) -> SignOff:
    sign_off = SignOff(
        version=version, level=level, department=department, signed_by=by, opinion=opinion.strip(), signed_at=at
    )
    sign_off.full_clean()
    sign_off.save(force_insert=True)
    _mark_review(version, by=by, at=at)
    return sign_off


def _mark_review(version: FilingVersion, *, by: User, at: datetime) -> None:
    if version.review_started_at is None:
        version.review_started_at, version.review_started_by = at, by
        version.save(update_fields=["review_started_at", "review_started_by"])
