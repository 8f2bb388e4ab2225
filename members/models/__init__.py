from members.models.lock import ReportLock
from members.models.report import UnitReport
from members.models.standing import Standing
from members.models.unit import Unit

__all__ = ["ReportLock", "Standing", "Unit", "UnitReport"]
