"""Load checked plan files: insert or update by stable code, tell what changed, forget nothing silently."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction

from audit.models import AuditEvent
from common.refusals import Refused
from indicators.models import Citation, Indicator, Plan, PlanGroup, Responsibility, Target, TargetBaseline
from indicators.plan_files import IndicatorDraft, PlanDraft, TargetDraft
from indicators.plan_groups import GroupDraft


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one plan, indicator or target."""

    code: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"


# By relation: the model, the wanted rows, and the fields by which they are told apart.
Parts = dict[str, tuple[type[models.Model], list[dict[str, Any]], list[str]]]
# Drafts that may stand below another of their own list.
ParentedDraft = TypeVar("ParentedDraft", GroupDraft, TargetDraft)

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
        _refuse_foreign_codes(draft)
        held_plan = Plan.objects.select_for_update().filter(code=draft.code).first()
        plan, outcome = _bring(Plan, held_plan, {"code": draft.code}, draft.values, by=by, at=at)
        changes.append(Change(plan.code, outcome))
        changes.extend(_load_groups(draft.groups, plan=plan, by=by, at=at))
        changes.extend(_load_indicators(draft.indicators, plan=plan, by=by, at=at))
        indicators = {row.code: row for row in Indicator.objects.all()}
        groups = {row.code: row for row in plan.groups.all()}
        rows = plan.targets.select_for_update().prefetch_related("citations", "baselines", "groups")
        held = {row.code: row for row in rows}
        found = {
            item.code: _load_target(item, held=held, plan=plan, indicators=indicators, groups=groups, by=by, at=at)
            for item in _parents_first(draft.targets)
        }
        changes.extend(found[item.code] for item in draft.targets)
        kept = plan.targets.exclude(code__in=list(found)).order_by("code")
        changes.extend(Change(code, NOT_IN_FILE) for code in kept.values_list("code", flat=True))
    return changes


def _refuse_foreign_codes(draft: PlanDraft) -> None:
    others = Target.objects.exclude(plan__code=draft.code)
    foreign = others.filter(code__in=[item.code for item in draft.targets]).order_by("pk").first()
    if foreign is not None:
        raise Refused("code_taken", f"目标代码“{foreign.code}”已属于另一规划。请改用另一个代码。")
    defined = Indicator.objects.filter(defined_by__isnull=False).exclude(defined_by__code=draft.code)
    taken = defined.filter(code__in=[item.code for item in draft.indicators]).order_by("pk").first()
    if taken is not None:
        raise Refused("code_taken", f"指标“{taken.code}”已由另一规划定义。请改用另一个代码，或只在目标中引用该指标。")


def _parents_first(drafts: Sequence[ParentedDraft]) -> list[ParentedDraft]:
    """Order drafts so that each comes after its parent; the file has no circle."""
    parents = {draft.code: draft.parent for draft in drafts}

    def depth(code: str) -> int:
        return 1 + depth(parents[code]) if code else 0

    return sorted(drafts, key=lambda draft: depth(draft.code))


def _load_groups(drafts: Sequence[GroupDraft], *, plan: Plan, by: Any, at: datetime) -> list[Change]:
    """Bring the groups and who answers for them; a group that the file no longer names is kept and reported."""
    held = {row.code: row for row in plan.groups.select_for_update().prefetch_related("responsibilities")}
    found: dict[str, PlanGroup] = {}
    changes = []
    for draft in _parents_first(drafts):
        responsible = [
            {"role": role, "department": department, "position": position}
            for position, (role, department) in enumerate(draft.responsible, start=1)
        ]
        values = {**draft.values, "parent": found.get(draft.parent)}
        parts: Parts = {"responsibilities": (Responsibility, responsible, ["position"])}
        key = {"plan": plan, "code": draft.code}
        found[draft.code], outcome = _bring(PlanGroup, held.get(draft.code), key, values, by=by, at=at, parts=parts)
        changes.append(Change(f"{plan.code}/{draft.code}", outcome))
    kept = plan.groups.exclude(code__in=list(found)).order_by("code")
    changes.extend(Change(f"{plan.code}/{code}", NOT_IN_FILE) for code in kept.values_list("code", flat=True))
    return changes


