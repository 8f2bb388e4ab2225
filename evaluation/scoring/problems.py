"""What is wrong with a rubric, item by item."""

from dataclasses import dataclass, field


class RubricInvalid(Exception):
    """A rubric that cannot be used; `problems` lists every (place, sentence)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {sentence}" for place, sentence in problems))
        self.problems = problems


@dataclass(slots=True)
class Problems:
    """Collects problems, so that one pass names them all."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        self.found.append((place, sentence))

    def require_none(self) -> None:
        """Raise RubricInvalid if anything was found."""
        if self.found:
            raise RubricInvalid(self.found)
