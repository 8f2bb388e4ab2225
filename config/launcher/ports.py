"""Ports of this machine."""

import socket

from .messages import LaunchError

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen on the port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def find_free(preferred: int | None = None) -> int:
    """Return the preferred port if it is free, otherwise one the system picks."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def accepts_connections(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether something listens on the port."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def read_port(text: str) -> int:
    """Return a port number from the environment.

    Raises: LaunchError if it is not a number from 1 to 65535.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise LaunchError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def taken_sentence(port: int, host: str = LOOPBACK) -> str:
    """Say that the port of the portal is taken."""
    other = port + 1 if port < 65535 else 8000
    return f"Port {port} on {host} is taken by another program: stop it, or choose another: `make run PORT={other}`."


def require_free(port: int, host: str) -> None:
    """Refuse to go on when the port of the portal cannot be bound."""
    if not is_free(port, host):
        raise LaunchError(refusal_sentence(port, host))


def refusal_sentence(port: int, host: str) -> str:
    """Say why a port cannot be bound: a foreign host, a privileged port, or one that is taken."""
    if not is_free(0, host):
        return f"PORTAL_HOST={host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them."
    if port < 1024 and not accepts_connections(port):
        return f"Port {port} needs the rights of root: choose one from 1024 on, such as `make run PORT=8000`."
    return taken_sentence(port, host)
