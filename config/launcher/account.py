"""The account that the servers run as when root starts the portal."""

import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .messages import LaunchError


@dataclass(frozen=True)
class Account:
    """An account without rights of its own."""

    name: str
    uid: int
    gid: int

    def for_child(self) -> dict[str, Any]:
        """Return the arguments that make a subprocess run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def child_arguments(account: Account | None) -> dict[str, Any]:
    """Return the arguments for a subprocess, none when the launcher's own account stays."""
    return account.for_child() if account else {}


def serving_account(environment: Mapping[str, str]) -> Account | None:
    """Return the account to change to; None when the launcher is not root and stays what it is.

    Raises: LaunchError if the account does not exist or has the rights of root.
    """
    if os.geteuid() != 0:
        return None
    name = environment.get("PORTAL_USER") or "nobody"
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LaunchError(
            f"There is no account {name!r}: set PORTAL_USER to one that the servers may run as."
        ) from None
    if entry.pw_uid == 0:
        raise LaunchError("PORTAL_USER must not be root: PostgreSQL refuses to run with its rights.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def require_passwd_entry() -> None:
    """Refuse a user number without an account: initdb cannot work for it."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise LaunchError(
            f"The user number {os.geteuid()} has no entry in /etc/passwd, which PostgreSQL needs: "
            "add one, or set DATABASE_URL to a PostgreSQL server."
        ) from None


@contextmanager
def acting_as(account: Account) -> Iterator[None]:
    """Take the account's rights for a moment."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(account.gid)
    os.seteuid(account.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def can_use(account: Account | None, path: Path, mode: int) -> bool:
    """Tell whether the account (or ours) may use a path, every directory above it included."""
    if account is None:
        return os.access(path, mode)
    with acting_as(account):
        return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def give(account: Account | None, path: Path) -> None:
    """Make the account the owner of one file or directory of ours."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def give_tree(account: Account, top: Path) -> None:
    """Make the account the owner of what root left in our directory; links are passed over."""
    for directory, _, names in os.walk(top):
        for path in (Path(directory), *(Path(directory, name) for name in names)):
            facts = path.lstat()
            is_plain = stat.S_ISDIR(facts.st_mode) or (stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1)
            if facts.st_uid == 0 and is_plain:
                give(account, path)
