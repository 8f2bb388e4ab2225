"""Load the taxonomies of industries from a data file that an official can edit."""

import csv
from datetime import datetime
from pathlib import Path

from audit.records import sync_reference
from complexes.models import IndustryField


def load_fields(*, path: Path, at: datetime) -> int:
    """Create or update fields by code; return how many rows differed."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {**row, "is_verified": row["is_verified"] == "yes", "position": int(row["position"])}
            for row in csv.DictReader(file)
        ]
    return sync_reference(IndustryField, "code", rows, at=at)
