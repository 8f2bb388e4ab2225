"""Bring typed text into one form before it is checked."""

import re
import unicodedata

_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")


def to_half_width(text: str) -> str:
    """Return text with full-width digits, letters and signs made half-width, without outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()


def to_plain_number(text: str) -> str:
    """Return a typed number without full-width signs, inner blanks and well-placed thousands separators."""
    plain = to_half_width(text).replace(" ", "").replace("−", "-")
    return plain.replace(",", "") if _THOUSANDS.match(plain) else plain
