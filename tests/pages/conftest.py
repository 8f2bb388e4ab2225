"""Journeys in Chromium against a live server; left out with one line where there is no browser."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.faults.conftest import broker, start_worker, stopped_broker  # noqa: F401 - fixtures of the journey
from tests.pages.browser import MISSING, SIZES, find_chromium, sign_in_at

_IS_REQUIRED = os.environ.get("PORTAL_REQUIRE_BROWSER") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the browser journeys where no browser is installed; fail instead if PORTAL_REQUIRE_BROWSER=1."""
    journeys = [item for item in items if item.get_closest_marker("browser")]
    if not journeys or find_chromium():
        return
    if _IS_REQUIRED:
        raise pytest.UsageError(f"PORTAL_REQUIRE_BROWSER=1, but {MISSING}")
    config.stash[_LEFT_OUT] = len(journeys)
    for item in journeys:
        item.add_marker(pytest.mark.skip(reason=MISSING))


_LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say in one line what was left out."""
    if config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(f"{config.stash[_LEFT_OUT]} browser journeys skipped, {MISSING}")


@pytest.fixture(scope="session", autouse=True)
def _sync_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; the ORM is still used synchronously and by one thread only."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find_chromium()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": SIZES["desktop"], "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, str], None]:
    """Sign a person in by name: `sign_in(page, "jlp_filer")`."""

    def enter(page: Page, username: str, password: str = "demo-2027") -> None:
        sign_in_at(page, live_server.url, username, password)

    return enter
