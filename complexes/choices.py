"""Vocabularies of complexes and their transition tables (workflow: life of a complex)."""

from django.db import models


class ComplexKind(models.TextChoices):
    ENTERPRISE_LED = "enterprise_led", "科技型企业主导型"
    RESEARCH_LED = "research_led", "科研机构、高等学校主导型"


class ComplexState(models.TextChoices):
    DRAFTING = "drafting", "申请起草中"
    APPLIED = "applied", "已提交申请"
    DECLINED = "declined", "未予受理"
    CULTIVATING = "cultivating", "培育中"
    RECOGNITION_REVIEW = "recognition_review", "认定审查中"
    RECOGNISED = "recognised", "已认定"
    RECTIFYING = "rectifying", "整改中"
    TOLERATED = "tolerated", "容错期内"
    EXITING = "exiting", "退出程序中"
    EXITED = "exited", "已退出"


COMPLEX_TRANSITIONS = {
    ComplexState.DRAFTING: {ComplexState.APPLIED},
    ComplexState.APPLIED: {ComplexState.DRAFTING, ComplexState.DECLINED, ComplexState.CULTIVATING},
    ComplexState.DECLINED: set(),
    ComplexState.CULTIVATING: {ComplexState.RECOGNITION_REVIEW, ComplexState.EXITING},
    ComplexState.RECOGNITION_REVIEW: {ComplexState.CULTIVATING, ComplexState.RECOGNISED},
    ComplexState.RECOGNISED: {ComplexState.RECTIFYING, ComplexState.EXITING},
    ComplexState.RECTIFYING: {ComplexState.RECOGNISED, ComplexState.EXITING, ComplexState.TOLERATED},
    ComplexState.TOLERATED: {ComplexState.RECOGNISED, ComplexState.RECTIFYING},
    ComplexState.EXITING: {
        ComplexState.RECOGNISED,
        ComplexState.CULTIVATING,
        ComplexState.RECTIFYING,
        ComplexState.EXITED,
    },
    ComplexState.EXITED: set(),
}

# Moves that the commission decides, one officer proposing and another confirming. Rectification and tolerance follow
# from evaluations and are ordered there.
DECIDED_MOVES = {
    ComplexState.APPLIED: (ComplexState.CULTIVATING, ComplexState.DRAFTING, ComplexState.DECLINED),
    ComplexState.CULTIVATING: (ComplexState.RECOGNITION_REVIEW, ComplexState.EXITING),
    ComplexState.RECOGNITION_REVIEW: (ComplexState.RECOGNISED, ComplexState.CULTIVATING),
    ComplexState.RECOGNISED: (ComplexState.EXITING,),
    ComplexState.EXITING: (ComplexState.EXITED, ComplexState.RECOGNISED, ComplexState.CULTIVATING),
}

# A decision in the words of the notice, by the states before and after it.
DECISION_LABELS = {
    (ComplexState.APPLIED, ComplexState.CULTIVATING): "列入培育",
    (ComplexState.APPLIED, ComplexState.DRAFTING): "退回补正",
    (ComplexState.APPLIED, ComplexState.DECLINED): "不予受理",
    (ComplexState.CULTIVATING, ComplexState.RECOGNITION_REVIEW): "转入认定审查",
    (ComplexState.CULTIVATING, ComplexState.EXITING): "启动退出",
    (ComplexState.RECOGNITION_REVIEW, ComplexState.RECOGNISED): "予以认定",
    (ComplexState.RECOGNITION_REVIEW, ComplexState.CULTIVATING): "暂不认定，继续培育",
    (ComplexState.RECOGNISED, ComplexState.EXITING): "启动退出",
    (ComplexState.EXITING, ComplexState.EXITED): "确认退出",
    (ComplexState.EXITING, ComplexState.RECOGNISED): "终止退出，恢复已认定",
    (ComplexState.EXITING, ComplexState.CULTIVATING): "终止退出，恢复培育",
}

