"""The whole road in Chromium: a district files a year, two levels approve it, a run scores it, pages and API agree."""

import re
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from common.rounding import round_half_up
from tests.pages.browser import sign_out

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPLEX = "CQ-0001"
FILING = f"/indicators/filings/annual-2025/{COMPLEX}/"
PLAN = "cq-complex-2024-2027"
FIGURES = ["rd_intensity", "new_product_share", "tackling_tasks", "needs_resolved", "synergy_cases"]


@pytest.fixture
def demo_world() -> None:
    """The portal as its first start leaves it."""
    call_command("prepare", stdout=StringIO())


def open_from_desk(page: Page, duty: str) -> None:
    """Follow a duty of the home page to its list, and from there to the filing of the journey."""
    page.get_by_role("link", name=duty).click()
    page.locator(f'a[href="{FILING}"]').first.click()
    expect(page).to_have_url(re.compile(f"{FILING}$"))


def answer_question(page: Page, button: str) -> None:
    """Press a button that asks first, and say yes."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()


def approve(page: Page) -> None:
    page.get_by_role("link", name="审核通过").click()
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_role("status")).to_be_visible()


def number_in(cell: Locator) -> Decimal:
    """Return the number that a cell or link begins with."""
    return Decimal(cell.inner_text().split()[0].replace(",", ""))


def as_shown(value: str, shown: Decimal) -> Decimal:
    """Return the API's value with as many decimals as the page shows."""
    return round_half_up(Decimal(value), -shown.as_tuple().exponent)


def test_year_is_filed_approved_scored_and_shown(
    page: Page, live_server: Any, sign_in: Callable, demo_world: None, broker: Any, start_worker: Callable
) -> None:
    start_worker()

    # The district files.
    sign_in(page, "jlp_filer")
    open_from_desk(page, "填报待提交")
    page.get_by_role("link", name="填写").click()
    page.get_by_label("运行机制情况").fill("理事会召开两次会议，章程与合作协议执行良好。")
    page.get_by_label("存在问题与下一步措施").fill("检测能力不足；2026年共建检测平台。")
    page.get_by_label("责任人").select_option(index=1)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="核对并提交").click()
    answer_question(page, "提交")
    expect(page.locator("main .state").first).to_have_text("已提交，待区县审核")
    sign_out(page)

    # Another person of the district approves, then the commission.
    sign_in(page, "jlp_approver")
    open_from_desk(page, "填报待区县审核")
    approve(page)
    sign_out(page)
    sign_in(page, "city1")
    open_from_desk(page, "填报待市级审定")
    approve(page)
    expect(page.locator("main .state").first).to_have_text("市级已审定")

    # The commission judges and starts a run.
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="绩效评价").click()
    page.get_by_role("row").filter(has_text="2025").get_by_role("link").first.click()
    page.get_by_role("row").filter(has_text=COMPLEX).locator('a[href*="/judgements/"]').first.click()
    page.get_by_label("评分").fill("8.5")
    page.get_by_label("理由").fill("治理结构完整，会议与合同齐备。")
    page.get_by_role("button", name="保存评分").click()
    answer_question(page, "发起计分")
    # The worker computes; the page asks for the progress and shows the result by itself.
    result = page.get_by_role("row").filter(has_text=COMPLEX).get_by_role("link").first
    expect(result).to_be_visible(timeout=60_000)
    result.click()

    # The sheet, the progress page and the API tell the same figures.
    on_sheet = {code: number_in(page.locator(f"tr#{code} td a").first) for code in FIGURES}
    marks = [number_in(cell) for cell in page.locator("main tbody tr td.number").all()]
    assert round_half_up(sum(marks), 1) == round_half_up(number_in(page.locator("tfoot td.number")), 1)

    query = f"plan={PLAN}&year=2025&complex={COMPLEX}"
    page.goto(f"{live_server.url}/progress/?{query}")
    due = page.locator("main table").first.locator("tbody tr").filter(has_text="2025年")
    on_page = {code: number_in(due.locator(f'td a[href*="indicator={code}"]').first) for code in FIGURES}
    answer = page.request.get(f"{live_server.url}/api/v1/progress/?{query}").json()
    in_api = {row["indicator"]: row["actual"] for row in answer["results"] if row["indicator"] in FIGURES}

    assert on_page == {code: as_shown(in_api[code], shown) for code, shown in on_page.items()}
    assert on_sheet == {code: as_shown(in_api[code], shown) for code, shown in on_sheet.items()}
