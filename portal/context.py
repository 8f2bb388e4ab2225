"""What every page needs: the navigation of the person's role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.choices import Permission
from accounts.policies import holds, reads_records
from common.verdicts import ALLOWED, Verdict, denied
from portal.policies import may_read_audit, may_see_components

Ask = Callable[[Any], Verdict]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation; `ask` is the policy of its view, `also` names further lists that belong to it."""

    url_name: str
    label: str
    icon: str
    ask: Ask
    also: tuple[str, ...] = ()

    def is_above(self, path: str) -> int:
        """Return how much of the path the entry covers: the length of its longest address above the path."""
        addresses = [reverse(name) for name in (self.url_name, *self.also)]
        return max((len(address) for address in addresses if _leads_to(address, path)), default=0)


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


def _everybody(user: Any) -> Verdict:
    return ALLOWED


def _sees_components(user: Any) -> Verdict:
    return may_see_components(user) if settings.SHOWS_COMPONENTS else denied("absent", "此安装不展示页面组件。")


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
            Entry("complexes:achievement-list", "建设成果", "achievement", reads_records),
            Entry("complexes:decision-list", "培育与认定", "decision", reads_records),
        ),
    ),
    Group(
        "指标与评价",
        (
            Entry("indicators:filing-list", "年度填报", "filing", reads_records, also=("indicators:round-list",)),
            Entry("portal:progress", "目标进展", "progress", reads_records),
            Entry(
                "indicators:plan-list",
                "规划与指标",
                "plan",
                _with(Permission.READ_POLICY),
                also=("indicators:indicator-list",),
            ),
            Entry(
                "indicators:target-list",
                "目标与分解",
                "target",
                _with(Permission.READ_POLICY),
                also=("indicators:share-list",),
            ),
            Entry("indicators:actual-list", "手工录入实际值", "report", _with(Permission.READ_POLICY)),
            Entry("complexes:taxonomy-list", "产业分类", "taxonomy", _with(Permission.READ_POLICY)),
            Entry("evaluation:round-list", "绩效评价", "evaluation", reads_records),
        ),
    ),
    Group(
        "系统",
        (
            Entry("api:docs", "接口文档", "api", _everybody),
            Entry("portal:audit-list", "审计记录", "report", may_read_audit),
            Entry("portal:job-list", "后台任务", "progress", _with(Permission.MANAGE_SYSTEM)),
            Entry("admin:index", "系统管理", "settings", _with(Permission.MANAGE_SYSTEM)),
            Entry("portal:components", "页面组件", "palette", _sees_components),
        ),
    ),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the entries that the person may open; the one deepest above the page is current."""
    user = getattr(request, "user", None)
    groups: list[dict[str, Any]] = []
    if user is not None and user.is_authenticated:
        open_to_user = {entry for group in NAVIGATION for entry in group.entries if entry.ask(user)}
        current = max(open_to_user, key=lambda entry: entry.is_above(request.path))
        groups = [
            {
                "label": group.label,
                "entries": [
                    _shown(entry, request.path, is_current=entry is current)
                    for entry in group.entries
                    if entry in open_to_user
                ],
            }
            for group in NAVIGATION
            if open_to_user.intersection(group.entries)
        ]
    may_search = user is not None and bool(reads_records(user))
    return {"navigation": groups, "may_search": may_search, "is_embedded": settings.IS_EMBEDDED}


def _shown(entry: Entry, path: str, *, is_current: bool) -> dict[str, Any]:
    address = reverse(entry.url_name)
    return {
        "label": entry.label,
        "icon": entry.icon,
        "url": address,
        "is_current": is_current and entry.is_above(path) > 0,
        "is_page": address == path,
    }


def _leads_to(address: str, path: str) -> bool:
    """Tell whether an address is the page or above it; the home page is above nothing."""
    return path == address or (address != reverse("portal:home") and path.startswith(address))
