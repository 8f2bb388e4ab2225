"""Pages for what is missing, forbidden or broken; a hidden object answers the same bytes as a missing one."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 without anything that depends on the address."""
    return HttpResponse(render_to_string("404.html"), status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with the sentence of the policy."""
    return render(request, "403.html", {"sentence": str(exception or "")}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: a form that is too large, or a request that no page of the portal sends."""
    sentence = "请求内容有误，没有办理。请返回上一页，刷新后重新操作。"
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        sentence = f"提交的内容超过{limit}MB，没有保存。请返回上一页，精简文字后重新提交。"
    return lone_notice("请求无法办理", sentence, status=400)


def lone_notice(title: str, sentence: str, *, status: int) -> HttpResponse:
    """Answer with a page that needs neither session nor form data, which may be what failed."""
    return HttpResponse(render_to_string("notice.html", {"title": title, "sentence": sentence}), status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old, or whose browser keeps no cookies."""
    sentence = "页面打开过久或登录状态已变化，这次提交没有保存。请返回上一页，刷新后重新提交。"
    return render(request, "403.html", {"sentence": sentence}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without details."""
    return HttpResponse(render_to_string("500.html"), status=500)
