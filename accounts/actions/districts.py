"""Load the districts and their succession from data files that an official can edit."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import District, Succession
from audit.models import AuditEvent
from audit.records import sync_reference


@transaction.atomic
def load_districts(*, districts: Path, successions: Path, at: datetime) -> int:
    """Create or update districts by code and successions by pair; return how many rows differed."""
    differing = sync_reference(District, "code", [_district(row) for row in _rows(districts)], at=at)
    by_code = {district.code: district for district in District.objects.all()}
    for row in _rows(successions):
        key = {"predecessor": by_code[row["predecessor"]], "successor": by_code[row["successor"]]}
        values = {
            "is_partial": row["is_partial"] == "yes",
            "places": row["places"],
            "happened_on": date.fromisoformat(row["happened_on"]),
        }
        differing += _bring_succession(key, values, at=at)
    return differing


def _bring_succession(key: dict[str, District], values: dict[str, Any], *, at: datetime) -> int:
    """Insert or update one succession; return 1 if it differed. Effects: one audit event if so."""
    succession = Succession.objects.filter(**key).first()
    kind = "succession.loaded" if succession is None else "succession.changed"
    succession = succession or Succession(**key)
    old = {name: getattr(succession, name) if succession.pk else None for name in values}
    changes = {name: (old[name], value) for name, value in values.items() if old[name] != value}
    if not changes:
        return 0
    for name, value in values.items():
        setattr(succession, name, value)
    succession.save()
    AuditEvent.objects.record(kind, succession, by=None, at=at, changes=changes)
    return 1


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _district(row: dict[str, str]) -> dict[str, object]:
    return {
        "code": row["code"],
        "name": row["name"],
        "kind": row["kind"],
        "position": int(row["position"]),
        "note": row["note"],
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    }
