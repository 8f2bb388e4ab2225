"""Links from a lower app's page to what higher apps keep about the same object, without naming them there."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Related:
    """A link that a page of `noun` shows; `address` takes the object's code."""

    noun: str
    label: str
    position: int
    address: Callable[[str], str]


_related: dict[tuple[str, str], Related] = {}


def offer_related(noun: str, label: str, *, position: int, address: Callable[[str], str]) -> None:
    """Offer a link on pages of a noun; an app calls it once, in its AppConfig.ready."""
    _related[noun, label] = Related(noun=noun, label=label, position=position, address=address)


def related_to(noun: str) -> list[Related]:
    """Return the links offered for a noun, in order."""
    return sorted((link for link in _related.values() if link.noun == noun), key=lambda link: link.position)
