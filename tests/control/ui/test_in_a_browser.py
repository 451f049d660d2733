"""The dashboard in a real browser: what somebody sees who debugs a client."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from ...api import there
from .conftest import Dashboard

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect

NARROW = {"viewport": {"width": 400, "height": 800}}
COLOURS = ["color-contrast"]
LAYOUT = [*COLOURS, "target-size", "scrollable-region-focusable", "button-name", "link-name", "meta-viewport"]
PAGES = ("/", "/resources?kind=snapshots", "/resources?kind=nothings", "/capacity", "/faults", "/journal", "/timeline")


@pytest.fixture
def populated(dashboard: Dashboard) -> Dashboard:
    """A share, a snapshot on its way, a fault that fired and one that was nearly met."""
    dashboard.control.delays.update({"snapshots.create": "60s"})
    dashboard.control.faults.add("quota:shares", project="alt_demo")
    dashboard.control.faults.add("lb-502", operation="shares.list", times=1)
    share = dashboard.share()
    dashboard.snapshot(share, "before")
    dashboard.api("GET", "/shares")
    return dashboard


def test_a_snapshot_is_seen_on_its_way_and_arrives_when_time_moves(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/resources?kind=snapshots")
    row = page.get_by_role("row").filter(has_text="before")
    expect(row).to_contain_text("creating")
    expect(row.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="+ 10 s").click()
    expect(row.get_by_role("progressbar")).to_have_attribute("value", "0.167")
    populated.picture("resources")
    page.get_by_role("button", name="Next transition").click()
    expect(row).to_contain_text("available")
    expect(row.get_by_role("progressbar")).to_have_count(0)


def test_a_page_follows_what_clients_do(dashboard: Dashboard) -> None:
    dashboard.open("/resources?kind=shares")
    expect(dashboard.page.locator("main")).to_contain_text("There are no shares yet")
    dashboard.share("made meanwhile")
    expect(dashboard.page.get_by_role("row").filter(has_text="made meanwhile")).to_be_visible()


def test_a_fault_that_is_added_meets_a_client_and_counts(dashboard: Dashboard) -> None:
    page, share = dashboard.page, dashboard.share()
    dashboard.open("/faults")
    page.get_by_label("Preset").fill("quota")
    page.get_by_label("Parameter").fill("snapshots")
    page.get_by_label("At most this many times").fill("1")
    page.get_by_role("button", name="Add").click()
    row = page.locator("#rules").get_by_role("row").filter(has_text="quota:snapshots")
    expect(row.locator("[data-label=Fired]")).to_have_text("0")
    assert dashboard.snapshot(share, "refused").status_code == 413
    expect(row.locator("[data-label=Fired]")).to_have_text("1")
    dashboard.picture("faults")
    row.get_by_role("button", name="Remove").click()
    expect(page.locator("#rules")).to_contain_text("None. Pick a preset above")
    assert dashboard.snapshot(share, "accepted").status_code == 202


def test_a_transition_is_held_and_then_fails(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/resources?kind=snapshots")
    row = page.get_by_role("row").filter(has_text="before")
    row.get_by_role("button", name="Hold").click()
    expect(row).to_contain_text("held")
    page.get_by_role("button", name="Until idle").click()
    expect(row).to_contain_text("creating")
    row.get_by_role("button", name="Fail").click()
    expect(row.locator(".status")).to_have_text("error")


def test_a_rule_is_composed_in_full_with_its_json_beside_it(dashboard: Dashboard) -> None:
    page, share = dashboard.page, dashboard.share()
    dashboard.open("/faults")
    page.get_by_label("Or an effect").select_option("respond")
    page.get_by_label("Value").fill('{"status": 503}')
    page.get_by_label("Only for user").fill("demo")
    page.get_by_label("Only for operation").fill("snapshots.*")
    page.get_by_label("After this many requests").fill("1")
    rule = page.get_by_label("The rule as JSON")
    written = {
        "match": {"user": "demo", "operation": "snapshots.*"},
        "when": {"after": 1},
        "do": {"respond": {"status": 503}},
    }
    assert json.loads(rule.input_value()) == written
    rule.fill(json.dumps({**written, "name": "second snapshot"}))
    dashboard.picture("composer")
    page.get_by_role("button", name="Add").click()
    row = page.locator("#rules").get_by_role("row").filter(has_text="second snapshot")
    expect(row).to_be_visible()
    assert [dashboard.snapshot(share, name).status_code for name in ("a", "b")] == [202, 503]
    row.get_by_role("link", name="Copy second snapshot").click()
    assert json.loads(page.get_by_label("The rule as JSON").input_value()) == {**written, "name": "second snapshot"}


def test_a_world_is_saved_gone_back_to_forked_and_compared(dashboard: Dashboard) -> None:
    page = dashboard.page
    dashboard.share("kept")
    dashboard.open("/")
    page.get_by_label("New checkpoint").fill("before")
    page.get_by_role("button", name="Save", exact=True).click()
    dashboard.share("later")
    page.get_by_role("combobox", name="From").select_option("checkpoint:before")
    page.get_by_role("button", name="Compare").click()
    row = page.get_by_role("row").filter(has_text="later")
    expect(row.locator("[data-label=What]")).to_have_text("made")
    dashboard.picture("differences")
    dashboard.open("/")
    page.get_by_role("button", name="Restore before").click()
    assert [share["name"] for share in dashboard.control.records.list("share")] == ["kept"]
    name = f"{dashboard.control.call('GET', '/health')['worlds'][0][:20]}-fork"
    page.get_by_label("New world").fill(name)
    page.get_by_label("Copy of").select_option("checkpoint:before")
    page.get_by_role("button", name="Make").click()
    page.wait_for_load_state()
    fork = dashboard.control.world(name)
    assert [share["name"] for share in fork.records.list("share")] == ["kept"]
    fork.worlds.drop(name)


def test_names_are_not_broken_in_two(dashboard: Dashboard) -> None:
    dashboard.share("a-share-with-a-long-name")
    dashboard.open("/resources?kind=shares")
    cell = dashboard.page.get_by_role("cell", name="a-share-with-a-long-name")
    lines = cell.evaluate(
        """cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return range.getClientRects().length;
        }"""
    )
    assert lines == 1


def test_the_timeline_follows_what_happens_and_leads_to_the_journal(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/timeline")
    expect(page.locator(".timeline")).to_contain_text("snapshot before")
    populated.control.clock.advance("60s")
    expect(page.locator(".timeline .bar.good")).to_have_count(2)
    populated.picture("timeline")
    page.get_by_label("Name or id").fill("before")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".timeline")).not_to_contain_text("share db")
    mark = page.get_by_role("link", name="snapshots.create: 202 to demo")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("POST /v2/snapshots")


def test_the_journal_is_filtered_and_opened(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/journal")
    populated.picture("journal")
    page.get_by_label("Operation").fill("snapshots.create")
    page.get_by_role("button", name="Show").click()
    rows = page.locator("tbody").get_by_role("row")
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="POST /v2/snapshots").click()
    expect(page.get_by_role("heading", name="Response")).to_be_visible()
    expect(page.locator("main")).to_contain_text('"name": "before"')
    expect(page.locator("#curl")).to_contain_text("curl -X POST")
    populated.picture("request")


@pytest.mark.parametrize("dashboard", [{}, NARROW], indirect=True, ids=["wide", "narrow"])
def test_requests_that_are_held_are_let_go(dashboard: Dashboard) -> None:
    page, axe = dashboard.page, pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    dashboard.open("/journal")
    with ThreadPoolExecutor(2) as pool, dashboard.control.breakpoint("shares.create", name="look") as point:
        begun = [pool.submit(dashboard.share, "kept"), pool.submit(dashboard.share, "lost")]
        point.wait(count=2)
        rows = page.locator("#held tbody").get_by_role("row")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("before it is carried out, by look")
        assert [each["id"] for each in axe.run(page).response["violations"] if each["impact"] in _SERIOUS] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Continue paused-1").click()
        expect(rows).to_have_count(1)
        page.get_by_role("button", name="Drop paused-2").click()
        expect(page.locator("#held")).to_be_empty()
        assert [each.exception() is None for each in begun].count(True) == 1
    held = [each["held"][0]["ended"] for each in dashboard.control.requests.list(fault="look")]
    assert sorted(held) == ["continue", "drop"]


def test_a_name_that_is_a_script_is_shown_as_that(dashboard: Dashboard) -> None:
    dashboard.share("<script>document.title = 'run'</script>")
    dashboard.open("/resources?kind=shares")
    expect(dashboard.page.locator("main")).to_contain_text("<script>document.title = 'run'</script>")
    assert dashboard.page.title() == "Resources - fakemanila"


def test_what_has_the_focus_keeps_it(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/resources?kind=snapshots")
    button = page.get_by_role("button", name="Finish")
    button.focus()
    populated.control.clock.advance("10s")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0.167")
    expect(button).to_be_focused()


def test_everything_is_reached_by_keyboard(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/resources?kind=snapshots")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert {"Worlds", "Journal", "+ 10 s", "Finish", "Fail", "Hold"} <= reached


def test_a_hidden_page_asks_nothing(populated: Dashboard) -> None:
    page = populated.page
    populated.open("/journal")
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "fetch" else None)
    populated.share("unseen")
    page.wait_for_timeout(1500)
    assert asked == []


@pytest.mark.parametrize("dashboard", [{"color_scheme": "dark"}], indirect=True)
def test_it_is_dark_where_that_is_wanted(populated: Dashboard) -> None:
    populated.open("/resources?kind=snapshots")
    colour = populated.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert all(int(part) < 60 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    populated.picture("dark")


@pytest.mark.parametrize("dashboard", [NARROW], indirect=True)
def test_nothing_is_cut_off_on_a_narrow_screen(populated: Dashboard) -> None:
    for path in PAGES:
        populated.open(path)
        assert populated.page.evaluate("document.documentElement.scrollWidth") <= 400, path
        if "snapshots" in path:
            populated.picture("narrow")


DARK = {"color_scheme": "dark"}


@pytest.mark.parametrize(
    ("dashboard", "rules"), [({}, None), (DARK, COLOURS), (NARROW, LAYOUT)], indirect=["dashboard"], ids=str
)
def test_axe_finds_nothing_serious(populated: Dashboard, rules: list[str] | None) -> None:
    """The markup is always the same, so in the dark and on a telephone only what may differ is looked at."""
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    request = there(populated.control.requests.last())["id"]
    share = populated.share("another")
    for path in (*PAGES, f"/journal/{request}", f"/resources/shares/{share}"):
        populated.open(path)
        found = axe.run(populated.page, options=options).response["violations"]
        serious = [(path, each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in _SERIOUS]
        assert serious == []


_SERIOUS = ("serious", "critical")
