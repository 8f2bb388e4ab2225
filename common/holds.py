"""Holds: the seal of a period and a change to what it reads never overlap.

A change takes a shared hold on its owners (complexes, units) before it asks whether their period is locked; a seal
takes the exclusive hold before it reads figures and sets the lock. Whoever comes second waits for the other's commit
and then sees it: a change is in the seal, or it is refused. Holds end with the transaction. Many changes may go on
at once. Hold complexes before units, each call once for all its rows, and before locking the owners' own rows: a
seal's foreign keys then never wait for somebody who waits for the hold.
"""

import hashlib
from collections.abc import Iterable

from django.db import connection, models


def hold_for_change(owners: type[models.Model], keys: Iterable[int]) -> None:
    """Wait until no seal of these rows is under way, and keep new ones waiting until this transaction ends."""
    _hold("pg_advisory_xact_lock_shared", owners, keys)


def hold_for_seal(owners: type[models.Model], keys: Iterable[int]) -> None:
    """Wait until no change to what hangs on these rows is under way, and keep new ones waiting."""
    _hold("pg_advisory_xact_lock", owners, keys)


def _hold(function: str, owners: type[models.Model], keys: Iterable[int]) -> None:
    numbers = sorted({_number(owners, key) for key in keys})
    if not numbers:
        return
    with connection.cursor() as cursor:
        # unnest yields in the order of the array: two calls with common rows take them in the same order.
        cursor.execute(f"SELECT {function}(number) FROM unnest(%s::bigint[]) AS number", [numbers])  # noqa: S608


def _number(owners: type[models.Model], key: int) -> int:
    digest = hashlib.blake2b(f"{owners._meta.label_lower}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
