"""What a benchmark says: seconds of the work, seconds of its yardstick, their ratio beside the goal."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

AT_LEAST, AT_MOST = "at_least", "at_most"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. Units: seconds for work and yardstick, or what `unit` says."""

    name: str
    work: float
    yardstick: float
    ratio: float
    goal: float
    direction: Literal["at_least", "at_most"]
    unit: str = "s"

    @property
    def is_reached(self) -> bool:
        return self.ratio >= self.goal if self.direction == AT_LEAST else self.ratio <= self.goal


def best_of(times: int, *works: Callable[[], object]) -> list[float]:
    """Run the works in turn and return the shortest time of each; what else the machine does falls on all alike."""
    best = [float("inf")] * len(works)
    for _ in range(times):
        for number, work in enumerate(works):
            best[number] = min(best[number], seconds_of(work))
    return best


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def percentile(times: Sequence[float], share: float) -> float:
    """Return the smallest time within which the share of all lies."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def print_table(rows: Sequence[Row]) -> None:
    """Print one line per row that ends in `ok` or `FALLS SHORT`."""
    width = max(len(row.name) for row in rows)
    print(f"{'work':{width}}  {'measured':>12}  {'yardstick':>12}  {'ratio':>7}  {'goal':>8}")
    for row in rows:
        sign = ">=" if row.direction == AT_LEAST else "<="
        verdict = "ok" if row.is_reached else "FALLS SHORT"
        measured, yardstick = (_shown(value, row.unit) for value in (row.work, row.yardstick))
        goal = f"{sign} {row.goal:g}"
        print(f"{row.name:{width}}  {measured:>12}  {yardstick:>12}  {row.ratio:>7.2f}  {goal:>8}  {verdict}")


def save_rows(rows: Sequence[Row], *, scale: int, folder: Path) -> Path:
    """Write the rows as JSON and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{scale}.json"
    content: list[dict[str, Any]] = [{**asdict(row), "is_reached": row.is_reached, "scale": scale} for row in rows]
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return path


def _shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:g} {unit}"
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"
