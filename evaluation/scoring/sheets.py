"""What goes into a sheet and what comes out, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from evaluation.scoring.numbers import plain, to_stored


class Outcome(StrEnum):
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class IndicatorTerms:
    """What a run must know of an indicator. Units: value = numerator × scale ÷ denominator for ratios."""

    code: str
    name: str
    measure_unit: str
    decimals: int
    scale: int


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """The city's target behind the shares of an indicator."""

    code: str
    comparator: str
    year: int
    clause: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every complex of a run: year, indicators, targets, coverage below which a ratio is not scored."""

    year: int
    minimum_coverage: Decimal
    indicators: Mapping[str, IndicatorTerms]
    targets: Mapping[str, TargetTerms]


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a sheet: how its mark came about, in numbers and in words. `mark` is exact to eighty digits."""

    item_code: str
    item_name: str
    outcome: Outcome
    rule: str
    max_mark: Decimal
    explanation: str
    formula: str = ""
    mark: Decimal | None = None
    inputs: Mapping[str, Any] | None = None

    @property
    def stored_mark(self) -> Decimal | None:
        """The mark with the fourteen decimals that are stored."""
        return None if self.mark is None else to_stored(self.mark)

    def as_content(self) -> dict[str, Any]:
        """Return the line as plain data for digests."""
        return {
            "item": self.item_code,
            "name": self.item_name,
            "outcome": self.outcome.value,
            "rule": self.rule,
            "max": plain(self.max_mark),
            "mark": None if self.stored_mark is None else plain(self.stored_mark),
            "formula": self.formula,
            "explanation": self.explanation,
            "inputs": dict(self.inputs or {}),
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one complex with their total out of 100; a held sheet has a reason and no total."""

    lines: tuple[Line, ...]
    total: Decimal | None
    applicable_max: Decimal
    hold_reason: str

    def as_content(self) -> dict[str, Any]:
        """Return the sheet as plain data for digests."""
        return {
            "lines": [line.as_content() for line in self.lines],
            "total": None if self.total is None else plain(self.total),
            "applicable_max": plain(self.applicable_max),
            "hold_reason": self.hold_reason,
        }


def read_terms(content: Mapping[str, Any]) -> Terms:
    """Return the terms of a run from their stored form."""
    return Terms(
        year=content["year"],
        minimum_coverage=Decimal(content["minimum_coverage"]),
        indicators={code: IndicatorTerms(code=code, **each) for code, each in content["indicators"].items()},
        targets={code: TargetTerms(**each) for code, each in content["targets"].items()},
    )
