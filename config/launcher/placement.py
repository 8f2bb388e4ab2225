"""Where the private servers keep their data and programs, and as whom they run.

PostgreSQL refuses root. When root starts the portal from a place that the serving account may not enter, programs and
data go to a directory of root's own below /var/lib; the permissions of existing directories are never changed.
"""

import hashlib
import os
import shutil
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import account as accounts
from .account import Account
from .layout import MARKER, Layout
from .messages import LaunchError, say

NAME = "innovation-complex-portal"
STATE_HOME = Path("/var/lib")


@dataclass(frozen=True)
class Placement:
    """The account of the servers, the place of their data, the account of web, worker and beat."""

    account: Account | None
    base: Path
    app_account: Account | None


def place(layout: Layout, environment: Mapping[str, str], *, is_quiet: bool = False) -> Placement:
    """Decide by asking the file system what the serving account may reach."""
    account = accounts.serving_account(environment)
    if account is None:
        return Placement(None, layout.var, None)
    may_enter = accounts.can_use(account, layout.var, os.X_OK)
    may_run = may_enter and can_run_portal(account, layout)
    if may_run and layout.is_ours():
        accounts.give_tree(account, layout.var)
    may_run = may_run and accounts.can_use(account, layout.var, os.W_OK | os.X_OK)
    if not may_run and not is_quiet:
        say(f"{account.name} may not use this checkout, its Python or {layout.var}: web, worker and beat run as root")
    base = layout.var
    if not may_enter:
        base = outside_home(layout)
    if not may_enter and not is_quiet:
        say(f"{account.name} may not enter {layout.var}: PostgreSQL and Redis keep their data in {base}")
    return Placement(account, base, account if may_run else None)


def outside_home(layout: Layout) -> Path:
    """Return root's directory for this layout below /var/lib, made with the right owner and mode."""
    base = outside_path(layout)
    try:
        require_own_directory(base)
    except OSError:
        raise LaunchError(
            f"PostgreSQL cannot run as root, its account may not enter {layout.var}, and {base} cannot be made: "
            "set PORTAL_VAR to a directory that other accounts may enter."
        ) from None
    return base


def outside_path(layout: Layout) -> Path:
    """Return the name of root's directory for this layout."""
    return STATE_HOME / f"{NAME}-{hashlib.sha256(os.fsencode(layout.var)).hexdigest()[:12]}"


def require_own_directory(path: Path) -> None:
    """Make a directory of root's own, and refuse one that somebody else prepared.

    Raises: LaunchError if it is a link, or others may write to it.
    """
    path.mkdir(mode=0o755, exist_ok=True)
    facts = path.lstat()
    if path.is_symlink() or not path.is_dir() or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise LaunchError(f"{path} is not a directory that only its owner may write to: look at it and remove it.")
    path.chmod(0o755)
    (path / MARKER).touch()


def can_run_portal(account: Account, layout: Layout) -> bool:
    """Tell whether the account may read the checkout, the virtual environment and the Python under it."""
    readable = [layout.root / "manage.py", layout.root / "config" / "wsgi.py"]
    runnable = [layout.python.resolve(), Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("purelib"))]
    return all(accounts.can_use(account, path, os.R_OK) for path in readable) and all(
        accounts.can_use(account, path, os.R_OK | os.X_OK) for path in runnable
    )


def reachable_program(placement: Placement, layout: Layout, program: Path, top: Path, parts: list[str]) -> Path:
    """Return a program that the serving account can run: itself, or in a copy owned by root.

    `parts` names what the program needs, itself included, below the directory `top`; missing parts are passed over.
    """
    if accounts.can_use(placement.account, program, os.R_OK | os.X_OK):
        return program
    facts = program.stat()
    key = hashlib.sha256(f"{program}:{facts.st_size}:{facts.st_mtime_ns}".encode()).hexdigest()[:12]
    copy = outside_home(layout) / f"{program.name}-{key}"
    if not copy.is_dir():
        say(f"Copying {program.name} to {copy}, where the account of the servers can run it")
        draft = copy.with_name(copy.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        for part in parts:
            copy_part(top / part, draft / part)
        open_to_readers(draft)
        draft.rename(copy)
    return copy / program.relative_to(top)


def copy_part(source: Path, target: Path) -> None:
    """Copy a file or a directory if it is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        shutil.copy2(source, target)


def open_to_readers(top: Path) -> None:
    """Let everybody read and run a copied tree, and only its owner write to it."""
    for directory, _, names in os.walk(top):
        Path(directory).chmod(0o755)
        for name in names:
            path = Path(directory, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
