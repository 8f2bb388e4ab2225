"""Real processes for fault tests: a private broker and Celery workers, ended by their own ids."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config.launcher.redis_server import find_redis_bin

PATIENCE = 60


def wait_for(condition: Callable[[], bool], *, seconds: float = PATIENCE, what: str) -> float:
    """Poll until the condition holds and return the seconds it took; fail with `what` otherwise."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - begun


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def count_for(nightly: int) -> int:
    """Return the full count in `make nightly`, a twentieth otherwise."""
    return nightly if os.environ.get("PORTAL_COUNTS") == "nightly" else max(1, nightly // 20)


class Broker:
    """A private Redis-protocol server on a port of its own that can be stopped and started again, empty."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.directory / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(str(find_redis_bin(os.environ)), "--bind", "127.0.0.1", "--port", str(self.port)),
                    *("--save", "", "--appendonly", "no", "--dir", str(self.directory)),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self._answers, what="the private broker answers")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def empty(self) -> None:
        """Forget every message (FLUSHALL)."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection_:
            connection_.sendall(b"FLUSHALL\r\n")
            assert connection_.recv(5) == b"+OK\r\n"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection_:
                connection_.sendall(b"PING\r\n")
                return connection_.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


class Worker:
    """A Celery worker with its pool children, and beat if asked for, in one process group."""

    def __init__(
        self, directory: Path, broker: Broker, *, children: int = 2, has_beat: bool = True, **env: str
    ) -> None:
        self.log = directory / f"worker-{time.monotonic_ns()}.log"
        beat = ["-B", "-s", str(directory / f"{self.log.stem}-schedule")] if has_beat else []
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "prefork"),
                    *("--concurrency", str(children), "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
                    *beat,
                ],
                cwd=settings.BASE_DIR,
                env={**clean_environment(), "DATABASE_URL": database_url_of_tests(), "REDIS_URL": broker.url, **env},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill_group(self) -> None:
        """Kill the worker with all its children at once (-9)."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def database_url_of_tests() -> str:
    """Return the address of the test database that this process uses."""
    given = connection.settings_dict
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    return f"postgres://{quote(given['USER'])}{password}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAULT_", "CELERY_"))}
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
