"""Model fields that several apps declare alike."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models


def optional_decimal(
    label: str, *, max_digits: int, decimal_places: int, validators: Sequence[Callable[[Any], None]] = ()
) -> "models.DecimalField[Decimal | int | str | None, Decimal | None]":
    """Return a field for a number that may be unknown; unknown is NULL, never zero."""
    return models.DecimalField(
        label, max_digits=max_digits, decimal_places=decimal_places, null=True, blank=True, validators=validators
    )
