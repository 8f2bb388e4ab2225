"""Which columns of a row, and which parts of it, an event's row digest covers."""

from django.db import models


class RowShape(models.Model):
    """What row digests of one kind of record cover; named by the hash of its own content, so it cannot be bent.

    A change of the tables makes a new shape; digests of earlier events stay verifiable by theirs.
    """

    code = models.CharField("摘要", max_length=16, primary_key=True)
    content = models.JSONField("内容")

    class Meta:
        verbose_name = "行摘要范围"
        verbose_name_plural = "行摘要范围"

    def __str__(self) -> str:
        return self.code
