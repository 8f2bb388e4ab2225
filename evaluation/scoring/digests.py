"""Canonical text of plain data and its SHA-256: the same for the same content, whatever the order of rows or keys."""

import hashlib
import json
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(content: Any) -> str:
    """Return the one JSON text of plain data (texts, integers, lists, mappings; decimals as texts)."""
    return _encode(content)


def digest_of(content: Any) -> str:
    """Return the SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
