"""Examples of rows for the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import OpenApiExample


def example(**row: Any) -> list[OpenApiExample]:
    """Return the example of one row."""
    return [OpenApiExample("row", value=row, response_only=True)]
