"""Write many rows at once with PostgreSQL's COPY, in the caller's transaction."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of texts, numbers and None; JSON comes as text. Constraints hold as with INSERT.

    Effects: no signals, no validation; the caller has checked the values.
    """
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join("\\N" if value is None else _escaped(str(value)) for value in row))
        buffer.write("\n")
    buffer.seek(0)
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {table} ({quoted}) FROM STDIN", buffer)


def _escaped(text: str) -> str:
    """Return the text as COPY reads it; most texts have nothing to escape, so look before replacing."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\t" in text:
        text = text.replace("\t", "\\t")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    return text.replace("\r", "\\r") if "\r" in text else text
