"""Give a management command the servers it needs: the ones that run, or its own for as long as it lasts."""

import os
import signal
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from . import placement, servers
from .layout import Layout
from .messages import LaunchError, os_error_sentence, say
from .signals import StopSignals
from .state import Lock, State, own_state, running_sentence
from .supervisor import Supervisor

WITHOUT_SERVERS = {"help", "version", "--help", "-h", "--version", "collectstatic", "spectacular", "startapp"}
PATIENCE_SECONDS = 90


def run_command(root_arguments: list[str]) -> None:
    """Run one Django management command with servers; errors of the launcher are said in one sentence."""
    from django.core.management import execute_from_command_line

    layout = Layout.of(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ["PORTAL_VAR"] = str(layout.var)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with servers_for(layout, os.environ, root_arguments):
            execute_from_command_line(root_arguments)
    except LaunchError as error:
        sys.exit(str(error))


@contextmanager
def servers_for(layout: Layout, environment: MutableMapping[str, str], arguments: list[str]) -> Iterator[None]:
    """Complete DATABASE_URL and REDIS_URL in the environment for the length of a command."""
    state = State.read(layout.run / "state.json") if layout.run.is_dir() else None
    if environment.get("DATABASE_URL") and not is_private(environment["DATABASE_URL"], state):
        environment.pop("PORTAL_EMBEDDED", None)
    is_complete = environment.get("DATABASE_URL") and environment.get("REDIS_URL")
    if is_complete or len(arguments) < 2 or arguments[1] in WITHOUT_SERVERS:
        yield
        return
    command = " ".join(["manage.py", *arguments[1:2]])
    try:
        layout.create()
        session = use_servers(layout, environment, command)
    except OSError as error:
        raise LaunchError(os_error_sentence(error)) from None
    with session:
        yield


def is_private(url: str, state: State | None) -> bool:
    """Tell whether an address belongs to the private database noted in the state."""
    if state is None or not state.is_embedded:
        return False
    return urlsplit(url).netloc == urlsplit(state.database_url).netloc


def use_servers(layout: Layout, environment: MutableMapping[str, str], command: str) -> "Sharing | Owning":
    """Join the servers that run, or take the lock to start some."""
    lock, users = Lock(layout.run / "lock"), Lock(layout.run / "users.lock")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        if lock.acquire():
            return Owning(layout, environment, command, lock, users)
        state = State.read(layout.run / "state.json")
        if state is not None and state.is_ready and users.acquire(shared=True):
            return Sharing(environment, state, users)
        if time.monotonic() > deadline:
            raise LaunchError(running_sentence(state, layout.var))
        time.sleep(0.05)


class Sharing:
    """Servers that another process keeps; it waits for us before it stops them, if it is a command too."""

    def __init__(self, environment: MutableMapping[str, str], state: State, users: Lock) -> None:
        self.environment, self.state, self.users = environment, state, users

    def __enter__(self) -> None:
        if not self.environment.get("DATABASE_URL"):
            self.environment["DATABASE_URL"] = self.state.database_url
            self.environment["PORTAL_EMBEDDED"] = "1" if self.state.is_embedded else "0"
        self.environment.setdefault("REDIS_URL", self.state.redis_url)

    def __exit__(self, *details: object) -> None:
        self.users.release()


class Owning:
    """Servers started for one command and stopped after it."""

    def __init__(
        self, layout: Layout, environment: MutableMapping[str, str], command: str, lock: Lock, users: Lock
    ) -> None:
        self.layout, self.environment, self.lock, self.users = layout, environment, lock, users
        self.state = own_state(command)
        self.supervisor = Supervisor(StopSignals(), self._note)

    def __enter__(self) -> None:
        path = self.layout.run / "state.json"
        servers.end_leftovers(State.read(path))
        self.state.write(path)
        try:
            where = placement.place(self.layout, self.environment, is_quiet=True)
            added = servers.start_private(self.supervisor, self.layout, where, self.environment)
        except BaseException as error:
            self._stop()
            if isinstance(error, OSError):
                raise LaunchError(os_error_sentence(error)) from None
            raise
        self.environment.update(added)
        self.state.database_url = self.environment["DATABASE_URL"]
        self.state.redis_url = self.environment["REDIS_URL"]
        self.state.is_embedded = "DATABASE_URL" in added
        self.state.write(path)

    def __exit__(self, *details: object) -> None:
        if not self.users.acquire():
            say("Waiting for another command that uses these servers")
            self.users.acquire(wait=True)
        self._stop()

    def _note(self, pids: dict[str, tuple[int, int | None]]) -> None:
        self.state.processes = pids
        self.state.write(self.layout.run / "state.json")

    def _stop(self) -> None:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self.supervisor.stop()
        finally:
            signal.signal(signal.SIGINT, before)
            (self.layout.run / "state.json").unlink(missing_ok=True)
            self.users.release()
            self.lock.release()
