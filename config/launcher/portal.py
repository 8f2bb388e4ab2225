"""The portal's own processes: web, worker, beat."""

import http.client
import os
from collections.abc import Mapping
from pathlib import Path

from . import account as accounts
from .account import Account
from .layout import Layout
from .messages import LaunchError
from .supervisor import Service

WEB_WORKERS = 2
WEB_THREADS = 4
JOB_PROCESSES = 2
DEMO_ACCOUNTS = (
    ("admin", "系统管理", "system administrator"),
    ("city1, city2, city3", "市级管理", "commission officers"),
    ("jlp_filer, jlp_approver", "九龙坡区 经信：填报、审核", "district officer and approver"),
    ("jlp_kj_filer, jlp_kj_approver", "九龙坡区 科技：填报、审核", "district officer and approver"),
    ("spb_filer, spb_approver", "沙坪坝区 经信：填报、审核", "district officer and approver"),
    ("expert1 … expert5", "评审专家", "experts"),
    ("observer", "监督", "observer"),
    ("client", "REST 接口", "REST client"),
)


def child_environment(environment: Mapping[str, str], layout: Layout, account: Account | None) -> dict[str, str]:
    """Return the environment of the portal's processes; a changed account gets a home and no foreign TMPDIR."""
    settings = environment.get("DJANGO_SETTINGS_MODULE") or "config.settings.dev"
    result = {**environment, "DJANGO_SETTINGS_MODULE": settings, "PORTAL_VAR": str(layout.var)}
    if account is not None:
        result.update(HOME=str(layout.var), USER=account.name, LOGNAME=account.name)
        if "TMPDIR" in result and not accounts.can_use(account, Path(result["TMPDIR"]), os.W_OK | os.X_OK):
            del result["TMPDIR"]
    return result


def services(
    layout: Layout, environment: Mapping[str, str], account: Account | None, host: str, port: int
) -> list[Service]:
    """Describe web, worker and beat in the order of their start."""
    python = str(layout.python)
    beat = layout.var / "beat"
    beat.mkdir(exist_ok=True)
    accounts.give(account, beat)
    celery = [python, "-m", "celery", "-A", "config"]
    web = [
        *(python, "-m", "gunicorn", "config.wsgi:application", "--bind", address(host, port)),
        *("--worker-class", "gthread", "--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--timeout", "60", "--graceful-timeout", "8", "--no-control-socket", "--error-logfile", "-"),
    ]
    worker = [
        *(*celery, "worker", "--pool", "prefork", "--concurrency", str(JOB_PROCESSES)),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
    ]
    worker_log = layout.log / "worker.log"
    offset = worker_log.stat().st_size if worker_log.exists() else 0

    def describe(name: str, command: list[str], log: str, **more: object) -> Service:
        fixed = {"environment": environment, "directory": layout.root, "account": account, "log": layout.log / log}
        return Service(name=name, command=command, **(fixed | more))  # type: ignore[arg-type]

    return [
        describe(
            "web",
            web,
            "web.log",
            is_ready=lambda: first_page_status(host, port) is not None,
            stop_within=12.0,
            start_within=60.0,
        ),
        describe("worker", worker, "worker.log", is_ready=lambda: says_ready(worker_log, offset), stop_within=20.0),
        describe("beat", [*celery, "beat", "-s", str(beat / "schedule")], "beat.log", is_ready=lambda: True),
    ]


def address(host: str, port: int) -> str:
    """Join host and port as a server wants them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def local_host(host: str) -> str:
    """Return the address under which this machine reaches a server bound to the host."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def first_page_status(host: str, port: int, timeout: float = 5) -> int | None:
    """Return the status of the first page, None while nothing answers."""
    connection = http.client.HTTPConnection(local_host(host), port, timeout=timeout)
    try:
        connection.request("GET", "/", headers={"Accept": "text/html"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def require_first_page(layout: Layout, host: str, port: int) -> None:
    """Refuse to call a portal ready whose first page fails."""
    status = first_page_status(host, port, timeout=30)
    if status is None or status >= 500:
        raise LaunchError(f"The first page answers with {status or 'nothing'}: see {layout.log / 'web.log'}.")


def says_ready(log: Path, offset: int) -> bool:
    """Tell whether the worker wrote since the offset that it is ready."""
    with log.open("rb") as file:
        file.seek(offset if offset <= file.seek(0, 2) else 0)
        return b" ready." in file.read()


def ready_text(layout: Layout, environment: Mapping[str, str], host: str, port: int) -> str:
    """Return the closing words of a start."""
    lines = [f"Portal ready: http://{address(local_host(host), port)}/"]
    if environment.get("PORTAL_EMBEDDED") == "1":
        password = environment.get("DEMO_PASSWORD") or "demo-2027"
        lines += ["", f"Demo accounts 演示账号, password 密码 {password}"]
        lines += [f"  {names:<32}{chinese} ({english})" for names, chinese, english in DEMO_ACCOUNTS]
    lines += ["", f"Logs: {layout.log}    Stop: Ctrl-C"]
    return "\n".join(lines)
