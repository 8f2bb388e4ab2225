"""Load the levels of technology readiness from a data file that an official can edit."""

import csv
from datetime import datetime
from pathlib import Path

from audit.records import sync_reference
from tasks.models import ReadinessLevel


def load_readiness_levels(*, path: Path, at: datetime) -> int:
    """Create or update levels by code; return how many rows differed."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {**row, "level": int(row["level"]), "is_verified": row["is_verified"] == "yes"}
            for row in csv.DictReader(file)
        ]
    return sync_reference(ReadinessLevel, "code", rows, at=at)
