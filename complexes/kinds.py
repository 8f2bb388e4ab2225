"""Kinds of achievements, declared once: what a kind asks for drives its form, its page, its list and its checks.

A kind that is added or changed here needs no further code; only a kind with its own stages needs a migration.
Source: cq-complex-2024-2027 §二(二)–(六), §三(二).
"""

from dataclasses import dataclass
from enum import StrEnum

from complexes.choices import ACHIEVEMENT_STAGES
from complexes.choices import AchievementState as State


class ColumnType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    WHOLE_NUMBER = "whole_number"
    DAY = "day"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """A particular of one kind; `choices` are pairs of code and label, `measure_unit` stands beside a number."""

    name: str
    label: str
    type: ColumnType = ColumnType.TEXT
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = False
    measure_unit: str = ""
    hint: str = ""
    is_listed: bool = False

    @property
    def full_label(self) -> str:
        return f"{self.label}（{self.measure_unit}）" if self.measure_unit else self.label


@dataclass(frozen=True, slots=True)
class Kind:
    """What is entered of one kind of achievement; an empty label means that the kind does not ask for it.

    `stages` are the states that the kind goes through, in order.
    """

    code: str
    label: str
    hint: str
    columns: tuple[Column, ...]
    stages: tuple[State, ...] = (State.REGISTERED,)
    day_label: str = "取得日期"
    unit_label: str = ""
    is_unit_required: bool = False
    amount_label: str = ""
    is_amount_required: bool = False
    partner_label: str = ""

    @property
    def has_stages(self) -> bool:
        return len(self.stages) > 1


PRODUCT_STAGES, STANDARD_STAGES, PROJECT_STAGES = ACHIEVEMENT_STAGES


def _choice(name: str, label: str, /, **choices: str) -> Column:
    return Column(name, label, ColumnType.CHOICE, tuple(choices.items()), is_required=True, is_listed=True)


def _yes_no(name: str, label: str, hint: str = "") -> Column:
    return Column(name, label, ColumnType.YES_NO, hint=hint)


def _level(**choices: str) -> Column:
    return _choice("level", "级别", **choices)


_PUBLIC_LEVELS = {"national": "国家级", "municipal": "市级", "district": "区县级"}

KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "product",
            "产品",
            "储备、在研、上市的产品；阶段变更逐次登记日期。",
            (
                _yes_no("is_new", "属于新产品", "采用新原理、新构思、新材料或新工艺，性能明显提高的产品。"),
                Column(
                    "first_of_kind",
                    "首台（套）、首批次、首版次",
                    ColumnType.CHOICE,
                    (("equipment", "首台（套）装备"), ("material", "首批次材料"), ("software", "首版次软件")),
                    is_listed=True,
                ),
                Column("replaces", "替代或填补的短板", hint="如替代进口、填补国内空白；没有可不填。"),
            ),
            PRODUCT_STAGES,
            day_label="列入日期",
            unit_label="产品所属单位",
            is_unit_required=True,
            amount_label="最近一年销售收入",
        ),
        Kind(
            "standard",
            "标准",
            "牵头或参与制定、修订的国际、国家和行业标准。",
            (
                _level(international="国际标准", national="国家标准", industry="行业标准"),
                _choice("role", "参与方式", lead="牵头", take_part="参与"),
                _choice("act", "制定或修订", establish="制定", revise="修订"),
                Column("number", "标准编号或计划号"),
            ),
            STANDARD_STAGES,
            day_label="立项或加入日期",
            unit_label="起草单位",
        ),
        Kind(
            "platform",
            "创新平台",
            "实验室、技术中心及研发、孵化、概念验证、中试平台。",
            (
                _choice(
                    "type",
                    "平台类别",
                    laboratory="实验室",
                    technology_centre="技术中心",
                    research="技术研发平台",
                    incubation="成果孵化平台",
                    proof_of_concept="概念验证平台",
                    pilot_scale="中试熟化平台",
                ),
                _level(**_PUBLIC_LEVELS),
                Column("number", "认定或批复文号"),
                _yes_no("is_open", "向成员单位开放"),
            ),
            day_label="认定或建成日期",
            unit_label="依托单位",
            amount_label="建设投入",
        ),
        Kind(
            "incubation_body",
            "研究院与孵化机构",
            "建设的专业型研究院、孵化机构。",
            (
                _choice("type", "机构类别", institute="专业型研究院", incubator="孵化机构"),
                Column("area", "孵化面积", ColumnType.NUMBER, measure_unit="平方米"),
            ),
            day_label="成立日期",
            unit_label="机构",
            partner_label="共建单位",
        ),
        Kind(
            "incubated_firm",
            "孵化企业",
            "新引育、孵化的科技型初创企业。",
            (
                _yes_no("is_hard_tech", "硬科技企业"),
                Column("business", "主营方向", is_listed=True),
            ),
            day_label="入孵或成立日期",
            unit_label="企业",
            partner_label="孵化机构",
        ),
        Kind(
            "fund",
            "投资基金",
            "设立的科技型初创企业投资基金等。",
            (
                _choice("type", "基金类别", start_up="科技型初创企业投资基金", industry="产业投资基金", other="其他"),
                Column("focus", "投资方向"),
            ),
            day_label="设立日期",
            amount_label="基金规模",
            is_amount_required=True,
            partner_label="基金管理人",
        ),
        Kind(
            "pilot",
            "试点示范",
            "车路云一体化、工业领域北斗规模应用等试点。",
            (
                _choice(
                    "type", "试点类别", vehicle_road_cloud="车路云一体化", beidou="工业领域北斗规模应用", other="其他"
                ),
                _level(**_PUBLIC_LEVELS),
                Column("batch", "批次", hint="如“第二批”。"),
            ),
            PROJECT_STAGES,
            day_label="列入日期",
            unit_label="实施单位",
            amount_label="总投资",
        ),
        Kind(
            "digital_project",
            "智改数转项目",
            "企业智能化改造、数字化转型项目。",
            (
                _choice(
                    "type",
                    "项目类别",
                    smart_upgrade="智能化改造",
                    digital_change="数字化转型",
                    both="智能化改造和数字化转型",
                ),
                _yes_no("uses_ai", "应用人工智能"),
                Column("effect", "成效", hint="如生产效率提升、能耗下降的情况。"),
            ),
            PROJECT_STAGES,
            day_label="立项日期",
            unit_label="实施企业",
            is_unit_required=True,
            amount_label="项目投资",
            is_amount_required=True,
        ),
        Kind(
            "exchange",
            "交流活动",
            "会议、论坛、展览、赛事和贯标活动。",
            (
                _choice(
                    "type",
                    "活动类别",
                    meeting="会议",
                    forum="论坛",
                    exhibition="展览",
                    contest="赛事",
                    adoption="标准宣贯",
                ),
                Column("attendance", "参加人数", ColumnType.WHOLE_NUMBER, measure_unit="人次", is_listed=True),
                Column("place", "举办地点"),
            ),
            day_label="举办日期",
            partner_label="合办单位",
        ),
        Kind(
            "talent",
            "人才引育",
            "创新团队、产教融合实训基地和各类专业人才。",
            (
                _choice(
                    "type",
                    "人才类别",
                    team="创新团队",
                    training_base="产教融合实训基地",
                    technology_broker="技术经纪人",
                    incubation_manager="孵化管理人",
                    professional_manager="职业经理人",
                    investment_manager="投资经理人",
                ),
                Column(
                    "headcount", "人数", ColumnType.WHOLE_NUMBER, is_required=True, measure_unit="人", is_listed=True
                ),
                Column("leader", "负责人"),
            ),
            day_label="引进或建成日期",
            unit_label="用人单位",
            partner_label="合作单位",
        ),
        Kind(
            "finance",
            "金融服务",
            "为成员单位引入的耐心资本、股权投资和贷款。",
            (
                _choice("type", "资金类别", patient_capital="耐心资本", equity="股权投资", loan="贷款", other="其他"),
                Column(
                    "life_stage",
                    "企业所处阶段",
                    ColumnType.CHOICE,
                    (("seed", "种子期"), ("start_up", "初创期"), ("growth", "成长期"), ("mature", "成熟期")),
                ),
            ),
            day_label="到位日期",
            unit_label="受资单位",
            is_unit_required=True,
            amount_label="金额",
            is_amount_required=True,
            partner_label="出资机构",
        ),
        Kind(
            "data_set",
            "共享数据集",
            "汇聚共享的前沿技术、新产品、工艺和市场数据。",
            (
                _choice("type", "数据类别", frontier="前沿技术", new_product="新产品", process="工艺", market="市场"),
                _choice("scope", "开放范围", members="综合体成员", city="全市", public="社会公开"),
            ),
            day_label="开放日期",
            unit_label="数据持有单位",
        ),
        Kind(
            "outpost",
            "科创飞地",
            "在本区县以外设立、集聚外部资源的科创飞地。",
            (
                Column("place", "所在地", is_required=True, is_listed=True, hint="省市和园区，如“上海市临港新片区”。"),
                Column("resources", "集聚的资源"),
            ),
            PROJECT_STAGES,
            day_label="设立日期",
            unit_label="运营单位",
            amount_label="投入",
            partner_label="承接方",
        ),
        Kind(
            "policy_priority",
            "政策优先支持",
            "综合体及成员依政策获得的优先支持。",
            (
                _choice(
                    "policy",
                    "政策",
                    open_call="揭榜挂帅",
                    digital="智改数转",
                    major_programme="技术创新与应用发展重大专项",
                    first_software="首版次软件",
                    first_equipment="首台（套）装备",
                    first_material="首批次材料",
                    national_project="国家级项目优先推荐",
                    finance="金融优先支持",
                    land="用地保障",
                    incubation="孵化支持",
                    service="服务保障",
                    talent="人才支持",
                ),
                Column("number", "文号"),
                Column("until", "有效期至", ColumnType.DAY),
            ),
            day_label="获得日期",
            unit_label="受支持单位",
            amount_label="支持金额",
            partner_label="支持部门",
        ),
    )
}
