"""Visit a running portal as several people and keep a picture of every kind of page at both sizes.

    python -m tests.pages.screenshots http://127.0.0.1:8000 --users jlp_filer city1 --into var/screenshots

Follows the links of the pages it sees and keeps one page of each kind for each person. Prints what went wrong:
answers of 400 and above, errors on the console, pages wider than the window, faults that axe-core finds.
"""

import argparse
import os
import re
from collections import Counter, deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.pages.browser import AXE, MISSING, SIZES, find_chromium, find_faults, sign_in_at

# Links are gathered from so many pages of a kind: the first may be of a round without runs, a unit without reports.
_LOOKED_AT_PER_KIND = 3
_ROOM_OF_VALUES = re.compile(r"^(\d+|[A-Z]{2}-\d+|[0-9A-Z]{18}|(?=.*\d)[a-z0-9_-]+|[a-z]+(_[a-z]+)+)$")


def visit(browser: Browser, base_url: str, username: str, password: str, into: Path) -> list[str]:
    """Take the pictures of one person and return the problems."""
    problems: list[str] = []
    context = browser.new_context(
        viewport=SIZES["desktop"], locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=AXE.exists()
    )
    page = context.new_page()
    page.on("console", lambda message: _note_console(problems, username, page, message.type, message.text))
    sign_in_at(page, base_url, username, password)
    waiting = deque([f"{base_url}/", f"{base_url}/account/password/"])
    seen: Counter[str] = Counter()
    known: set[str] = set()
    while waiting:
        address = waiting.popleft()
        kind = _kind(address)
        if seen[kind] == _LOOKED_AT_PER_KIND or address in known:
            continue
        known.add(address)
        seen[kind] += 1
        answer = page.goto(address)
        if answer is None or answer.status >= 400:
            problems.append(f"{username} {address}: {answer.status if answer else 'no answer'}")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting.extend(link.split("#")[0] for link in links if _is_ours(link, base_url))
        if seen[kind] == 1:
            problems += [f"{username} {address}: {problem}" for problem in _portray(page, into / username, kind)]
    context.close()
    return problems


def _portray(page: Page, into: Path, kind: str) -> list[str]:
    into.mkdir(parents=True, exist_ok=True)
    problems = []
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=into / f"{kind.strip('/').replace('/', '_') or 'home'}.{name}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append(f"wider than a {name} window")
    page.set_viewport_size(SIZES["desktop"])
    return problems + find_faults(page)


def _kind(address: str) -> str:
    """Return the address with codes and numbers replaced, so that one page of each kind is visited."""
    rooms = urlsplit(address).path.split("/")
    return "/".join("X" if _ROOM_OF_VALUES.match(room) else room for room in rooms)


def _is_ours(link: str, base_url: str) -> bool:
    path = urlsplit(urljoin(base_url, link)).path
    return link.startswith(base_url) and not path.startswith(("/admin/", "/api/", "/static/"))


def _note_console(problems: list[str], username: str, page: Page, kind: str, text: str) -> None:
    if kind == "error":
        problems.append(f"{username} {page.url}: console: {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base_url")
    parser.add_argument("--users", nargs="+", default=["jlp_filer", "jlp_approver", "city1", "observer", "admin"])
    parser.add_argument("--into", type=Path, default=Path("var/screenshots"))
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(MISSING)
    password = os.environ.get("DEMO_PASSWORD", "demo-2027")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for username in options.users:
            for problem in visit(browser, options.base_url.rstrip("/"), username, password, options.into):
                print(problem)
        browser.close()


if __name__ == "__main__":
    main()
