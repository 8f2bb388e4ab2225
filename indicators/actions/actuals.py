"""Enter, change, approve, withdraw and restore values that no ledger gives; load those of a document from its file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.records import change_record, create_record, restore_record, withdraw_record
from common.refusals import Refused
from common.verdicts import require
from indicators.actual_files import ActualDraft
from indicators.choices import ActualStatus
from indicators.models import Actual, Indicator, Target
from indicators.policies import actuals as policies

FIELDS = (
    "indicator",
    "scope",
    "year",
    "value",
    "numerator",
    "denominator",
    "source_document",
    "source_clause",
    "note",
)


@transaction.atomic
def enter_actual(*, values: Mapping[str, Any], by: User, at: datetime) -> Actual:
    """Enter a preliminary value. Units: those of the indicator; a ratio as numerator and denominator.

    Raises: Refused by role; ValidationError by field. Effects: one audit event.
    """
    require(policies.may_enter_actuals(by))
    actual = Actual(**_only_fields(values), entered_by=by, entered_at=at)
    _check(actual, at=at)
    return create_record(actual, by=by, at=at, kind="entered")


@transaction.atomic
def change_actual(
    *, actual: Actual, values: Mapping[str, Any], expected_revision: int, by: User, at: datetime
) -> Actual:
    """Change a preliminary value; who changes it has entered it and cannot approve it.

    Raises: Refused by policy or a stale page; ValidationError by field. Effects: one audit event if anything differs.
    """
    actual = _locked(actual)
    actual.require_revision(expected_revision)
    require(policies.may_change_actual(by, actual))
    changes = {name: value for name, value in _only_fields(values).items() if getattr(actual, name) != value}
    if not changes:
        return actual
    for name, value in changes.items():
        setattr(actual, name, value)
    _check(actual, at=at)
    return change_record(_locked(actual), {**changes, "entered_by": by, "entered_at": at}, by=by, at=at, kind="changed")


@transaction.atomic
def approve_actual(*, actual: Actual, expected_revision: int, by: User, at: datetime) -> Actual:
    """Make a preliminary value final, as another person than the one who entered it.

    Raises: Refused by policy, a stale page, or if another final value stands. Effects: one audit event.
    """
    actual = _locked(actual)
    actual.require_revision(expected_revision)
    require(policies.may_approve_actual(by, actual))
    _require_no_other(actual, ActualStatus.FINAL)
    changes = {"status": ActualStatus.FINAL, "approved_by": by, "approved_at": at}
    return change_record(actual, changes, by=by, at=at, kind="approved")


@transaction.atomic
def withdraw_actual(*, actual: Actual, reason: str, expected_revision: int, by: User, at: datetime) -> Actual:
    """Take a value out of every page with a reason; nothing is destroyed.

    Raises: Refused by policy or a stale page; ValidationError without a reason. Effects: one audit event.
    """
    actual = _locked(actual)
    actual.require_revision(expected_revision)
    require(policies.may_withdraw_actual(by, actual))
    return withdraw_record(actual, reason=reason, by=by, at=at)


@transaction.atomic
def restore_actual(*, actual: Actual, reason: str, expected_revision: int, by: User, at: datetime) -> Actual:
    """Bring a withdrawn value back as a preliminary one of the person who restores it; it needs approval anew.

    Raises: Refused by policy, a stale page, or if another preliminary value stands; ValidationError without a reason.
    Effects: two audit events.
    """
    actual = _locked(actual)
    actual.require_revision(expected_revision)
    require(policies.may_restore_actual(by, actual))
    _require_no_other(actual, ActualStatus.PRELIMINARY)
    changes = {
        "status": ActualStatus.PRELIMINARY,
        "approved_by": None,
        "approved_at": None,
        "entered_by": by,
        "entered_at": at,
    }
    reopened = change_record(actual, changes, by=by, at=at, kind="reopened", reason=reason)
    return restore_record(reopened, reason=reason, by=by, at=at)


@transaction.atomic
def load_actuals(*, drafts: Sequence[ActualDraft], by: Any, at: datetime) -> list[str]:
    """Bring the final values that a document itself prints; tell per value what happened.

    A value that stands with another figure, source or status is left alone and reported: people decide about it.
    Raises: Refused if a draft names an unknown indicator or scope. Effects: one audit event per value that is added.
    """
    indicators = {row.code: row for row in Indicator.objects.filter(code__in={draft.indicator for draft in drafts})}
    lines = []
    for draft in drafts:
        indicator = indicators.get(draft.indicator)
        name = f"{draft.indicator} {draft.scope} {draft.year}"
        if indicator is None:
            raise Refused("unknown_indicator", f"没有代码为“{draft.indicator}”的指标。请先载入规划文件。")
        wanted = Actual(
            indicator=indicator,
            **draft.values,
            status=ActualStatus.FINAL,
            entered_at=at,
            approved_by=by,
            approved_at=at,
        )
        held = Actual.objects.filter(indicator=indicator, scope=draft.scope, year=draft.year).order_by("pk")
        if any(_says_the_same(row, wanted) for row in held):
            lines.append(f"{name}: unchanged")
        elif held:
            lines.append(f"{name}: differs from what people have decided in the portal, kept as it is")
        else:
            _require_target(wanted)
            create_record(wanted, by=by, at=at, kind="loaded", reason=draft.reason)
            lines.append(f"{name}: added")
    return lines


def _says_the_same(held: Actual, wanted: Actual) -> bool:
    names = ("value", "numerator", "denominator", "source_document", "source_clause", "note")
    return all(getattr(held, name) == getattr(wanted, name) for name in names)


def _only_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in FIELDS}


def _locked(actual: Actual) -> Actual:
    return Actual.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=actual.pk)


def _check(actual: Actual, *, at: datetime) -> None:
    """Raise ValidationError by field for what the constraints cannot say."""
    this_year = timezone.localdate(at).year
    errors: dict[str, str] = {}
    if actual.year is not None and actual.year > this_year:
        errors["year"] = f"“年度”为{actual.year}，尚未开始。请填写{this_year}年或更早的年度。"
    if not actual.indicator.is_by_hand:
        errors["indicator"] = f"“{actual.indicator.name}”由门户的台账统计，不能手工录入。请改选其他指标。"
    elif not _targets_of(actual).exists():
        scopes = Target.objects.filter(indicator=actual.indicator).values_list("scope", flat=True).distinct()
        known = "、".join(sorted(scopes)) or "无"
        errors["scope"] = f"“{actual.indicator.name}”没有范围为“{actual.scope}”的目标。可填写：{known}。"
    if actual.denominator is not None and actual.denominator <= 0:
        errors["denominator"] = "“分母”应大于0。请核对后重新填写。"
    if errors:
        raise ValidationError(errors)


def _require_target(actual: Actual) -> None:
    if not actual.indicator.is_by_hand or not _targets_of(actual).exists():
        raise Refused(
            "unknown_scope", f"没有范围为“{actual.scope}”、由手工录入的“{actual.indicator.code}”目标。请核对。"
        )


def _targets_of(actual: Actual) -> Any:
    return Target.objects.filter(indicator=actual.indicator, scope=actual.scope)


def _require_no_other(actual: Actual, status: ActualStatus) -> None:
    others = Actual.objects.current().exclude(pk=actual.pk)
    if others.filter(indicator=actual.indicator, scope=actual.scope, year=actual.year, status=status).exists():
        raise Refused(
            "taken",
            f"“{actual.indicator.name}”{actual.scope}{actual.year}年已有{status.label}值。请先撤销那一条（写明理由），再办理本条。",
        )
