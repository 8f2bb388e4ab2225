"""Events in plain words: who did what when, and what changed from what to what, with a few queries per page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.choices import Department
from audit.models import AuditEvent
from complexes.models import (
    Achievement,
    Case,
    Contract,
    InnovationComplex,
    LifecycleDecision,
    Membership,
)
from indicators.choices import EVENT_WORDS
from indicators.models import Filing, FilingRound, Indicator, Plan, Target
from members.models import Standing, Unit, UnitReport
from tasks.models import Need, TacklingTask

NOTHING = "空"
# Facts that carry the code of a vocabulary.
_VOCABULARIES = {"department": dict(Department.choices)}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGITS_OF_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of record whose history has a page; `code` is the field that names a record in an address."""

    model: type[models.Model]
    code: str = ""


NOUNS: dict[str, Noun] = {
    "complex": Noun(InnovationComplex, "code"),
    "membership": Noun(Membership),
    "contract": Noun(Contract),
    "decision": Noun(LifecycleDecision),
    "unit": Noun(Unit, "code"),
    "standing": Noun(Standing),
    "report": Noun(UnitReport),
    "case": Noun(Case, "code"),
    "achievement": Noun(Achievement, "code"),
    "task": Noun(TacklingTask, "code"),
    "need": Noun(Need, "code"),
    "filing": Noun(Filing),
    "round": Noun(FilingRound, "code"),
    "plan": Noun(Plan, "code"),
    "indicator": Noun(Indicator, "code"),
    "target": Noun(Target, "code"),
}
_NOUN_OF = {noun.model._meta.label_lower: name for name, noun in NOUNS.items()}

