"""Set or reset the share of a target for one complex."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.models import AuditEvent
from audit.records import change_record, create_record
from common.refusals import Refused
from common.verdicts import require
from complexes.models import InnovationComplex
from indicators import shares
from indicators.models import ComplexTarget, Target
from indicators.policies import shares as policies

# What a page sends that was opened while the default share stood.
NO_OVERRIDE = -1


@transaction.atomic
def set_share(
    *,
    target: Target,
    innovation_complex: InnovationComplex,
    value: Decimal,
    reason: str,
    expected_revision: int,
    by: User,
    at: datetime,
) -> ComplexTarget:
    """Put a share in the place of the default one, or change it.

    `expected_revision` is NO_OVERRIDE if the page showed the default share.
    Units: those of the indicator.
    Raises: Refused by role, recognition, or a stale page; ValidationError by field, also for a cumulative share below
    the earlier one or above the later one.
    Effects: one audit event.
    """
    innovation_complex = InnovationComplex.objects.select_for_update().get(pk=innovation_complex.pk)
    require(policies.may_set_share(by, target, innovation_complex))
    if value <= 0:
        raise ValidationError(
            {"value": "“分解目标”应大于0：目标为0时无法计算完成率。请核对后重新填写，或恢复默认分解。"}
        )
    held = _locked_override(target, innovation_complex, expected_revision)
    changes = {"value": value, "reason": reason, "set_by": by, "set_at": at}
    if held is None:
        record = ComplexTarget(target=target, innovation_complex=innovation_complex, **changes)
        saved = create_record(record, by=by, at=at, kind="set", reason=reason)
    elif (held.value, held.reason) == (value, reason):
        return held
    else:
        saved = change_record(held, changes, by=by, at=at, kind="set", reason=reason)
    _check_not_falling(target, innovation_complex, "value")
    return saved


@transaction.atomic
def reset_share(
    *, target: Target, innovation_complex: InnovationComplex, expected_revision: int, by: User, at: datetime
) -> None:
    """Return to the default share.

    Raises: Refused by role, a stale page, or if a later share would then be smaller. Effects: one audit event.
    """
    innovation_complex = InnovationComplex.objects.select_for_update().get(pk=innovation_complex.pk)
    require(policies.may_edit_shares(by))
    held = _locked_override(target, innovation_complex, expected_revision)
    if held is None:
        return
    AuditEvent.objects.record(
        "complextarget.reset",
        held,
        by=by,
        at=at,
        changes={"value": (held.value, None), "reason": (held.reason, None)},
        leaves_row=False,
    )
    held.delete()
    try:
        _check_not_falling(target, innovation_complex, "value")
    except ValidationError as error:
        raise Refused("falling", error.message_dict["value"][0]) from error


def _locked_override(
    target: Target, innovation_complex: InnovationComplex, expected_revision: int
) -> ComplexTarget | None:
    """Return the override; the lock on the complex keeps others from making one."""
    rows = ComplexTarget.objects.select_for_update()
    held = rows.filter(target=target, innovation_complex=innovation_complex).first()
    (held or ComplexTarget(revision=NO_OVERRIDE)).require_revision(expected_revision)
    return held


def _check_not_falling(target: Target, innovation_complex: InnovationComplex, field: str) -> None:
    family = [row for row in shares.shared_targets(target.plan) if row.indicator_id == target.indicator_id]
    found = shares.all_shares(plan=target.plan, complexes=[innovation_complex], targets=family)
    pair = shares.falling_share(
        [found[innovation_complex.pk, row] for row in family if (innovation_complex.pk, row) in found]
    )
    if pair is not None:
        earlier, later = pair
        unit = target.indicator.measure_unit
        raise ValidationError(
            {
                field: f"“{target.indicator.name}”是累计数，分解目标不能下降：{earlier.target.target_year}年为"
                f"{earlier.value.normalize():f}{unit}，{later.target.target_year}年为{later.value.normalize():f}{unit}。"
                "请调整其中一个年度后重新保存。"
            }
        )
