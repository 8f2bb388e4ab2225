"""Read data files that officials edit: every mistake is named with its line, numbers stay exact.

Scalars are kept as the text that was typed (`0.1` is never made a float, `no` never a truth value); `EntryReader`
turns them into texts, decimals, dates and choices and collects what is wrong.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from common.normalising import to_half_width

_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")
# Written in C where libyaml is there: five times as fast on files of thousands of lines.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake, with the line where it stands."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.sentence}"


class InvalidFile(Exception):
    """A file that is not loaded at all, with everything that is wrong in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Text(str):
    """A typed scalar with its line; empty if nothing stands there."""

    line: int

    def __new__(cls, text: str, line: int) -> "Text":
        made = super().__new__(cls, text)
        made.line = line
        return made


class Entry(dict[str, Any]):
    """A mapping with the line on which it begins."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class Entries(list[Any]):
    """A sequence with the line on which it begins."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def read_yaml(text: str) -> Entry:
    """Return the file's mapping.

    Raises: InvalidFile if it is no YAML, repeats a key, uses aliases or is no mapping.
    """
    problems: list[Problem] = []
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        # libyaml counts the end of the file as one line more.
        line = min(error.problem_mark.line + 1, len(text.splitlines())) if error.problem_mark else 1
        raise InvalidFile([Problem(line, "格式有误，无法读取。请核对缩进、冒号后的空格和引号。")]) from error
    except yaml.YAMLError as error:
        raise InvalidFile([Problem(1, "文件含有不能识别的字符。请另存为UTF-8文本。")]) from error
    if not isinstance(root, yaml.MappingNode):
        raise InvalidFile([Problem(1, "文件应由“名称: 内容”组成。")])
    made = _build(root, problems, set())
    if problems:
        raise InvalidFile(problems)
    return made


def _build(node: yaml.Node, problems: list[Problem], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if id(node) in seen:
        problems.append(Problem(line, "不支持引用（& 与 *）。请写出完整内容。"))
        return Text("", line)
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        is_null = node.style is None and node.value in {"~", "null"}
        return Text("" if is_null else node.value, line)
    if isinstance(node, yaml.SequenceNode):
        entries = Entries(line)
        entries.extend(_build(item, problems, seen) for item in node.value)
        return entries
    entry = Entry(line)
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(key_line, "名称应为文字。"))
            continue
        if key_node.value in entry:
            problems.append(Problem(key_line, f"“{key_node.value}”重复出现。请只保留一处。"))
            continue
        entry[key_node.value] = _build(value_node, problems, seen)
    return entry


