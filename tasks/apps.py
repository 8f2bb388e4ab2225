from django.apps import AppConfig
from django.urls import reverse

from common.related import offer_related


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "攻关任务与需求"

    def ready(self) -> None:
        """Offer the ledgers of this app on a complex's page."""
        offer_related("complex", "攻关任务", position=20, address=lambda code: _list_of(code, "tasks:task-list"))
        offer_related("complex", "创新需求", position=21, address=lambda code: _list_of(code, "tasks:need-list"))


def _list_of(code: str, url_name: str) -> str:
    return f"{reverse(url_name)}?complex={code}"
