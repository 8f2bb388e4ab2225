"""Who may open the portal's own pages."""

from typing import Any

from django.apps import apps

from accounts.choices import Permission
from accounts.policies import holds
from common.jobs.models import Job
from common.jobs.tasks import all_kinds
from common.verdicts import ALLOWED, Verdict, denied, first_denial


def may_see_components(user: Any) -> Verdict:
    """Tell whether the person may open the page of components."""
    return holds(user, Permission.RUN_EVALUATION) or holds(user, Permission.MANAGE_SYSTEM)


def may_manage_jobs(user: Any) -> Verdict:
    """Tell whether the person looks after background work."""
    return holds(user, Permission.MANAGE_SYSTEM)


def may_retry_job(user: Any, job: Job) -> Verdict:
    """Tell whether the person may run a failed job again; its state is asked by the action."""
    return first_denial(may_manage_jobs(user), _kind_allows_retry(job))


def _kind_allows_retry(job: Job) -> Verdict:
    kind = all_kinds().get(job.kind)
    if kind is not None and kind.may_be_retried:
        return ALLOWED
    return denied(
        "closed",
        "这项任务失败时，相应的业务记录已一并标为失败，不能单独重试。请由业务人员在原页面重新发起。",
    )


def may_read_audit(user: Any) -> Verdict:
    """Tell whether the person reads the list of events: commission, observers, administrators."""
    return holds(user, Permission.READ_EVALUATION) or holds(user, Permission.MANAGE_SYSTEM)


def audited_types_read_by(user: Any) -> list[str]:
    """Return the kinds of objects whose events the person reads: either the business or the accounts."""
    system = {"accounts", "common"}
    wanted = (
        system
        if holds(user, Permission.MANAGE_SYSTEM)
        else {"members", "complexes", "tasks", "indicators", "evaluation"}
    )
    return [model._meta.label_lower for model in apps.get_models() if model._meta.app_label in wanted]
