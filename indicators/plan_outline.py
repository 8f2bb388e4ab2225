"""A plan's page: its groups by kind, the matrix of departments, its targets by year with their warnings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from indicators.choices import GroupKind
from indicators.models import Plan, PlanGroup, Target
from indicators.plan_warnings import warnings_of


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its depth below the top, who answers for it and how many targets name it."""

    group: PlanGroup
    depth: int
    leads: tuple[str, ...]
    duties: tuple[str, ...]
    target_count: int

    @property
    def indent(self) -> range:
        return range(self.depth)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Departments against the groups they lead (牵头) or answer for (责任); a cell is the word or empty."""

    groups: tuple[PlanGroup, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class GroupSection:
    """The groups of one kind, parents before their children."""

    kind: str
    label: str
    rows: tuple[GroupRow, ...]
    matrix: Matrix | None

    @property
    def has_departments(self) -> bool:
        return self.matrix is not None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with what the reader must be told about it."""

    target: Target
    warnings: tuple[str, ...]


def group_sections(plan: Plan, target_counts: dict[int, int]) -> list[GroupSection]:
    """Return the plan's groups by kind, in the order in which the kinds first appear; two queries."""
    groups = list(plan.groups.prefetch_related("responsibilities").order_by("position", "pk"))
    by_kind: dict[str, list[PlanGroup]] = {}
    for group in groups:
        by_kind.setdefault(group.kind, []).append(group)
    return [_section(kind, members, target_counts) for kind, members in by_kind.items()]


def targets_by_year(targets: Iterable[Target]) -> list[tuple[int | None, list[TargetRow]]]:
    """Return targets with their warnings by year; those without a year last."""
    ordered = sorted(targets, key=lambda row: (row.target_year or 9999, row.position, row.pk))
    return [(year, with_warnings(rows)) for year, rows in groupby(ordered, key=lambda row: row.target_year)]


def with_warnings(targets: Iterable[Target]) -> list[TargetRow]:
    """Put beside each target what the reader must be told about it."""
    return [TargetRow(row, tuple(warnings_of(row))) for row in targets]


def _section(kind: str, members: Sequence[PlanGroup], target_counts: dict[int, int]) -> GroupSection:
    rows = tuple(_rows_below(None, members, target_counts, 0))
    return GroupSection(kind, str(GroupKind(kind).label), rows, _matrix(rows))


def _rows_below(
    parent: int | None, members: Sequence[PlanGroup], target_counts: dict[int, int], depth: int
) -> Iterable[GroupRow]:
    """Walk down from the groups whose parent is of another kind, or has none."""
    own = {group.pk for group in members}
    for group in members:
        above = group.parent_id if group.parent_id in own else None
        if above != parent:
            continue
        responsible = sorted(group.responsibilities.all(), key=lambda row: row.position)
        yield GroupRow(
            group,
            depth,
            tuple(row.department for row in responsible if row.role == "lead"),
            tuple(row.department for row in responsible if row.role == "duty"),
            target_counts.get(group.pk, 0),
        )
        yield from _rows_below(group.pk, members, target_counts, depth + 1)


def _matrix(rows: Sequence[GroupRow]) -> Matrix | None:
    answered = [row for row in rows if row.leads or row.duties]
    if not answered:
        return None
    departments = dict.fromkeys(name for row in answered for name in (*row.leads, *row.duties))
    return Matrix(
        tuple(row.group for row in answered),
        tuple((name, tuple(_role(row, name) for row in answered)) for name in departments),
    )


def _role(row: GroupRow, department: str) -> str:
    if department in row.leads:
        return "牵头"
    return "责任" if department in row.duties else ""
