"""Vocabularies of rubrics, rounds and runs, with their transition tables."""

from django.db import models


class RubricState(models.TextChoices):
    DRAFT = "draft", "草案"
    FROZEN = "frozen", "已冻结"


RUBRIC_TRANSITIONS = {RubricState.DRAFT: {RubricState.FROZEN}, RubricState.FROZEN: set()}


class EvaluationKind(models.TextChoices):
    MONITORING = "monitoring", "年度监测"


class EvaluationState(models.TextChoices):
    PREPARING = "preparing", "准备中"
    RUBRIC_FROZEN = "rubric_frozen", "指标体系已冻结"
    SELF_ASSESSMENT = "self_assessment", "自评"
    QUANT_SCORING = "quant_scoring", "定量计分"
    EXPERT_SCORING = "expert_scoring", "专家评审"
    CONSOLIDATION = "consolidation", "汇总"
    PUBLICITY = "publicity", "公示"
    OBJECTION = "objection", "异议处理"
    FINAL = "final", "结果确定"
    NAMED = "named", "已命名"
    CANCELLED = "cancelled", "已取消"


EVALUATION_TRANSITIONS = {
    EvaluationState.PREPARING: {EvaluationState.RUBRIC_FROZEN, EvaluationState.CANCELLED},
    EvaluationState.RUBRIC_FROZEN: {
        EvaluationState.PREPARING,
        EvaluationState.SELF_ASSESSMENT,
        EvaluationState.CANCELLED,
    },
    EvaluationState.SELF_ASSESSMENT: {EvaluationState.QUANT_SCORING, EvaluationState.CANCELLED},
    EvaluationState.QUANT_SCORING: {
        EvaluationState.QUANT_SCORING,
        EvaluationState.EXPERT_SCORING,
        EvaluationState.CANCELLED,
    },
    EvaluationState.EXPERT_SCORING: {EvaluationState.CONSOLIDATION, EvaluationState.CANCELLED},
    EvaluationState.CONSOLIDATION: {EvaluationState.EXPERT_SCORING, EvaluationState.PUBLICITY},
    EvaluationState.PUBLICITY: {EvaluationState.OBJECTION, EvaluationState.FINAL},
    EvaluationState.OBJECTION: {
        EvaluationState.CONSOLIDATION,
        EvaluationState.PUBLICITY,
        EvaluationState.FINAL,
    },
    EvaluationState.FINAL: {EvaluationState.NAMED},
    EvaluationState.NAMED: set(),
    EvaluationState.CANCELLED: set(),
}


class RunState(models.TextChoices):
    QUEUED = "queued", "等待计算"
    COMPUTING = "computing", "正在计算"
    COMPLETE = "complete", "已完成"
    FAILED = "failed", "失败"


RUN_TRANSITIONS = {
    RunState.QUEUED: {RunState.COMPUTING, RunState.FAILED},
    RunState.COMPUTING: {RunState.COMPUTING, RunState.COMPLETE, RunState.FAILED},
    RunState.COMPLETE: set(),
    RunState.FAILED: set(),
}


class LineOutcome(models.TextChoices):
    SCORED = "scored", "已计分"
    NOT_APPLICABLE = "not_applicable", "不适用"
    MISSING = "missing", "数据缺失"
