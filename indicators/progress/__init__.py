"""Progress of a plan for the city, a district or a complex: approved sealed figures against targets and shares.

    scope = resolve_scope(user=request.user, district_code="", complex_code="")   # Http404 beyond the person's reach
    rows = progress_rows(plan=plan, year=2025, scope=scope, today=timezone.localdate())

`progress_rows` returns one `ProgressRow` per target of the plan, numbers as Decimal, in a constant number of queries.
`compute_progress` returns the same rows with the series of the chart; `claimed_rows` the rows behind one number.
"""

from indicators.progress.claims import ClaimedRow, ClaimPage, claimed_rows
from indicators.progress.forecast import Forecast
from indicators.progress.report import Progress, Series, compute_progress, progress_rows, progress_rules
from indicators.progress.rows import ProgressRow
from indicators.progress.scopes import Scope, ScopeKind, resolve_scope

__all__ = [
    "ClaimPage",
    "ClaimedRow",
    "Forecast",
    "Progress",
    "ProgressRow",
    "Scope",
    "ScopeKind",
    "Series",
    "claimed_rows",
    "compute_progress",
    "progress_rows",
    "progress_rules",
    "resolve_scope",
]