# States in which a complex works and files.
ACTIVE_STATES = (
    ComplexState.CULTIVATING,
    ComplexState.RECOGNITION_REVIEW,
    ComplexState.RECOGNISED,
    ComplexState.RECTIFYING,
    ComplexState.TOLERATED,
    ComplexState.EXITING,
)


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", "待第二人确认"
    CONFIRMED = "confirmed", "已确认"
    DROPPED = "dropped", "已撤回"


DECISION_TRANSITIONS = {
    DecisionState.PROPOSED: {DecisionState.CONFIRMED, DecisionState.DROPPED},
    DecisionState.CONFIRMED: set(),
    DecisionState.DROPPED: set(),
}


class MemberRole(models.TextChoices):
    LEAD = "lead", "牵头单位"
    CORE = "core", "核心成员"
    MEMBER = "member", "成员单位"
    SERVICE = "service", "服务机构"


class ContractKind(models.TextChoices):
    CHARTER = "charter", "章程"
    AGREEMENT = "agreement", "合作协议"


class BodyKind(models.TextChoices):
    COUNCIL = "council", "理事会"
    EXPERTS = "experts", "专家委员会"
    SECRETARIAT = "secretariat", "秘书处"
    STANDARDS = "standards", "标准化技术委员会"


class FieldScheme(models.TextChoices):
    """Families of taxonomies; the versions of one follow each other."""

    DIRECTIONS = "directions", "重点方向"
    CLUSTERS = "clusters", "现代制造业集群"
    FRONTIERS = "frontiers", "科技创新布局"
    FUTURE = "future", "未来产业"


class CaseKind(models.TextChoices):
    TECHNOLOGY = "technology", "技术攻关"
    MATCHING = "matching", "供需对接"
    TALENT = "talent", "人才引育"
    FINANCE = "finance", "金融服务"
    OTHER = "other", "其他"


class CaseState(models.TextChoices):
    DRAFT = "draft", "起草中"
    SUBMITTED = "submitted", "已报送"
    SELECTED = "selected", "已遴选"
    NOT_SELECTED = "not_selected", "未入选"


CASE_TRANSITIONS = {
    CaseState.DRAFT: {CaseState.SUBMITTED},
    CaseState.SUBMITTED: {CaseState.DRAFT, CaseState.SELECTED, CaseState.NOT_SELECTED},
    CaseState.SELECTED: set(),
    CaseState.NOT_SELECTED: set(),
}


class AchievementState(models.TextChoices):
    """Stages of every kind of achievement; which of them a kind goes through is declared in `complexes.kinds`."""

    REGISTERED = "registered", "已登记"
    IN_RESERVE = "in_reserve", "储备"
    IN_DEVELOPMENT = "in_development", "在研"
    ON_MARKET = "on_market", "上市"
    APPROVED = "approved", "立项"
    DRAFTING = "drafting", "起草"
    UNDER_REVIEW = "under_review", "报批"
    PUBLISHED = "published", "发布"
    PLANNED = "planned", "计划中"
    UNDER_WAY = "under_way", "实施中"
    COMPLETED = "completed", "已完成"
    STOPPED = "stopped", "已终止"


ACHIEVEMENT_STAGES = (
    (AchievementState.IN_RESERVE, AchievementState.IN_DEVELOPMENT, AchievementState.ON_MARKET),
    (
        AchievementState.APPROVED,
        AchievementState.DRAFTING,
        AchievementState.UNDER_REVIEW,
        AchievementState.PUBLISHED,
    ),
    (AchievementState.PLANNED, AchievementState.UNDER_WAY, AchievementState.COMPLETED),
)
# Forward along the stages of the kind, or stopped; the last step may be taken back, which leads to where it came from.
ACHIEVEMENT_TRANSITIONS: dict[AchievementState, set[AchievementState]] = {
    AchievementState.REGISTERED: {AchievementState.STOPPED},
    AchievementState.STOPPED: set(AchievementState) - {AchievementState.STOPPED},
    **{stage: {*stages, AchievementState.STOPPED} - {stage} for stages in ACHIEVEMENT_STAGES for stage in stages},
}
