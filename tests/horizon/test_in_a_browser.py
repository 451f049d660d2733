"""What somebody does in Horizon, and sees there."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import PATIENCE, Dashboard

expect.set_options(timeout=PATIENCE)


def create_share(dashboard: Dashboard, name: str) -> None:
    page = dashboard.page
    page.get_by_role("link", name="Create Share").click()
    page.get_by_label("Share Name").fill(name)
    page.locator("#id_size").fill("1")
    page.locator("#id_share_type").select_option("default")
    dashboard.submit("Create")


def test_a_share_and_a_snapshot_are_made_by_forms_settle_and_are_deleted(dashboard: Dashboard) -> None:
    page, clock = dashboard.page, dashboard.control.clock
    dashboard.log_in("demo")
    create_share(dashboard, "reports")
    expect(dashboard.row("reports")).to_contain_text("Creating")
    dashboard.picture("horizon")
    page.evaluate("document.body.dataset.opened = 'once'")
    clock.advance("10s")
    expect(dashboard.row("reports")).to_contain_text("Available")
    expect(page.locator("body"), "the page saw it by itself").to_have_attribute("data-opened", "once")

    dashboard.act("reports", "Create Share Snapshot")
    page.get_by_label("Share Snapshot Name").fill("before-audit")
    dashboard.submit("Create Share Snapshot")
    page.wait_for_url("**/project/share_snapshots/")
    expect(dashboard.row("before-audit")).to_contain_text("Creating")
    clock.advance("10s")
    expect(dashboard.row("before-audit")).to_contain_text("Available")

    dashboard.act("before-audit", "Delete Share Snapshot")
    dashboard.confirm("Delete Share Snapshot")
    expect(dashboard.row("before-audit")).to_contain_text("Deleting")
    clock.advance("10s")
    expect(dashboard.row("before-audit")).to_have_count(0)
    dashboard.open("/project/shares/")
    dashboard.act("reports", "Delete Share")
    dashboard.confirm("Delete Share")
    expect(dashboard.row("reports")).to_contain_text("Deleting")
    clock.advance("10s")
    expect(dashboard.row("reports")).to_have_count(0)
    assert dashboard.control.requests.count(operation="shares.delete") == 1


def test_a_share_that_fails_says_why(dashboard: Dashboard) -> None:
    dashboard.log_in("demo")
    create_share(dashboard, "broken-by-name")
    dashboard.control.clock.advance("10s")
    expect(dashboard.row("broken-by-name")).to_contain_text("Error")
    dashboard.open("/project/user_messages/")
    [share] = dashboard.control.records.list("shares", name="broken-by-name")
    expect(dashboard.page.locator("tbody tr", has_text=share["id"])).to_contain_text("No storage could be allocated")


def test_a_rule_is_added_becomes_active_and_is_taken_away(dashboard: Dashboard) -> None:
    page, clock = dashboard.page, dashboard.control.clock
    dashboard.log_in("demo")
    dashboard.act("home", "Manage Rules")
    page.wait_for_url("**/rules/")
    page.get_by_role("link", name="Add rule").click()
    page.get_by_label("Access To").fill("192.0.2.7")
    dashboard.submit("Add")
    expect(dashboard.row("192.0.2.7")).to_contain_text("applying")
    clock.advance("10s")
    expect(dashboard.row("192.0.2.7")).to_contain_text("active")
    dashboard.act("192.0.2.7", "Delete Rule")
    dashboard.confirm("Delete Rule")
    clock.advance("10s")
    expect(dashboard.row("192.0.2.7")).to_have_count(0)


def test_a_wrong_password_is_refused(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.open("/auth/login/")
    page.get_by_label("User Name").fill("demo")
    page.locator("#id_password").fill("wrong")
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_text("Invalid credentials")).to_be_visible()
