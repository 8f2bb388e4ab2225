"""Pages of background work."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.choices import Permission
from accounts.views.guards import SignedInRequest, needs
from common.jobs.models import Job
from common.listing import list_rows
from common.refusals import Refused
from portal.actions import jobs as actions
from portal.forms import JobFilters
from portal.jobs_overview import cause_in_words, named, part_lines, queue_summary
from portal.policies import may_retry_job


@needs(Permission.MANAGE_SYSTEM)
@require_safe
def list_jobs(request: SignedInRequest) -> HttpResponse:
    """Show the parts of the portal, the queue, and the jobs, newest first."""
    at = timezone.now()
    listing = list_rows(request, JobFilters, Job.objects.select_related("requested_by").order_by("-pk"))
    listing.page.object_list = named(listing.page.object_list)
    context = {"parts": part_lines(at=at), "queue": queue_summary(at=at), "listing": listing}
    return render(request, "portal/job_list_page.html", context)


@needs(Permission.MANAGE_SYSTEM)
@require_safe
def show_job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Show one job: attempts, progress, lease, cause of failure."""
    return _job_page(request, get_object_or_404(Job, pk=job_id))


@needs(Permission.MANAGE_SYSTEM)
@require_POST
def retry_job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Run a failed job again."""
    job = get_object_or_404(Job, pk=job_id)
    try:
        actions.retry_job(job=job, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _job_page(request, job, refusal)
    messages.success(request, "任务已重新排队。")
    return redirect("portal:job-detail", job_id=job_id)


def _job_page(request: SignedInRequest, job: Job, refusal: Refused | None = None) -> HttpResponse:
    at = timezone.now()
    [job] = named([job])
    context = {
        "job": job,
        "cause": cause_in_words(job),
        "is_stuck": Job.objects.stuck(at).filter(pk=job.pk).exists(),
        "may_retry": job.is_failed and bool(may_retry_job(request.user, job)),
        "refusal": refusal,
    }
    return render(request, "portal/job_detail_page.html", context, status=refusal.status if refusal else 200)
