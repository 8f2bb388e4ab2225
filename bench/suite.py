"""The measurements in their order: a tenth of the complexes first, then all, so that growth is seen too."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bench import figures, pages, scores, world
from bench.table import AT_LEAST, AT_MOST, Row, best_of, seconds_of

Report = Callable[[str], object]

# Time per complex may grow by a quarter over ten times as many: caches are left, indexes become deeper.
LINEAR = 1.25


@dataclass
class Suite:
    """One run of all measurements with `scale` complexes."""

    scale: int
    report: Report
    repeats: int = 3
    requests: int = 40
    rows: list[Row] = field(default_factory=list)

    def run(self) -> list[Row]:
        """Measure everything and return the rows."""
        small = max(self.scale // 10, 1)
        self._note(small, lambda: world.add_complexes(1, small))
        sealed_small, scored_small = self._figures(small), self._scores(small)
        client = pages.signed_in()
        addresses = pages.pages()
        queries_small = pages.queries_of(client, list(addresses.values()))
        world.forget_results()
        self._note(self.scale, lambda: world.add_complexes(small + 1, self.scale))
        sealed, scored = self._figures(self.scale), self._scores(self.scale)
        self._add_growth("figures", sealed_small, sealed, small)
        self._add_growth("score run", scored_small, scored, small)
        self._values(client)
        self._pages(client, addresses, queries_small)
        return self.rows

    def _figures(self, complexes: int) -> float:
        """Measure the sealing of figures and keep them."""
        version_ids = figures.unsealed_versions()
        works = (lambda: figures.seal(version_ids, is_kept=False), lambda: figures.store_plainly(version_ids))
        work, yardstick = best_of(self.repeats, *works)
        figures.seal(version_ids, is_kept=True)
        self._require_same("figures", figures.count_differences())
        world.approve(version_ids)
        if complexes == self.scale:
            name = f"figures of {complexes:,} complexes, counted and sealed"
            self.rows.append(Row(name, work, yardstick, work / yardstick, 2, AT_MOST))
        return work

    def _scores(self, complexes: int) -> float:
        """Measure a score run; every run is kept, as in life."""
        run = scores.run_scores()
        items = scores.items_of(run)
        work, yardstick = best_of(self.repeats - 1, scores.run_scores, lambda: scores.store_plainly(items))
        self._require_same("scores", scores.count_differences(run))
        if complexes == self.scale:
            name = f"score run over {complexes:,} filings"
            self.rows.append(Row(name, work, yardstick, work / yardstick, 2, AT_MOST))
        return work

    def _values(self, client: pages.Client) -> None:
        works = (
            lambda: pages.fetch(client, pages.JSON_PAGE),
            lambda: pages.fetch(client, pages.STOCK_JSON_PAGE),
        )
        best_of(1, *works)
        work, yardstick = best_of(max(self.repeats * 3, 1), *works)
        name = "JSON page of 1,000 values (times as fast)"
        self.rows.append(Row(name, work, yardstick, yardstick / work, 10, AT_LEAST))

    def _pages(self, client: pages.Client, addresses: dict[str, str], queries_small: list[int]) -> None:
        first = seconds_of(lambda: pages.fetch(client, addresses["progress"]))
        self.report(f"progress, the first view after a change of filings: {first:.2f} s; later views are in the table")
        trivial, *times = pages.p95_of(client, [pages.TRIVIAL, *addresses.values()], times=self.requests)
        queries = pages.queries_of(client, list(addresses.values()))
        for name, taken in zip(addresses, times, strict=True):
            self.rows.append(Row(f"page {name}, p95", taken, trivial, taken / trivial, 4, AT_MOST))
        for name, many, few in zip(addresses, queries, queries_small, strict=True):
            self.rows.append(
                Row(f"page {name}, queries over those with a tenth", many, few, many / few, 1, AT_MOST, "queries")
            )

    def _add_growth(self, what: str, small_seconds: float, seconds: float, small: int) -> None:
        expected = small_seconds * self.scale / small
        name = f"{what}, over {self.scale / small:g} times the seconds of {small:,}"
        self.rows.append(Row(name, seconds, expected, seconds / expected, LINEAR, AT_MOST))

    def _require_same(self, what: str, differences: int) -> None:
        if differences:
            raise RuntimeError(f"{what}: {differences} results differ from the yardstick's; nothing is comparable")

    def _note(self, complexes: int, work: Callable[[], object]) -> None:
        self.report(f"{complexes:,} complexes with their ledgers written in {seconds_of(work):.1f} s")
