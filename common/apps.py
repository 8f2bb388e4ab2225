from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "公共"

    def ready(self) -> None:
        """Register the metrics that the apps define in their `metrics` modules."""
        autodiscover_modules("metrics")
