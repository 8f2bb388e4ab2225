from django.db import models

from members.models.unit import Unit


class ReportLock(models.Model):
    """A unit's year that a submitted filing relies on; `holder` is the filing's key, `holder_label` its name."""

    AUDIT_EXEMPT = "follows from the filing that holds it, which has the events"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="report_locks", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    holder = models.CharField("锁定者", max_length=40)
    holder_label = models.CharField("锁定者名称", max_length=200, blank=True)

    class Meta:
        verbose_name = "年报锁定"
        verbose_name_plural = "年报锁定"
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "holder"], name="reportlock_once_per_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year} {self.holder}"

    @property
    def shown_holder(self) -> str:
        """What a refusal calls the filing; its key where a name was never given."""
        return self.holder_label or self.holder
