from complexes.models.achievement import Achievement, AchievementParticipation
from complexes.models.case import Case, CaseParticipation
from complexes.models.decision import LifecycleDecision
from complexes.models.field import IndustryField, Taxonomy
from complexes.models.governance import GovernanceBody, GovernanceSeat, Meeting
from complexes.models.innovation_complex import InnovationComplex, ReportingTerm
from complexes.models.lock import PeriodLock
from complexes.models.membership import Contract, ContractParty, Membership

__all__ = [
    "Achievement",
    "AchievementParticipation",
    "Case",
    "CaseParticipation",
    "Contract",
    "ContractParty",
    "GovernanceBody",
    "GovernanceSeat",
    "IndustryField",
    "InnovationComplex",
    "LifecycleDecision",
    "Meeting",
    "Membership",
    "PeriodLock",
    "ReportingTerm",
    "Taxonomy",
]
