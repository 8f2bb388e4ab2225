"""Start the private servers that the environment does not replace."""

import json
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import account as accounts
from . import postgres, processes, redis_server
from .layout import Layout
from .messages import LaunchError, say
from .placement import Placement, reachable_program
from .ports import find_free
from .state import State
from .supervisor import Child, Service, Supervisor

NEW_CLUSTER_BYTES = 200 * 1024 * 1024
RUNNING_BYTES = 32 * 1024 * 1024


class Notes:
    """Ports and passwords of the private servers, kept beside their data."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.values: dict[str, Any] = json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            self.values = {}

    def secret(self, name: str) -> str:
        """Return a password, made at the first call."""
        if name not in self.values:
            self.put(name, postgres.new_password())
        return str(self.values[name])

    def put(self, name: str, value: object) -> None:
        """Keep a value."""
        self.values[name] = value
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(self.values, file)
        draft.replace(self.path)


def start_private(
    supervisor: Supervisor,
    layout: Layout,
    placement: Placement,
    environment: Mapping[str, str],
    *,
    is_durable: bool = True,
) -> dict[str, str]:
    """Start what DATABASE_URL and REDIS_URL do not name; return the variables that lead to what was started."""
    notes = Notes(placement.base / "servers.json")
    added: dict[str, str] = {}
    if not environment.get("DATABASE_URL"):
        accounts.require_passwd_entry()
        added["DATABASE_URL"] = start_postgres(supervisor, layout, placement, notes, is_durable=is_durable)
        added["PORTAL_EMBEDDED"] = "1"
    if not environment.get("REDIS_URL"):
        added["REDIS_URL"] = start_redis(supervisor, layout, placement, notes, environment, is_durable=is_durable)
    return added


def start_postgres(
    supervisor: Supervisor, layout: Layout, placement: Placement, notes: Notes, *, is_durable: bool
) -> str:
    """Start the private PostgreSQL, with a new cluster where there is none, and return its address."""
    found = postgres.find_pg_bin()
    binaries = reachable_program(placement, layout, found / "postgres", *postgres.needed_parts(found)).parent
    data = placement.base / "postgres"
    superuser_password, role_password = notes.secret("superuser_password"), notes.secret("database_password")
    if not data.exists():
        require_space(placement.base, NEW_CLUSTER_BYTES)
        say("Creating the private PostgreSQL database")
        postgres.create_cluster(binaries, data, superuser_password, placement.account)
    require_space(placement.base, RUNNING_BYTES)
    postgres.clear_stale_lock(data)
    settings = {} if is_durable else postgres.FAST_AND_UNSAFE

    def describe(port: int) -> Service:
        return postgres.server(binaries, data, port, layout.log / "postgres.log", placement.account, settings)

    port = start_on_port(supervisor, notes, "postgres_port", describe)
    rights = "CREATEDB" if is_durable else "SUPERUSER"
    postgres.create_database(binaries, port, superuser_password, role_password, rights=rights)
    return f"postgres://{postgres.ROLE}:{role_password}@127.0.0.1:{port}/{postgres.DATABASE}"


def start_redis(
    supervisor: Supervisor,
    layout: Layout,
    placement: Placement,
    notes: Notes,
    environment: Mapping[str, str],
    *,
    is_durable: bool,
) -> str:
    """Start the private Redis-protocol server and return its address."""
    found = redis_server.find_redis_bin(environment)
    program = reachable_program(placement, layout, found, found.parent, [found.name])
    data = placement.base / "redis" / program.name
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    accounts.give(placement.account, data)
    password = notes.secret("redis_password")
    configuration = data / "server.conf"

    def describe(port: int) -> Service:
        redis_server.write_configuration(
            configuration, port=port, password=password, data=data, keeps=is_durable, account=placement.account
        )
        log = layout.log / "redis.log"
        return redis_server.server(
            program, configuration, port=port, password=password, log=log, account=placement.account
        )

    port = start_on_port(supervisor, notes, "redis_port", describe)
    return f"redis://:{password}@127.0.0.1:{port}/0"


def start_on_port(supervisor: Supervisor, notes: Notes, name: str, describe: Any) -> int:
    """Start a server on its usual port, or another if that one is taken; once more if a port was lost in between."""
    for is_last in (False, True):
        port = find_free(notes.values.get(name))
        child: Child = supervisor.start(describe(port))
        try:
            supervisor.await_ready(child)
        except LaunchError as error:
            if is_last or "Address already in use" not in str(error):
                raise
            supervisor.give_up(child)
            continue
        if notes.values.get(name) != port:
            notes.put(name, port)
        return port
    raise AssertionError("unreachable")


def end_leftovers(state: State | None) -> None:
    """End the children of a launcher that was killed; its lock is ours now, so none of them has a keeper."""
    living = [] if state is None else [entry for entry in state.processes.items() if processes.is_same(*entry[1])]
    if living:
        say(f"Ending what an earlier run left behind: {', '.join(name for name, _ in living)}")
    for name, (pid, ticks) in reversed(living):
        assert ticks is not None
        processes.end_stranger(pid, ticks, stop_signal_of(name), 15)


def stop_signal_of(name: str) -> int:
    """Return the signal that ends a child of this name in order."""
    return signal.SIGINT if name == "PostgreSQL" else signal.SIGTERM


def require_space(place: Path, needed: int) -> None:
    """Refuse to start on a file system that is as good as full."""
    free = shutil.disk_usage(place).free
    if free < needed:
        raise LaunchError(
            f"No space: {place} needs {needed // 2**20} MB free and has {free // 2**20} MB; "
            "free some, or set PORTAL_VAR to a larger place."
        )
