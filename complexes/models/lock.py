from django.db import models

from complexes.models.innovation_complex import InnovationComplex
from complexes.querysets import PeriodLockQuerySet


class PeriodLock(models.Model):
    """A complex's year that a submitted filing relies on; `holder` is the filing's key, `holder_label` its name."""

    AUDIT_EXEMPT = "follows from the filing that holds it, which has the events"

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.PROTECT, related_name="period_locks", verbose_name="综合体"
    )
    year = models.PositiveSmallIntegerField("年度")
    holder = models.CharField("锁定者", max_length=40)
    holder_label = models.CharField("锁定者名称", max_length=200, blank=True)

    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        verbose_name = "期间锁定"
        verbose_name_plural = "期间锁定"
        constraints = [
            models.UniqueConstraint(fields=["innovation_complex", "year", "holder"], name="periodlock_once_per_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_complex_id} {self.year} {self.holder}"

    @property
    def shown_holder(self) -> str:
        """What a refusal calls the filing; its key where a name was never given."""
        return self.holder_label or self.holder
