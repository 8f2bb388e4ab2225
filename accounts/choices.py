"""Roles, what each may do, departments, kinds of district."""

from django.db import models


class Role(models.TextChoices):
    DISTRICT_FILER = "district_filer", "区县填报"
    DISTRICT_APPROVER = "district_approver", "区县审核"
    COMMISSION = "commission", "市级管理"
    EXPERT = "expert", "评审专家"
    OBSERVER = "observer", "监督"
    ADMINISTRATOR = "administrator", "系统管理"
    CLIENT = "client", "接口客户"


class Department(models.TextChoices):
    INDUSTRY = "industry", "经信"
    SCIENCE = "science", "科技"


class DistrictKind(models.TextChoices):
    DISTRICT = "district", "区"
    COUNTY = "county", "县"
    AUTONOMOUS_COUNTY = "autonomous_county", "自治县"
    FUNCTIONAL_AREA = "functional_area", "功能区"


class Permission(models.TextChoices):
    """Named permissions; policies ask for these, never for a role."""

    READ_DISTRICT = "read_district", "查看本区县的数据"
    READ_CITY = "read_city", "查看全市的数据"
    READ_POLICY = "read_policy", "查看规划、指标与目标"
    EDIT_RECORDS = "edit_records", "维护综合体、成员与台账"
    FILL_FILING = "fill_filing", "填写并提交年度填报"
    APPROVE_AS_DISTRICT = "approve_as_district", "区县审核"
    APPROVE_AS_COMMISSION = "approve_as_commission", "市级审定"
    DECIDE_LIFECYCLE = "decide_lifecycle", "作出培育、认定决定"
    SELECT_CASES = "select_cases", "遴选典型案例"
    EDIT_TARGETS = "edit_targets", "分解目标"
    RUN_EVALUATION = "run_evaluation", "开展绩效评价"
    READ_EVALUATION = "read_evaluation", "查看评价过程"
    MANAGE_SYSTEM = "manage_system", "管理账户、区县与后台任务"


_READER = {Permission.READ_POLICY}
_DISTRICT = {*_READER, Permission.READ_DISTRICT}

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.DISTRICT_FILER: frozenset({*_DISTRICT, Permission.EDIT_RECORDS, Permission.FILL_FILING}),
    Role.DISTRICT_APPROVER: frozenset({*_DISTRICT, Permission.APPROVE_AS_DISTRICT}),
    Role.COMMISSION: frozenset(
        {
            *_READER,
            Permission.READ_CITY,
            Permission.APPROVE_AS_COMMISSION,
            Permission.DECIDE_LIFECYCLE,
            Permission.SELECT_CASES,
            Permission.EDIT_TARGETS,
            Permission.RUN_EVALUATION,
            Permission.READ_EVALUATION,
        }
    ),
    Role.EXPERT: frozenset(_READER),
    Role.OBSERVER: frozenset({*_READER, Permission.READ_CITY, Permission.READ_EVALUATION}),
    Role.ADMINISTRATOR: frozenset({*_READER, Permission.MANAGE_SYSTEM}),
    Role.CLIENT: frozenset({*_READER, Permission.READ_CITY}),
}
