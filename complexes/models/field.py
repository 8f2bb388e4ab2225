from django.db import models
from django.db.models import Q

from complexes.choices import FieldScheme


class IndustryField(models.Model):
    """An entry of a taxonomy of industries; a complex may stand in several taxonomies."""

    code = models.CharField("代码", max_length=40, unique=True)
    scheme = models.CharField("分类体系", max_length=20, choices=FieldScheme.choices)
    tier = models.CharField("层级", max_length=20, blank=True)
    name = models.CharField("名称", max_length=40)
    is_verified = models.BooleanField("已核实", default=True)
    position = models.PositiveSmallIntegerField("排序")

    class Meta:
        verbose_name = "产业领域"
        verbose_name_plural = "产业领域"
        constraints = [
            models.CheckConstraint(condition=Q(scheme__in=FieldScheme.values), name="industryfield_scheme_is_known"),
            models.UniqueConstraint(fields=["scheme", "name"], name="industryfield_once_per_scheme"),
        ]

    def __str__(self) -> str:
        return self.name
