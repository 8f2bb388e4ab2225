"""Numbers of records: CQ-0001, GG-00001 … given one after another, never twice."""

import hashlib

from django.db import connection, models
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

_LARGEST_NUMBER_WIDTH = 9


def hold_numbering(model: type[models.Model], series: str) -> None:
    """Let one transaction at a time create rows of a series; the next waits until this one has ended.

    Raises: RuntimeError outside a transaction, where the hold would end at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Numbers are given inside the transaction that creates the row.")
    digest = hashlib.blake2b(f"{model._meta.label_lower}#{series}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)])


def next_code(model: type[models.Model], prefix: str, width: int) -> str:
    """Return the next free `code` of a model, such as CQ-0001; two creations at once never get the same.

    Effects: other creations with the prefix wait until this transaction ends.
    """
    hold_numbering(model, prefix)
    numbered = model._base_manager.filter(code__regex=rf"^{prefix}-[0-9]{{1,{_LARGEST_NUMBER_WIDTH}}}$")
    number = Cast(Substr("code", len(prefix) + 2), IntegerField())
    highest = numbered.aggregate(highest=Max(number))["highest"] or 0
    return f"{prefix}-{highest + 1:0{width}d}"