_CHANNELS = {"page": "页面", "api": "接口", "command": "命令", "job": "后台任务", "import": "导入"}
_ACTS = {
    "created": "登记",
    "entered": "登记",
    "added": "新增",
    "loaded": "载入",
    "changed": "修改",
    "set": "设定",
    "reset": "恢复默认",
    "withdrawn": "撤销",
    "restored": "恢复",
    "linked": "调整关联",
    "lead_changed": "变更牵头单位",
    "applied": "提交申请",
    "decided": "决定生效",
    "proposed": "提出决定",
    "confirmed": "确认",
    "dropped": "撤回决定",
    "ended": "结束",
    "submitted": "报送",
    "taken_back": "收回",
    "selected": "遴选入选",
    "rejected": "不予入选",
    "approved": "审定",
    "started": "启动",
    "finished": "完成",
    "cancelled": "取消",
    "reopened": "重新打开",
    "matched": "匹配供给",
    "solved": "提出解决方案",
    "closed": "关闭",
    "shared": "请其他综合体共享",
    "part_confirmed": "确认参与",
    "part_withdrawn": "撤回参与",
    "advanced": "推进",
    "stepped_back": "退回上一步",
    "reported": "填报",
    "gap_claimed": "说明未填原因",
    "gap_accepted": "认可未填原因",
    "planned": "安排批次",
    "frozen": "冻结",
    "pinned": "固定计分数据",
    "completed": "完成计分",
    "failed": "计分失败",
    "released": "发布",
    "run_released": "发布计分结果",
    "retried": "重新执行",
    "issued": "签发",
    "refused": "操作被拒绝",
    "signed_in": "登录",
    "signed_out": "退出",
    "sign_in_failed": "登录失败",
    "password_changed": "修改密码",
    "password_reset": "重设密码",
}
_KINDS = {
    **EVENT_WORDS,
    "scorerun.started": "发起计分",
    "rubricversion.loaded": "载入指标体系",
    "tacklingtask.approved": "立项",
}
# What events tell beside the fields of the record.
_FACTS = {
    "participant": "参与综合体",
    "lead_unit": "牵头单位",
    "version": "版本",
    "digest": "摘要",
    "department": "部门",
    "cell": "所指内容",
    "released_run": "已发布的计分",
    "inputs_digest": "计分数据摘要",
    "address": "地址",
    "code": "原因代码",
    "narrative": "运行情况说明",
    "difficulties": "问题与打算",
}
# Columns that are no news to a reader.
_SILENT = {"revision", "created_at", "updated_at", "entered_by_id", "pinyin", "search_text"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in words; `history` is the noun of the page with the record's whole history, if it has one."""

    event: AuditEvent
    act: str
    noun: str
    actor: str
    channel: str
    changes: Sequence[Change]
    history: str


def act_of(kind: str) -> str:
    """Return the act that an event's kind names."""
    return _KINDS.get(kind) or _ACTS.get(kind.partition(".")[2], "办理")


def acts() -> list[tuple[str, str]]:
    """Return the acts that events may tell of, each as (last part of the kind, word)."""
    return sorted(_ACTS.items(), key=lambda pair: pair[1])


def lines_of(events: Iterable[AuditEvent]) -> list[Line]:
    """Put events into words: one query for each kind of record that their changes point at."""
    events = list(events)
    names = _names_pointed_at(events)
    return [
        Line(
            event=event,
            act=act_of(event.kind),
            noun=str(_model(event)._meta.verbose_name),
            actor=event.actor.full_name if event.actor else "系统",
            channel=_CHANNELS.get(event.channel, event.channel),
            changes=_changes(event, names),
            history=_NOUN_OF.get(event.object_type, ""),
        )
        for event in events
    ]


def _model(event: AuditEvent) -> type[models.Model]:
    return apps.get_model(event.object_type)


def _field(model: type[models.Model], name: str) -> Any:
    """Return the model's field of this name or column, None for a fact that is no field."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return next((field for field in model._meta.concrete_fields if field.attname == name), None)


def _pairs(event: AuditEvent) -> Iterable[tuple[str, Any, Any]]:
    """Yield the changes in the order of the model's fields, other facts after them."""
    places = {}
    for place, field in enumerate(_model(event)._meta.concrete_fields):
        places[field.name] = places[field.attname] = place
    for name, pair in sorted(event.changes.items(), key=lambda item: (places.get(item[0], len(places)), item[0])):
        if name not in _SILENT and isinstance(pair, list) and len(pair) == 2:
            yield name, pair[0], pair[1]


def _names_pointed_at(events: Sequence[AuditEvent]) -> Mapping[type[models.Model], Mapping[int, str]]:
    keys: dict[type[models.Model], set[int]] = {}
    for event in events:
        for name, *values in _pairs(event):
            field = _field(_model(event), name)
            if isinstance(field, models.ForeignKey):
                keys.setdefault(field.related_model, set()).update(key for key in values if isinstance(key, int))
    return {
        model: {row.pk: str(row) for row in model._default_manager.select_related().filter(pk__in=found)}
        for model, found in keys.items()
    }


def _changes(event: AuditEvent, names: Mapping[type[models.Model], Mapping[int, str]]) -> list[Change]:
    model = _model(event)
    changes = []
    for name, old, new in _pairs(event):
        field = _field(model, name)
        label = str(field.verbose_name) if hasattr(field, "verbose_name") else _FACTS.get(name, name)
        if field is None and name in _VOCABULARIES:
            old, new = (_VOCABULARIES[name].get(str(value), value) for value in (old, new))
        changes.append(Change(label, _in_words(field, old, names), _in_words(field, new, names)))
    return changes


def _in_words(field: Any, value: Any, names: Mapping[type[models.Model], Mapping[int, str]]) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, list):
        return "、".join(str(item) for item in value) if all(isinstance(v, str | int) for v in value) else "（见记录）"
    if isinstance(field, models.ForeignKey):
        return names.get(field.related_model, {}).get(value, str(value)) if isinstance(value, int) else str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if getattr(field, "flatchoices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, str):
        return _text(field, value)
    return str(value)


def _text(field: Any, value: str) -> str:
    if isinstance(field, models.DateTimeField):
        found: date | datetime | None = parse_datetime(value)
        return f"{timezone.localtime(found):%Y-%m-%d %H:%M}" if isinstance(found, datetime) else value
    if isinstance(field, models.DateField):
        found = parse_date(value)
        return found.isoformat() if found else value
    if isinstance(field, models.DecimalField):
        try:
            return f"{Decimal(value).normalize():f}"
        except InvalidOperation:
            return value
    return f"{value[:_DIGITS_OF_DIGEST]}…" if _DIGEST.fullmatch(value) else value
