"""Pages for what is missing, forbidden or broken; a hidden object answers the same bytes as a missing one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 without anything that depends on the address."""
    return HttpResponse(render_to_string("404.html"), status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with the sentence of the policy."""
    return render(request, "403.html", {"sentence": str(exception or "")}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old, or whose browser keeps no cookies."""
    sentence = "页面打开过久或登录状态已变化,这次提交没有保存。请返回上一页,刷新后重新提交。"
    return render(request, "403.html", {"sentence": sentence}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without details."""
    return HttpResponse(render_to_string("500.html"), status=500)
