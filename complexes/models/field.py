from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from complexes.choices import FieldScheme
from complexes.querysets import IndustryFieldQuerySet, TaxonomyQuerySet


class Taxonomy(models.Model):
    """A version of a classification of industries, in force from `valid_from` until the day before `valid_to`.

    `missing` is the number of entries that are known to exist and are not public (待补).
    """

    code = models.CharField("代码", max_length=40, unique=True)
    scheme = models.CharField("分类体系", max_length=20, choices=FieldScheme.choices)
    name = models.CharField("名称", max_length=40)
    version = models.CharField("版本", max_length=20)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)
    is_verified = models.BooleanField("已核实", default=True)
    missing = models.PositiveSmallIntegerField("待补项数", default=0)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = TaxonomyQuerySet.as_manager()

    class Meta:
        verbose_name = "分类体系版本"
        verbose_name_plural = "分类体系版本"
        constraints = [
            models.CheckConstraint(condition=Q(scheme__in=FieldScheme.values), name="taxonomy_scheme_is_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="taxonomy_ends_after_start"
            ),
            ExclusionConstraint(
                name="taxonomy_versions_do_not_overlap",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.version}）"

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class IndustryField(models.Model):
    """An entry of a taxonomy of industries; a complex may stand in several taxonomies."""

    code = models.CharField("代码", max_length=40, unique=True)
    taxonomy = models.ForeignKey(Taxonomy, models.PROTECT, related_name="fields", verbose_name="分类体系版本")
    tier = models.CharField("层级", max_length=20, blank=True)
    name = models.CharField("名称", max_length=40)
    is_verified = models.BooleanField("已核实", default=True)
    position = models.PositiveSmallIntegerField("排序")

    objects = IndustryFieldQuerySet.as_manager()

    class Meta:
        verbose_name = "产业领域"
        verbose_name_plural = "产业领域"
        constraints = [
            models.UniqueConstraint(fields=["taxonomy", "name"], name="industryfield_once_per_taxonomy"),
        ]

    def __str__(self) -> str:
        return self.name
