"""Vocabularies of tackling tasks and needs, with their transition tables."""

from django.db import models


class TaskMode(models.TextChoices):
    OPEN_CALL = "open_call", "揭榜挂帅"
    COMMISSIONED = "commissioned", "委托攻关"
    JOINT = "joint", "联合攻关"
    OWN = "own", "自主立项"


class TaskState(models.TextChoices):
    PROPOSED = "proposed", "拟立项"
    APPROVED = "approved", "已立项"
    STARTED = "started", "实施中"
    FINISHED = "finished", "已完成"
    CANCELLED = "cancelled", "已取消"


class ReadinessEdition(models.TextChoices):
    """Editions of the scale of technology readiness."""

    GBT_22900_2009 = "gbt_22900_2009", "GB/T 22900—2009"
    GBT_22900_2022 = "gbt_22900_2022", "GB/T 22900—2022"


class MoneySource(models.TextChoices):
    FISCAL = "fiscal", "财政资金"
    OWN = "own", "自筹资金"
    FINANCE = "finance", "金融资金"
    OTHER = "other", "其他资金"


class MatchOutcome(models.TextChoices):
    UNDER_WAY = "under_way", "对接中"
    AGREED = "agreed", "达成合作"
    FAILED = "failed", "未达成"


TASK_TRANSITIONS = {
    TaskState.PROPOSED: {TaskState.APPROVED, TaskState.CANCELLED},
    TaskState.APPROVED: {TaskState.STARTED, TaskState.CANCELLED},
    TaskState.STARTED: {TaskState.FINISHED, TaskState.CANCELLED},
    TaskState.FINISHED: set(),
    TaskState.CANCELLED: set(),
}


class NeedKind(models.TextChoices):
    FIVE_BASICS = "five_basics", "工业“五基”"
    KEY_LINK = "key_link", "关键环节"
    OTHER = "other", "其他技术需求"


class NeedState(models.TextChoices):
    OPEN = "open", "待对接"
    MATCHED = "matched", "已对接"
    SOLVED = "solved", "已提出解决方案，待需求方确认"
    CONFIRMED = "confirmed", "需求方已确认解决"
    CLOSED = "closed", "已关闭"


NEED_TRANSITIONS = {
    NeedState.OPEN: {NeedState.MATCHED, NeedState.CLOSED},
    NeedState.MATCHED: {NeedState.SOLVED, NeedState.OPEN, NeedState.CLOSED},
    NeedState.SOLVED: {NeedState.CONFIRMED, NeedState.MATCHED, NeedState.CLOSED},
    NeedState.CONFIRMED: set(),
    NeedState.CLOSED: set(),
}
