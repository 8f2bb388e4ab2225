"""Answers of policies: yes, or no with a code and a sentence that says why and what to do next."""

from dataclasses import dataclass

from common.refusals import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed; otherwise carries the code and the sentence of the refusal."""

    is_allowed: bool
    code: str = ""
    sentence: str = ""

    def __bool__(self) -> bool:
        return self.is_allowed


ALLOWED = Verdict(is_allowed=True)


def denied(code: str, sentence: str) -> Verdict:
    """Return a negative verdict."""
    return Verdict(is_allowed=False, code=code, sentence=sentence)


def require(verdict: Verdict) -> None:
    """Raise the refusal of a negative verdict.

    Raises: Refused with the verdict's code and sentence.
    """
    if not verdict:
        raise Refused(verdict.code, verdict.sentence)


def first_denial(*verdicts: Verdict) -> Verdict:
    """Return the first negative verdict, or ALLOWED."""
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)
