"""What every page needs: the navigation of the person's role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.choices import Permission
from accounts.policies import holds, reads_records
from common.verdicts import ALLOWED, Verdict

Ask = Callable[[Any], Verdict]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation; `ask` is the same policy as the guard of its view."""

    url_name: str
    label: str
    icon: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


def _everybody(user: Any) -> Verdict:
    return ALLOWED


def _with(permission: Permission) -> Ask:
    return lambda user: holds(user, permission)


NAVIGATION = (
    Group("", (Entry("portal:home", "首页", "home", _everybody),)),
    Group(
        "综合体与台账",
        (
            Entry("complexes:complex-list", "综合体", "complex", reads_records),
            Entry("members:unit-list", "单位", "unit", reads_records),
            Entry("members:report-list", "单位年报", "report", reads_records),
            Entry("tasks:task-list", "攻关任务", "task", reads_records),
            Entry("tasks:need-list", "创新需求", "need", reads_records),
            Entry("complexes:case-list", "典型案例", "case", reads_records),
            Entry("complexes:decision-list", "培育与认定", "decision", reads_records),
        ),
    ),
    Group(
        "指标与评价",
        (
            Entry("indicators:filing-list", "年度填报", "filing", reads_records),
            Entry("portal:progress", "目标进展", "progress", reads_records),
            Entry("indicators:plan-list", "规划文件", "plan", _with(Permission.READ_POLICY)),
            Entry("indicators:target-list", "目标", "target", _with(Permission.READ_POLICY)),
            Entry("evaluation:round-list", "绩效评价", "evaluation", reads_records),
        ),
    ),
    Group(
        "系统",
        (
            Entry("api:docs", "接口文档", "api", _with(Permission.READ_CITY)),
            Entry("admin:index", "系统管理", "settings", _with(Permission.MANAGE_SYSTEM)),
            Entry("portal:components", "页面组件", "palette", _with(Permission.MANAGE_SYSTEM)),
        ),
    ),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the entries that the person may open; the deepest one above the page is current."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "is_embedded": settings.IS_EMBEDDED}
    addresses = {entry: _address(entry) for group in NAVIGATION for entry in group.entries if entry.ask(user)}
    current = max((url for url in addresses.values() if url and request.path.startswith(url)), key=len, default="")
    groups = []
    for group in NAVIGATION:
        entries = [
            {
                "label": entry.label,
                "icon": entry.icon,
                "url": addresses[entry],
                "is_current": addresses[entry] == current,
                "is_page": addresses[entry] == request.path,
            }
            for entry in group.entries
            if addresses.get(entry)
        ]
        if entries:
            groups.append({"label": group.label, "entries": entries})
    return {"navigation": groups, "is_embedded": settings.IS_EMBEDDED}


def _address(entry: Entry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""
