"""Find Chromium, sign in, and read what a page says about itself."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
SIZES = {"desktop": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
MISSING = "no Chromium found: install chromium, or name one with CHROMIUM=/path/to/chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of CHROMIUM, or of the first known browser on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def sign_in_at(page: Page, base_url: str, username: str, password: str) -> None:
    """Sign in on the sign-in page and wait for the home page."""
    page.set_default_timeout(10_000)
    page.goto(f"{base_url}/account/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{base_url}/")


def sign_out(page: Page) -> None:
    """Sign out by the menu of the account."""
    page.locator("details.account summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/account/sign-in/")


def find_faults(page: Page) -> list[str]:
    """Return the accessibility faults that axe-core finds (WCAG 2 A and AA); none where it is not installed."""
    if not AXE.exists():
        return []
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    return [
        f"{fault['id']}: {fault['help']}: {' | '.join(node['target'][0] for node in fault['nodes'][:3])}"
        for fault in found["violations"]
    ]
