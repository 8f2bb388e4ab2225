"""Background work of the audit trail."""

from datetime import timedelta

from django.db import transaction

from audit.chain import link_batch
from common.jobs.lease import Lease
from common.jobs.periodic import recurs
from common.jobs.tasks import handles


@handles("link_audit", label="审计事件入链")
def link_audit(*, lease: Lease) -> None:
    """Link the events that wait; one at a time, and running twice links nothing twice."""
    while True:
        with transaction.atomic():
            linked = link_batch()
            lease.require_held()
        if not linked:
            return


recurs("link_audit", every=timedelta(minutes=5))