def _load_indicators(drafts: Sequence[IndicatorDraft], *, plan: Plan, by: Any, at: datetime) -> list[Change]:
    codes = [draft.code for draft in drafts]
    held = {row.code: row for row in Indicator.objects.select_for_update().filter(code__in=codes)}
    changes = []
    for draft in drafts:
        values = {**draft.values, "defined_by": plan}
        _, outcome = _bring(Indicator, held.get(draft.code), {"code": draft.code}, values, by=by, at=at)
        changes.append(Change(draft.code, outcome))
    return changes


def _load_target(
    draft: TargetDraft,
    *,
    held: dict[str, Target],
    plan: Plan,
    indicators: dict[str, Indicator],
    groups: dict[str, PlanGroup],
    by: Any,
    at: datetime,
) -> Change:
    values = {
        **draft.values,
        "plan": plan,
        "indicator": indicators[draft.values["indicator"]],
        "parent": held[draft.parent] if draft.parent else None,
    }
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
    baselines = [
        {"year": item.year, "value": item.value, "citation": item.citation, "note": item.note}
        for item in draft.baselines
    ]
    parts: Parts = {
        "citations": (Citation, citations, ["position"]),
        "baselines": (TargetBaseline, baselines, ["year", "citation"]),
    }
    links = {"groups": [groups[code] for code in draft.groups]}
    key = {"code": draft.code}
    target, outcome = _bring(Target, held.get(draft.code), key, values, by=by, at=at, parts=parts, links=links)
    held[draft.code] = target
    return Change(draft.code, outcome)


def _bring(
    model: type[models.Model],
    record: Any,
    key: dict[str, Any],
    values: dict[str, Any],
    *,
    by: Any,
    at: datetime,
    parts: Parts | None = None,
    links: dict[str, list[PlanGroup]] | None = None,
) -> tuple[Any, str]:
    """Insert the record, or update the held one, with its parts; return it and the outcome in words.

    What is held was read with its parts and the file was checked as a whole: an unchanged record costs no query.
    """
    is_new = record is None
    record = record or model(**key)
    differing: dict[str, tuple[Any, Any]] = {}
    for name, value in values.items():
        if is_new or _differs(record, name, value):
            differing[name] = (None if is_new else _plain(getattr(record, name)), _plain(value))
            setattr(record, name, value)
    if differing:
        record.clean_fields(exclude=[field.name for field in model._meta.fields if field.is_relation])
        record.save()
    owner = "group" if model is PlanGroup else "target"
    for name, (part_model, wanted, order) in (parts or {}).items():
        held = [] if is_new else sorted(getattr(record, name).all(), key=_order_key(order))
        fields = list(wanted[0]) if wanted else []
        old_rows = [{field: getattr(row, field) for field in fields} for row in held]
        new_rows = sorted(wanted, key=lambda row: [row[field] for field in order])
        if len(held) != len(new_rows) or old_rows != new_rows:
            differing[name] = (_plain_rows(old_rows), _plain_rows(new_rows))
            if held:
                getattr(record, name).all().delete()
            part_model._default_manager.bulk_create(part_model(**{owner: record}, **row) for row in wanted)
    for name, linked in (links or {}).items():
        old_codes = [] if is_new else sorted(row.code for row in getattr(record, name).all())
        new_codes = sorted(row.code for row in linked)
        if old_codes != new_codes:
            differing[name] = (old_codes, new_codes)
            getattr(record, name).set(linked)
    if not differing:
        return record, UNCHANGED
    kind = "added" if is_new else "changed"
    AuditEvent.objects.record(f"{model._meta.model_name}.{kind}", record, by=by, at=at, changes=differing)
    return record, ADDED if is_new else _in_words(differing)


def _order_key(order: list[str]) -> Callable[[models.Model], list[Any]]:
    return lambda row: [getattr(row, name) for name in order]


def _differs(record: models.Model, name: str, value: Any) -> bool:
    """Compare without reading related records."""
    field = record._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return bool(getattr(record, field.attname) != (value.pk if value is not None else None))
    return bool(getattr(record, name) != value)


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
    return value.code if isinstance(value, (Plan, PlanGroup, Indicator, Target)) else value


def _plain_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows]
