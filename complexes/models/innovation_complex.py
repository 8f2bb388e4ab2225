from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import District
from common.revisions import RevisedModel
from common.searching import SearchableModel, search_index
from common.states import StatefulModel
from complexes.choices import ACTIVE_STATES, COMPLEX_TRANSITIONS, ComplexKind, ComplexState
from complexes.models.field import IndustryField
from complexes.querysets import InnovationComplexQuerySet, ReportingTermQuerySet


class InnovationComplex(RevisedModel, StatefulModel, SearchableModel):
    """An alliance bound by contracts, led by one unit; not a legal person, so it has an internal code.

    The lead unit is the unit of the current membership with role `lead`.
    Source: cq-complex-2024-2027 §一(一).
    """

    AUDIT_PARTS = ("reporting_terms", "fields", "co_districts")

    TRANSITIONS = COMPLEX_TRANSITIONS

    SEARCHES_BY_PAIRS = True

    code = models.CharField("综合体编号", max_length=12, unique=True, editable=False)
    name = models.CharField("综合体名称", max_length=80, unique=True)
    kind = models.CharField("类型", max_length=20, choices=ComplexKind.choices)
    fields = models.ManyToManyField(IndustryField, related_name="complexes", verbose_name="产业领域")
    reporting_district = models.ForeignKey(District, models.PROTECT, related_name="complexes", verbose_name="填报区县")
    co_districts = models.ManyToManyField(
        District, related_name="co_formed_complexes", blank=True, verbose_name="共建区县"
    )
    purpose = models.TextField("建设目标与定位", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=20, choices=ComplexState.choices, default=ComplexState.DRAFTING)
    cultivated_on = models.DateField("进入培育日期", null=True, blank=True)
    recognised_on = models.DateField("认定日期", null=True, blank=True)
    recognition_number = models.CharField("认定文号", max_length=60, blank=True)
    exited_on = models.DateField("退出日期", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = InnovationComplexQuerySet.as_manager()

    class Meta:
        verbose_name = "综合体"
        verbose_name_plural = "综合体"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ComplexKind.values), name="innovationcomplex_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=ComplexState.values), name="innovationcomplex_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["drafting", "applied", "declined"], cultivated_on__isnull=True)
                | (~Q(state__in=["drafting", "applied", "declined"]) & Q(cultivated_on__isnull=False)),
                name="innovationcomplex_cultivated_on_goes_with_state",
            ),
            models.CheckConstraint(
                condition=Q(recognised_on__isnull=True, recognition_number="")
                | (Q(recognised_on__gte=F("cultivated_on")) & ~Q(recognition_number="")),
                name="innovationcomplex_recognition_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["recognised", "rectifying", "tolerated"]) | Q(recognised_on__isnull=False),
                name="innovationcomplex_recognised_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state="exited", exited_on__isnull=False) | (~Q(state="exited") & Q(exited_on__isnull=True)),
                name="innovationcomplex_exited_on_goes_with_state",
            ),
        ]
        indexes = [
            models.Index(fields=["pinyin", "name"], name="innovationcomplex_by_pinyin"),
            search_index("innovationcomplex_by_search"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("complexes:complex-detail", args=[self.code])

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_STATES

    def field_names(self) -> str:
        """Return the names of its fields, each once: the same field stands in several taxonomies."""
        return "、".join(dict.fromkeys(field.name for field in self.fields.all()))

    def was_recognised_by(self, day: date) -> bool:
        return self.recognised_on is not None and self.recognised_on <= day

    def district_on(self, day: date) -> District | None:
        """Return the district that reported for the complex on a day; none before its first term."""
        term = self.reporting_terms.on(day).select_related("district").first()
        return term.district if term else None


class ReportingTerm(models.Model):
    """Which district reported for the complex from a day on; a figure belongs to the one of 31 December."""

    innovation_complex = models.ForeignKey(
        InnovationComplex, models.CASCADE, related_name="reporting_terms", verbose_name="综合体"
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="填报区县")
    valid_from = models.DateField("起始日期")

    objects = ReportingTermQuerySet.as_manager()

    class Meta:
        verbose_name = "填报区县沿革"
        verbose_name_plural = "填报区县沿革"
        constraints = [
            models.UniqueConstraint(
                fields=["innovation_complex", "valid_from"], name="reportingterm_one_start_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_complex.code} {self.district} {self.valid_from}"
