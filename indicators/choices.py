"""Vocabularies of plans, indicators, targets and filings, with the filing's transition table."""

from django.db import models


class Comparator(models.TextChoices):
    GE = "ge", "不少于"
    GT = "gt", "超过"
    LE = "le", "不高于"
    LT = "lt", "低于"
    REACH = "reach", "达到"
    RANGE = "range", "区间"
    APPROX = "approx", "约"
    MAGNITUDE = "magnitude", "量级"
    GROWTH_PA = "growth_pa", "年均增长"
    DOUBLE = "double", "翻番"
    FIRST = "first", "零的突破"
    COVERAGE = "coverage", "全覆盖"
    RANK = "rank", "位次"
    RELATIVE = "relative", "高于参照"
    PER_UNIT = "per_unit", "每个对象"
    YEARLY = "yearly", "每年"
    QUALITATIVE = "qualitative", "定性"


class Direction(models.TextChoices):
    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    BAND = "band", "区间内为好"


class IndicatorKind(models.TextChoices):
    FLOW = "flow", "当年数"
    CUMULATIVE = "cumulative", "累计数"
    STOCK = "stock", "年末数"


class Attribute(models.TextChoices):
    EXPECTED = "expected", "预期性"
    BINDING = "binding", "约束性"
    UNDECLARED = "undeclared", "未声明"


class GroupKind(models.TextChoices):
    """What a plan divides its work into; a plan's page shows one section for each kind that the plan has."""

    SECTOR = "sector", "产业门类"
    INDUSTRY = "industry", "产业"
    ACTION = "action", "行动"
    TASK = "task", "任务"
    PROGRAMME = "programme", "计划"
    BOX = "box", "专栏"
    PUBLISHED_LIST = "published_list", "发布的清单、目录、名录"
    SCENARIO = "scenario", "场景"
    AREA = "area", "园区、区域"
    CHAIN = "chain", "产业链"


class ResponsibilityRole(models.TextChoices):
    LEAD = "lead", "牵头单位"
    DUTY = "duty", "责任单位"


class RoundKind(models.TextChoices):
    ANNUAL = "annual", "年度填报"


class FilingState(models.TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已提交，待区县审核"
    RETURNED_BY_DISTRICT = "returned_by_district", "区县退回"
    DISTRICT_APPROVED = "district_approved", "区县已审，待市级审定"
    RETURNED_BY_COMMISSION = "returned_by_commission", "市级退回"
    COMMISSION_APPROVED = "commission_approved", "市级已审定"
    LOCKED = "locked", "已锁定"
    REOPENED = "reopened", "已重开"
    RESTORED_PRIOR = "restored_prior", "恢复原审定版本"


FILING_TRANSITIONS = {
    FilingState.DRAFT: {FilingState.SUBMITTED},
    FilingState.SUBMITTED: {FilingState.DRAFT, FilingState.RETURNED_BY_DISTRICT, FilingState.DISTRICT_APPROVED},
    FilingState.RETURNED_BY_DISTRICT: {FilingState.SUBMITTED},
    FilingState.DISTRICT_APPROVED: {FilingState.RETURNED_BY_COMMISSION, FilingState.COMMISSION_APPROVED},
    FilingState.RETURNED_BY_COMMISSION: {FilingState.SUBMITTED},
    FilingState.COMMISSION_APPROVED: {FilingState.LOCKED, FilingState.REOPENED},
    FilingState.LOCKED: {FilingState.REOPENED},
    FilingState.REOPENED: {FilingState.SUBMITTED, FilingState.RESTORED_PRIOR},
    FilingState.RESTORED_PRIOR: {FilingState.LOCKED, FilingState.COMMISSION_APPROVED},
}

# States in which the filer may still change the filing and its ledgers.
OPEN_FILING_STATES = (
    FilingState.DRAFT,
    FilingState.RETURNED_BY_DISTRICT,
    FilingState.RETURNED_BY_COMMISSION,
    FilingState.REOPENED,
)
APPROVED_FILING_STATES = (FilingState.COMMISSION_APPROVED, FilingState.LOCKED)


class ReviewLevel(models.TextChoices):
    DISTRICT = "district", "区县"
    COMMISSION = "commission", "市级"


# Texts of a filing that a remark may point at, besides its figures.
TEXT_CELLS = {
    "narrative": "运行机制情况",
    "difficulties": "存在问题与下一步措施",
    "responsible_officer": "责任人",
}


# What happened to a filing, in words, by kind of event.
EVENT_WORDS = {
    "filing.opened": "批次开放，建立填报",
    "filing.changed": "修改填报内容",
    "filing.remark_answered": "答复批注",
    "filing.submitted": "提交",
    "filing.withdrawn": "撤回",
    "filing.review_begun": "开始审核",
    "filing.returned": "退回",
    "filing.district_signed": "区县一个部门审核",
    "filing.district_approved": "区县审核通过",
    "filing.approved": "市级审定",
    "filing.locked": "锁定",
}


class SignOffRule(models.TextChoices):
    """How many departments of a district sign a version."""

    EITHER = "either", "经信、科技任一部门审核即可"
    BOTH = "both", "经信、科技两部门均须审核"


# Which level has a filing before it, by state.
REVIEW_LEVELS: dict[str, ReviewLevel] = {
    FilingState.SUBMITTED: ReviewLevel.DISTRICT,
    FilingState.DISTRICT_APPROVED: ReviewLevel.COMMISSION,
}


class MissingReason(models.TextChoices):
    NOT_APPLICABLE = "not_applicable", "不适用"
    NO_DATA = "no_data", "暂缺数据"


class ActualStatus(models.TextChoices):
    """Whether a value entered by hand has been approved by a second person; only a final one counts."""

    PRELIMINARY = "preliminary", "初步"
    FINAL = "final", "终审"


# Indicators that no filing holds and that are counted from the register of complexes.
FROM_REGISTER = frozenset({"complexes_built"})


class ProgressStatus(models.TextChoices):
    MET = "met", "已达成"
    MET_EARLY = "met_early", "已提前达成"
    ON_TRACK = "on_track", "进度正常"
    BEHIND = "behind", "滞后"
    FAR_BEHIND = "far_behind", "严重滞后"
    MISSED = "missed", "未达成"
    NO_DATA = "no_data", "暂无审定数据"
    LOW_COVERAGE = "low_coverage", "覆盖不足，不作判断"
    NO_LINE = "no_line", "未到期，无年度进度线"
    NOT_APPLICABLE = "not_applicable", "不适用"
