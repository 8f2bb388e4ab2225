from django.apps import AppConfig
from django.urls import reverse

from common.related import offer_related


class ComplexesConfig(AppConfig):
    name = "complexes"
    verbose_name = "综合体"

    def ready(self) -> None:
        """Offer governance and achievements on a complex's page."""
        offer_related("complex", "治理与合同", position=10, address=_governance_of)
        offer_related("complex", "建设成果", position=22, address=_achievements_of)


def _governance_of(code: str) -> str:
    return reverse("complexes:governance", args=[code])


def _achievements_of(code: str) -> str:
    return f"{reverse('complexes:achievement-list')}?complex={code}"