class EntryReader:
    """Takes the fields of one entry by name; collects what is missing, wrong or unknown.

    `place` names the entry in sentences. Every method returns a usable empty value after a mistake.
    """

    def __init__(self, entry: Any, place: str, problems: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self.line = getattr(entry, "line", 1)
        self.entry = entry if isinstance(entry, Entry) else Entry(self.line)
        self._taken: set[str] = set()
        if not isinstance(entry, Entry):
            self.refuse("应由“名称: 内容”组成。")

    def refuse(self, sentence: str, *, name: str | None = None) -> None:
        """Note a mistake at the field's line, or at the entry's."""
        line = getattr(self.entry.get(name), "line", self.line) if name else self.line
        self.problems.append(Problem(line, f"{self.place}：{sentence}"))

    def has(self, name: str) -> bool:
        return bool(self.entry.get(name))

    def text(self, name: str, *, max_length: int = 200, is_required: bool = True) -> str:
        """Return a text without outer blanks."""
        value = self.take(name)
        if isinstance(value, (Entry, Entries)):
            self.refuse(f"“{name}”应为一段文字。", name=name)
            return ""
        text = str(value or "").strip()
        if not text and is_required:
            self.refuse(f"缺少“{name}”。请补充。", name=name)
        if len(text) > max_length:
            self.refuse(f"“{name}”超过{max_length}字，现为{len(text)}字。请精简。", name=name)
        return text

    def number(self, name: str, *, is_required: bool = True, digits: int = 14, places: int = 6) -> Decimal | None:
        """Return an exact number; one with a unit inside is refused."""
        text = to_half_width(self.text(name, is_required=is_required, max_length=60))
        if not text:
            return None
        if not _NUMBER.match(text):
            self.refuse(f"“{name}”为“{text}”，应只写数字，不带单位或文字。单位写在 measure_unit。", name=name)
            return None
        whole, _, fraction = text.lstrip("+-").partition(".")
        if len(whole) > digits or len(fraction) > places:
            self.refuse(f"“{name}”为“{text}”，整数部分不能超过{digits}位，小数不能超过{places}位。", name=name)
            return None
        return Decimal(text)

    def whole(self, name: str, *, low: int, high: int, is_required: bool = True) -> int | None:
        """Return a whole number within bounds."""
        value = self.number(name, is_required=is_required)
        if value is None:
            return None
        if value != value.to_integral_value() or not low <= value <= high:
            self.refuse(f"“{name}”为“{value}”，应为{low}到{high}之间的整数。", name=name)
            return None
        return int(value)

    def day(self, name: str) -> date | None:
        """Return a date typed as 2024-09-25."""
        text = to_half_width(self.text(name))
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.refuse(f"“{name}”为“{text}”，不是有效日期。请按“2025-03-01”的格式填写。", name=name)
            return None

    def choice(self, name: str, choices: Iterable[str], *, default: str | None = None) -> str:
        """Return one of the known words."""
        text = self.text(name, is_required=default is None)
        if not text:
            return default or ""
        known = list(choices)
        if text not in known:
            self.refuse(f"“{name}”为“{text}”，不是可用的写法。可用：{'、'.join(known)}。", name=name)
            return default or ""
        return text

    def flag(self, name: str, *, default: bool) -> bool:
        """Return yes or no."""
        text = self.text(name, is_required=False).lower()
        if not text:
            return default
        if text not in _FLAGS:
            self.refuse(f"“{name}”为“{text}”，应写 yes 或 no。", name=name)
            return default
        return _FLAGS[text]

    def texts(self, name: str) -> dict[str, str]:
        """Return an optional mapping of texts."""
        value = self.take(name)
        if not value:
            return {}
        reader = EntryReader(value, f"{self.place}的“{name}”", self.problems)
        return {key: reader.text(key, max_length=20000) for key in list(reader.entry)}

    def names(self, name: str, *, max_length: int = 80) -> tuple[str, ...]:
        """Return an optional list of short texts, none of them twice."""
        found: list[str] = []
        for position, item in self.entries(name, is_required=False):
            if isinstance(item, (Entry, Entries)) or not item.strip():
                self.refuse(f"“{name}”的第{position}项应为一段文字。", name=name)
            elif len(item) > max_length:
                self.refuse(f"“{name}”的第{position}项超过{max_length}字。请精简。", name=name)
            elif item.strip() in found:
                self.refuse(f"“{name}”中“{item.strip()}”重复出现。请只保留一处。", name=name)
            else:
                found.append(str(item.strip()))
        return tuple(found)

    def entries(self, name: str, *, is_required: bool = True) -> Iterator[tuple[int, Any]]:
        """Yield the items of a list with their position from 1."""
        value = self.take(name)
        if not value:
            if is_required:
                self.refuse(f"缺少“{name}”。请补充。", name=name)
            return
        if not isinstance(value, Entries):
            self.refuse(f"“{name}”应为列表，每项以“- ”开头。", name=name)
            return
        yield from enumerate(value, start=1)

    def finish(self) -> None:
        """Refuse every field that nobody asked for."""
        for name, value in self.entry.items():
            if name not in self._taken:
                line = getattr(value, "line", self.line)
                self.problems.append(Problem(line, f"{self.place}：没有名为“{name}”的内容。请核对拼写。"))

    def take(self, name: str) -> Any:
        """Return what stands under a name, as it was read."""
        self._taken.add(name)
        return self.entry.get(name)
