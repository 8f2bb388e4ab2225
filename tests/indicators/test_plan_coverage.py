"""No number of a plan document is forgotten: each is a target's, or is listed with the reason why it is none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from indicators.plan_files import PlanDraft, TargetDraft, read_plan

PLANS = sorted(Path("data/plans").glob("*.yaml"))
NOT_TARGETS = Path("data/plans/not_targets")

# Digits with decimals, thousands, 万/亿 and %; Chinese numerals before a measure word; numbers said in words.
NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*[百千万亿]*(?: ?[%％‰])?"
    r"|[一二三四五六七八九十百千万亿两双数几]*[二三四五六七八九十百千万亿两双数几][一二三四五六七八九十百千万亿两]*"
    r"(?=[个项家条大支所名位人件次倍成台套亩元年级周月镇园带区期批届站新线城类种链层组]|余|多)"
    r"|翻[一两二三]?番|全覆盖|覆盖全域|零的突破|实现零突破|从无到有|首[个家条批次]|第[一二三四五六七八九十]+|倍增|翻倍|减半|过半"
)
# Numbers that are no targets wherever they stand: the year of a date, the number of a heading.
YEAR = re.compile(r"(?:19|20)\d\d(?=年|[—-](?:19|20)\d\d年)")
HEADING = re.compile(r"^\d+(?=\.\s?[^\d\s])", re.MULTILINE)
DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# The section of an entry that holds in every section of the document.
EVERYWHERE = "全文"


@dataclass(frozen=True, slots=True)
class Found:
    """A number of the text and what was made of it."""

    section: str
    number: str
    context: str
    taken_as: str

    @property
    def is_forgotten(self) -> bool:
        return not self.taken_as


def reviewed(document: str) -> list[dict[str, str]]:
    """Return the numbers that somebody decided are no targets."""
    file = NOT_TARGETS / f"{document}.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))["not_targets"] if file.exists() else []


def spans(text: str, part: str) -> Iterator[range]:
    start = text.find(part)
    while start >= 0:
        yield range(start, start + len(part))
        start = text.find(part, start + 1)


def numbers_beside_targets(plan: PlanDraft, targets: tuple[TargetDraft, ...]) -> list[Found]:
    """List every number of the passages beside the target, or the reason, that its place belongs to."""
    entries = reviewed(str(plan.values["document"]))
    found = []
    for section, text in plan.passages.items():
        places = [
            (span, target.code)
            for target in targets
            for citation in target.citations
            if citation.section == section
            for span in spans(text, citation.wording)
        ]
        places += [
            (span, f"no target: {entry['reason']}")
            for entry in entries
            if entry["section"] in {section, EVERYWHERE}
            for span in spans(text, entry["text"])
        ]
        places += [(range(*match.span()), "year") for match in YEAR.finditer(text)]
        places += [(range(*match.span()), "heading") for match in HEADING.finditer(text)]
        for match in NUMBER.finditer(text):
            inside = [taken_as for span, taken_as in places if match.start() in span and match.end() - 1 in span]
            context = text[max(0, match.start() - 12) : match.end() + 12].replace("\n", " ")
            found.append(Found(section, match.group(), context, ", ".join(dict.fromkeys(inside))))
    return found


def as_table(found: list[Found]) -> str:
    """Print per section the numbers of the text beside what was made of them."""
    lines = [f"{'section':12} {'number':8} taken as"]
    lines += [f"{row.section:12} {row.number:8} {row.taken_as or f'FORGOTTEN …{row.context}…'}" for row in found]
    return "\n".join(lines)


@pytest.fixture(params=PLANS, ids=lambda path: path.stem)
def plan(request: pytest.FixtureRequest) -> PlanDraft:
    return read_plan(request.param.read_text(encoding="utf-8"))


def test_every_number_is_a_target_or_has_a_reason(plan: PlanDraft) -> None:
    found = numbers_beside_targets(plan, plan.targets)
    assert not [row for row in found if row.is_forgotten], as_table(found)


def test_every_wording_stands_in_its_section(plan: PlanDraft) -> None:
    """The loader checks wordings of sections that it has; here no section may be missing."""
    cited = {citation.section for target in plan.targets for citation in target.citations}
    assert cited <= set(plan.passages)


IN_WORDS = {word: str(number) for number, word in enumerate("一二三四五六七八九十", start=1)}
IN_WORDS |= {"百": "100", "千亿": "1000", "一倍": "100"}


def test_value_of_each_citation_stands_in_its_wording(plan: PlanDraft) -> None:
    """A value is typed by hand from the wording: the same digits must be there, or the words for them."""
    differing = []
    for target in plan.targets:
        for citation in target.citations:
            digits = {f"{Decimal(found.replace(',', '')).normalize():f}" for found in DIGITS.findall(citation.wording)}
            digits |= {number for word, number in IN_WORDS.items() if word in citation.wording}
            values = [citation.value]
            if citation.comparator == "range":
                values = [target.values["low"], target.values["high"]]
            wanted = {f"{value.normalize():f}" for value in values if value is not None}
            # The published text of 004 has lost its dashes: 2—3 is printed 23.
            has_lost_dash = citation.comparator == "range" and "".join(sorted(wanted)) in digits
            if not wanted <= digits and not (has_lost_dash and target.values["warning"]):
                differing.append((target.code, sorted(wanted), citation.wording))
    assert differing == []


def test_reasons_are_given_once_and_still_apply(plan: PlanDraft) -> None:
    """An entry whose text is gone from the section, or that holds no number, is a leftover."""
    entries = reviewed(str(plan.values["document"]))
    everything = "\n".join(plan.passages.values())
    stale = [
        entry
        for entry in entries
        if entry["text"] not in (everything if entry["section"] == EVERYWHERE else plan.passages[entry["section"]])
        or not NUMBER.search(entry["text"])
    ]
    assert stale == []
    assert all(len(entry["reason"]) > 3 for entry in entries)
    assert len({(entry["section"], entry["text"]) for entry in entries}) == len(entries)


def test_a_forgotten_target_is_seen(plan: PlanDraft) -> None:
    """Negative control: take away any one target, and the numbers that only it accounts for are reported."""
    taken = {row.taken_as for row in numbers_beside_targets(plan, plan.targets)}
    alone = [target for target in plan.targets if target.code in taken]
    assert alone
    for target in alone:
        rest = tuple(other for other in plan.targets if other is not target)
        assert any(row.is_forgotten for row in numbers_beside_targets(plan, rest)), target.code


def test_every_numeric_target_accounts_for_a_number(plan: PlanDraft) -> None:
    taken = {code for row in numbers_beside_targets(plan, plan.targets) for code in row.taken_as.split(", ")}
    numeric = {row.code for row in plan.targets if row.values["value"] is not None or row.values["low"] is not None}
    assert numeric - taken == set()
