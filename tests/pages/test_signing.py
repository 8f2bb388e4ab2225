"""Signing in, the home page and the menu, as a person meets them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.choices import Role
from tests.factories import make_user
from tests.pages.browser import SIZES, find_faults, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_person_signs_in_sees_the_desk_and_signs_out(page: Page, live_server: Any, sign_in: Callable) -> None:
    make_user(Role.COMMISSION, username="city1", full_name="演示陈明")

    sign_in(page, "city1")

    expect(page.get_by_role("heading", level=1)).to_have_text("今天要办的事")
    expect(page.get_by_role("navigation", name="主导航").get_by_text("首页")).to_have_attribute("aria-current", "page")
    sign_out(page)
    page.goto(live_server.url)
    expect(page).to_have_url(re.compile(r"/account/sign-in/\?next=/$"))


def test_wrong_password_is_said_in_a_summary_that_takes_the_focus(page: Page, live_server: Any) -> None:
    make_user(Role.COMMISSION, username="city1")
    page.goto(f"{live_server.url}/account/sign-in/")

    page.get_by_label("用户名").fill("city1")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("用户名或密码不正确。")
    expect(summary).to_be_focused()
    expect(page.get_by_label("用户名")).to_have_value("city1")


def test_link_in_the_summary_leads_to_the_field(page: Page, live_server: Any, sign_in: Callable) -> None:
    make_user(Role.ADMINISTRATOR, username="admin")
    sign_in(page, "admin")
    page.goto(f"{live_server.url}/components/")

    page.get_by_role("link", name="“营业收入（万元）”应为数字").click()

    field = page.get_by_label("营业收入（万元）")
    expect(field).to_be_focused()
    expect(field).to_have_value("约1200万元")
    expect(field).to_have_attribute("aria-describedby", "id_revenue_error")


def test_phone_opens_the_navigation_by_its_button(page: Page, sign_in: Callable) -> None:
    make_user(Role.COMMISSION, username="city1")
    page.set_viewport_size(SIZES["phone"])
    sign_in(page, "city1")
    navigation = page.get_by_role("navigation", name="主导航")
    expect(navigation).to_be_hidden()

    page.get_by_role("button", name="导航").click()

    expect(navigation).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_navigation_is_open_where_scripts_are_off(browser: Any, live_server: Any) -> None:
    make_user(Role.COMMISSION, username="city1")
    context = browser.new_context(java_script_enabled=False, viewport=SIZES["phone"])
    page = context.new_page()
    page.goto(f"{live_server.url}/account/sign-in/")
    page.get_by_label("用户名").fill("city1")
    page.get_by_label("密码").fill("demo-2027")
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
    context.close()


def test_dangerous_button_asks_first(page: Page, live_server: Any, sign_in: Callable) -> None:
    make_user(Role.ADMINISTRATOR, username="admin")
    sign_in(page, "admin")
    page.goto(f"{live_server.url}/components/")
    button = page.get_by_role("button", name="需要确认的操作")

    button.click()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("页面组件")
    button.click()
    page.get_by_role("button", name="确定").click()

    expect(page).to_have_url(re.compile(r"/account/sign-in/$"))


def test_chart_is_drawn_beside_its_table(page: Page, live_server: Any, sign_in: Callable) -> None:
    make_user(Role.ADMINISTRATOR, username="admin")
    sign_in(page, "admin")
    page.goto(f"{live_server.url}/components/")

    chart = page.get_by_role("img", name="图：研发投入强度，演示综合体。数值见下表。")
    expect(chart.locator("canvas")).to_be_visible()
    expect(page.get_by_role("table", name="研发投入强度")).to_be_visible()


def test_page_without_front_end_assets_is_whole(page: Page, live_server: Any, sign_in: Callable) -> None:
    page.route("**/static/vendor/**", lambda route: route.abort())
    make_user(Role.ADMINISTRATOR, username="admin")
    sign_in(page, "admin")
    page.goto(f"{live_server.url}/components/")

    expect(page.get_by_role("table", name="研发投入强度")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(0)


@pytest.mark.parametrize("size", list(SIZES))
def test_pages_have_no_accessibility_fault(browser: Any, live_server: Any, size: str, sign_in: Callable) -> None:
    make_user(Role.ADMINISTRATOR, username="admin")
    context = browser.new_context(bypass_csp=True, viewport=SIZES[size])
    page = context.new_page()
    page.goto(f"{live_server.url}/account/sign-in/")
    faults = {"sign-in": find_faults(page)}
    sign_in(page, "admin")
    for address in ("/", "/account/password/", "/components/", "/no/such/page/"):
        page.goto(f"{live_server.url}{address}")
        faults[address] = find_faults(page)
    context.close()

    assert {address: found for address, found in faults.items() if found} == {}
