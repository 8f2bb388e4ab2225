from collections.abc import Callable

from django.apps import AppConfig
from django.urls import reverse

from common.related import offer_related


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        """Offer a record's history on its page."""
        for noun in ("complex", "unit", "case", "task", "need", "achievement"):
            offer_related(noun, "历史记录", position=90, address=_history_of(noun))


def _history_of(noun: str) -> Callable[[str], str]:
    return lambda code: reverse("portal:history", args=[noun, code])
