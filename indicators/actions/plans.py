"""Load checked plan files: insert or update by stable code, tell what changed, forget nothing silently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from audit.models import AuditEvent
from common.refusals import Refused
from indicators.models import Citation, Indicator, Plan, Target, TargetBaseline
from indicators.plan_files import PlanDraft, TargetDraft


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one plan, indicator or target."""

    code: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"


# By relation: the model, the wanted rows, and the fields by which they are told apart.
Parts = dict[str, tuple[type[models.Model], list[dict[str, Any]], list[str]]]

UNCHANGED = "unchanged"
ADDED = "added"
NOT_IN_FILE = "not in the file, kept as it is"


@transaction.atomic
def load_plans(*, drafts: Sequence[PlanDraft], by: Any, at: datetime) -> list[Change]:
    """Bring plans, indicators and targets to what the checked files say.

    Running it again changes nothing. A target that a file no longer names is kept and reported.
    Raises: Refused if a target's code belongs to another plan.
    Effects: one audit event per record that was added or changed.
    """
    changes: list[Change] = []
    for draft in drafts:
        plan, outcome = _bring(Plan, {"code": draft.code}, draft.values, by=by, at=at)
        changes.append(Change(plan.code, outcome))
        for item in draft.indicators:
            indicator, outcome = _bring(Indicator, {"code": item.code}, item.values, by=by, at=at)
            changes.append(Change(indicator.code, outcome))
        indicators = {row.code: row for row in Indicator.objects.all()}
        for target_draft in draft.targets:
            changes.append(_load_target(target_draft, plan=plan, indicators=indicators, by=by, at=at))
        kept = plan.targets.exclude(code__in=[item.code for item in draft.targets]).order_by("code")
        changes.extend(Change(code, NOT_IN_FILE) for code in kept.values_list("code", flat=True))
    return changes


def _load_target(draft: TargetDraft, *, plan: Plan, indicators: dict[str, Indicator], by: Any, at: datetime) -> Change:
    if Target.objects.filter(code=draft.code).exclude(plan=plan).exists():
        raise Refused("code_taken", f"目标代码“{draft.code}”已属于另一规划。请改用另一个代码。")
    values = {**draft.values, "plan": plan, "indicator": indicators[draft.values["indicator"]]}
    citations = [
        {
            "document": item.document,
            "section": item.section,
            "wording": item.wording,
            "comparator": item.comparator,
            "value": item.value,
            "position": position,
        }
        for position, item in enumerate(draft.citations, start=1)
    ]
    baselines = [{"year": item.year, "value": item.value, "citation": item.citation} for item in draft.baselines]
    parts: Parts = {
        "citations": (Citation, citations, ["position"]),
        "baselines": (TargetBaseline, baselines, ["year", "citation"]),
    }
    _, outcome = _bring(Target, {"code": draft.code}, values, by=by, at=at, parts=parts)
    return Change(draft.code, outcome)


def _bring(
    model: type[models.Model],
    key: dict[str, str],
    values: dict[str, Any],
    *,
    by: Any,
    at: datetime,
    parts: Parts | None = None,
) -> tuple[Any, str]:
    """Insert or update one record with its parts; return it and the outcome in words."""
    record = model._default_manager.select_for_update().filter(**key).first()
    is_new = record is None
    record = record or model(**key)
    differing: dict[str, tuple[Any, Any]] = {}
    for name, value in values.items():
        old = None if is_new else getattr(record, name)
        if is_new or old != value:
            differing[name] = (_plain(old), _plain(value))
            setattr(record, name, value)
    if differing:
        record.full_clean()
        record.save()
    for name, (part_model, wanted, order) in (parts or {}).items():
        held = [] if is_new else list(getattr(record, name).order_by(*order, "pk"))
        fields = list(wanted[0]) if wanted else []
        old_rows = [{field: getattr(row, field) for field in fields} for row in held]
        new_rows = sorted(wanted, key=lambda row: [row[field] for field in order])
        if len(held) != len(new_rows) or old_rows != new_rows:
            differing[name] = (_plain_rows(old_rows), _plain_rows(new_rows))
            getattr(record, name).all().delete()
            part_model._default_manager.bulk_create(part_model(target=record, **row) for row in wanted)
    if not differing:
        return record, UNCHANGED
    kind = "added" if is_new else "changed"
    AuditEvent.objects.record(f"{model._meta.model_name}.{kind}", record, by=by, at=at, changes=differing)
    return record, ADDED if is_new else _in_words(differing)


def _in_words(differing: dict[str, tuple[Any, Any]]) -> str:
    return "; ".join(
        f"{name} changed" if isinstance(new, list) else f"{name} {_shown(old)} → {_shown(new)}"
        for name, (old, new) in differing.items()
    )


def _shown(value: Any) -> str:
    return "none" if value in (None, "") else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.code if isinstance(value, (Plan, Indicator)) else value


def _plain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows]
