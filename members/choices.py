"""Kinds of units, standings, states of a yearly report."""

from django.db import models


class UnitKind(models.TextChoices):
    ENTERPRISE = "enterprise", "企业"
    COLLEGE = "college", "高等学校"
    INSTITUTE = "institute", "科研机构"
    INDUSTRY_BODY = "industry_body", "行业组织"
    SERVICE_AGENCY = "service_agency", "科创服务机构"


class StandingKind(models.TextChoices):
    HIGH_TECH = "high_tech", "高新技术企业"
    SPECIALISED = "specialised", "专精特新中小企业"
    LITTLE_GIANT = "little_giant", "专精特新“小巨人”企业"
    SINGLE_CHAMPION = "single_champion", "单项冠军企业"
    UNICORN = "unicorn", "独角兽企业"
    LISTED = "listed", "上市企业"


class ReportState(models.TextChoices):
    REPORTED = "reported", "已填报"
    GAP_CLAIMED = "gap_claimed", "说明无数据，待认可"
    GAP_ACCEPTED = "gap_accepted", "无数据，已认可"


class GapReason(models.TextChoices):
    NEWLY_FOUNDED = "newly_founded", "年内新设，尚无完整年度"
    DISSOLVED = "dissolved", "停业、注销或重组"
    NOT_PROVIDED = "not_provided", "单位未提供，已催报"
    OTHER = "other", "其他"


REPORT_TRANSITIONS = {
    ReportState.REPORTED: {ReportState.GAP_CLAIMED},
    ReportState.GAP_CLAIMED: {ReportState.REPORTED, ReportState.GAP_ACCEPTED},
    ReportState.GAP_ACCEPTED: {ReportState.REPORTED},
}
