"""Load the taxonomies of industries from data files that an official can edit."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.records import sync_reference
from complexes.models import IndustryField, Taxonomy


@transaction.atomic
def load_fields(*, taxonomies: Path, fields: Path, at: datetime) -> int:
    """Create or update versions of taxonomies and their fields by code; return how many rows differed.

    Raises: ValidationError if two versions of one scheme would be in force at a time.
    """
    differing = sync_reference(Taxonomy, "code", [_version(row) for row in _rows(taxonomies)], at=at)
    keys = dict(Taxonomy.objects.values_list("code", "pk"))
    entries = [
        {
            "code": row["code"],
            "taxonomy_id": keys[row["taxonomy"]],
            "tier": row["tier"],
            "name": row["name"],
            "is_verified": row["is_verified"] == "yes",
            "position": int(row["position"]),
        }
        for row in _rows(fields)
    ]
    return differing + sync_reference(IndustryField, "code", entries, at=at)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _version(row: dict[str, str]) -> dict[str, Any]:
    return {
        **row,
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        "is_verified": row["is_verified"] == "yes",
        "missing": int(row["missing"]),
    }
