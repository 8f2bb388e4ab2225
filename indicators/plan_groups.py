"""Groups of a plan file: sectors, industries, actions, tasks and 计划, with the departments that answer for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.yaml_files import EntryReader, Problem
from indicators.choices import GroupKind, ResponsibilityRole


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A group; `responsible` are (role, department) in the document's order, leads first."""

    code: str
    values: dict[str, Any]
    parent: str
    responsible: tuple[tuple[str, str], ...]


def read_groups(root: EntryReader, problems: list[Problem]) -> tuple[GroupDraft, ...]:
    """Read the optional list `groups`; mistakes are added to `problems`."""
    drafts: list[GroupDraft] = []
    readers: dict[str, EntryReader] = {}
    for position, item in root.entries("groups", is_required=False):
        reader = EntryReader(item, f"groups第{position}项", problems)
        code = read_code(reader, {draft.code for draft in drafts})
        values: dict[str, Any] = {
            "kind": reader.choice("kind", GroupKind.values),
            "name": reader.text("name", max_length=120),
            "section": reader.text("section", max_length=40, is_required=False),
            "note": reader.text("note", max_length=300, is_required=False),
            "position": position,
        }
        parent = reader.text("parent", max_length=60, is_required=False)
        leads, duties = reader.names("leads"), reader.names("duties")
        for department in duties:
            if department in leads:
                reader.refuse(f"“{department}”既列为牵头单位又列为责任单位。请只保留一处。", name="duties")
        reader.finish()
        readers.setdefault(code, reader)
        responsible = [(ResponsibilityRole.LEAD.value, name) for name in leads]
        responsible += [(ResponsibilityRole.DUTY.value, name) for name in duties]
        drafts.append(GroupDraft(code, values, parent, tuple(responsible)))
    parents = {draft.code: draft.parent for draft in drafts}
    for code, parent in parents.items():
        if parent and parent not in parents:
            readers[code].refuse(f"上级“{parent}”不在 groups 中。请核对代码。", name="parent")
    for code, circle in find_circles(parents).items():
        readers[code].refuse(f"上级成环：{circle}。请去掉其中一个 parent。", name="parent")
    return tuple(drafts)


def read_code(reader: EntryReader, taken: set[str]) -> str:
    """Read an entry's code, name the entry by it, and refuse one that is taken."""
    code = reader.text("code", max_length=60)
    if code:
        reader.place = f"“{code}”"
    if code in taken:
        reader.refuse("代码重复。请改用另一个代码。", name="code")
    return code


def find_circles(parents: Mapping[str, str]) -> dict[str, str]:
    """Return, for each code that is its own ancestor, the circle in words."""
    circles = {}
    for code in parents:
        path = [code]
        while (above := parents.get(path[-1], "")) and above not in path:
            path.append(above)
        if above == code:
            circles[code] = " → ".join([*path, code])
    return circles
