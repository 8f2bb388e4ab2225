from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import District
from common.credit_codes import check_credit_code
from common.revisions import RevisedModel
from common.searching import SearchableModel, search_index
from members.choices import UnitKind
from members.querysets import UnitQuerySet


class Unit(RevisedModel, SearchableModel):
    """An organisation: enterprise, college, institute, industry body or service agency.

    `code` names it everywhere: the credit code, or an internal code for a body without one.
    """

    SEARCHES_BY_PAIRS = True

    code = models.CharField("单位代码", max_length=18, unique=True, editable=False)
    # Unique, so absence must be NULL.
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, unique=True, null=True, blank=True, validators=[check_credit_code]
    )
    name = models.CharField("单位名称", max_length=120, unique=True)
    kind = models.CharField("单位类别", max_length=20, choices=UnitKind.choices)
    home_district = models.ForeignKey(District, models.PROTECT, related_name="units", verbose_name="所在区县")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_is_known"),
            models.CheckConstraint(
                condition=Q(credit_code__isnull=True) | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="unit_credit_code_is_well_formed",
            ),
        ]
        indexes = [
            models.Index(fields=["pinyin", "name"], name="unit_by_pinyin"),
            search_index("unit_by_search_text"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"

    def get_absolute_url(self) -> str:
        return reverse("members:unit-detail", args=[self.code])

    @property
    def is_enterprise(self) -> bool:
        return self.kind == UnitKind.ENTERPRISE
