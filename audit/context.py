"""Through which channel, in which request a change comes; set by middleware, commands and jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change comes from."""

    channel: str = "command"
    request_id: str = ""
    address: str | None = None


_origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - frozen


def current_origin() -> Origin:
    """Return the origin of the work that is going on."""
    return _origin.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Mark the work inside the block with its origin."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)
