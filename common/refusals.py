"""Anticipated refusals: the same code and Chinese sentence on page, API, import and job."""

from contextvars import ContextVar

_last: ContextVar["Refused | None"] = ContextVar("last_refused", default=None)


def last_refused() -> "Refused | None":
    """Return the refusal that was raised last in this request or job, so that the audit trail can tell of it."""
    return _last.get()


def forget_refused() -> None:
    """Begin a request or job without a refusal."""
    _last.set(None)


class Refused(Exception):
    """A move that state, policy or completeness forbids.

    `details` lists what is wrong item by item, each as (field or place, sentence).
    """

    def __init__(self, code: str, sentence: str, details: list[tuple[str, str]] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.details = details or []
        _last.set(self)

    @property
    def status(self) -> int:
        """The HTTP status of the answer: 403 for a role that never may, 409 for a state that does not allow it now."""
        return 403 if self.code == "role" else 409
