"""What every rule offers: read itself from data, say itself in words, score one item."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from evaluation.scoring.problems import Problems
from evaluation.scoring.sheets import Line, Terms


@dataclass(frozen=True, slots=True)
class Item:
    """One scored item: its name, its marks and the rule that gives them. Units: weight in marks out of 100."""

    code: str
    name: str
    weight: Decimal
    rule: "Rule"


class Rule(Protocol):
    """A way to turn inputs into a mark; every type is registered in `rules.RULES`."""

    TYPE: ClassVar[str]

    @classmethod
    def parse(cls, content: Mapping[str, Any], place: str, problems: Problems) -> "Rule | None":
        """Read the rule from data; add every problem under `place`."""
        ...

    def as_content(self) -> dict[str, Any]:
        """Return the rule as plain data."""
        ...

    def in_words(self, weight: Decimal) -> str:
        """Say the rule as it stands on the rubric's page."""
        ...

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        """The indicators that the rule reads."""
        ...

    def score(self, item: Item, inputs: Mapping[str, Any], terms: Terms) -> Line:
        """Return the line of one complex."""
        ...
