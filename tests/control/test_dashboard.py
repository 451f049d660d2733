"""The dashboard's pages and buttons, without a browser."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from fakemanila.app import application
from fakemanila.control.access import Access
from fakemanila.scenario.seeding import seed
from fakemanila.world.clock import LATEST

from ..api import Api, there

UI = "/_fakemanila/ui"
PAGES = ("/", "/resources", "/capacity", "/faults", "/journal")


class Browser:
    """Follows links and presses buttons of a world's dashboard."""

    def __init__(self, api: Api, prefix: str = "", access: Access | None = None) -> None:
        self.client = application(api.worlds, access).test_client()
        self.prefix = prefix

    def get(self, path: str, **options: dict[str, str]) -> TestResponse:
        return self.client.get(f"{self.prefix}{UI}{path}", **options)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def press(self, path: str, *, page: str = "/", **form: str) -> TestResponse:
        """Sends a form with the proof that the page has."""
        proof = there(re.search(r'name="form" value="([^"]+)"', self.get(page).text))
        return self.client.post(f"{self.prefix}{UI}{path}", data={"form": proof[1], **form})


@pytest.fixture
def api() -> Api:
    return Api(delays={"snapshots.create": "60s"})


@pytest.fixture
def browser(api: Api) -> Browser:
    return Browser(api)


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_world_says_what_to_do_next(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/login"])
def test_every_page_allows_a_browser_as_little_as_possible(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_neither_scripts_nor_styles_of_their_own(browser: Browser, path: str) -> None:
    text = browser.get(path).text
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on\w+=", text)


@pytest.mark.parametrize("name", ["live.js", "style.css", "icon.svg"])
def test_what_a_page_needs_comes_from_the_server(browser: Browser, name: str) -> None:
    with browser.get(f"/static/{name}") as answer:
        assert answer.status_code == 200


class TestResources:
    def test_are_listed_with_what_is_under_way(self, api: Api, browser: Browser) -> None:
        snapshot = api.make_snapshot(name="before")
        text = browser.text("/resources?kind=snapshots")
        assert snapshot["id"] in text
        assert 'class="status busy">creating' in text
        assert "snapshots.create, in 1 min" in text
        assert 'value="0.000"' in text
        browser.press("/clock", to="10s")
        assert 'value="0.167"' in browser.text("/resources?kind=snapshots")

    def test_are_found_by_name_status_and_id(self, api: Api, browser: Browser) -> None:
        first, second = (api.make_share(name=name) for name in ("first", "second"))
        assert second["id"] not in browser.text("/resources?kind=shares&q=FIR")
        assert second["id"] in browser.text("/resources?kind=shares&q=available")
        assert first["id"] not in browser.text(f"/resources?kind=shares&q={second['id']}")
        assert "None of the shares" in browser.text("/resources?kind=shares&q=third")

    def test_are_sorted(self, api: Api, browser: Browser) -> None:
        for name in ("b", "a", "c"):
            api.make_share(name=name)
        names = re.findall(r'data-label="Name">(\w)<', browser.text("/resources?kind=shares&sort=name"))
        assert names == ["a", "b", "c"]

    def test_come_in_pages(self, api: Api, browser: Browser) -> None:
        snapshot = seed(api.world, "snapshot", share=seed(api.world, "share")["id"])
        for number in range(59):
            api.world.store["snapshots"].add({**snapshot, "id": f"snapshot-{number}", "name": f"n{number}"})
        first = browser.text("/resources?kind=snapshots")
        assert first.count('data-label="Name"') == 50
        assert "Page 1 of 2" in first
        assert browser.text("/resources?kind=snapshots&page=1").count('data-label="Name"') == 10

    def test_are_shown_as_the_api_does_at_a_microversion(self, api: Api, browser: Browser) -> None:
        share = api.make_share(name="db")
        assert '"has_replicas"' in browser.text(f"/resources/shares/{share['id']}")
        assert '"has_replicas"' not in browser.text(f"/resources/shares/{share['id']}?microversion=2.6")
        assert browser.get(f"/resources/shares/{share['id']}?microversion=3.0").status_code == 400

    def test_lead_to_their_relations(self, api: Api, browser: Browser) -> None:
        snapshot = api.make_snapshot(name="before")
        share_page = browser.text(f"/resources/shares/{snapshot['share_id']}")
        assert f"/resources/snapshots/{snapshot['id']}" in share_page
        assert f"/resources/shares/{snapshot['share_id']}" in browser.text(f"/resources/snapshots/{snapshot['id']}")

    def test_that_are_gone_are_404(self, browser: Browser) -> None:
        assert browser.get("/resources/shares/none").status_code == 404
        assert browser.get("/resources/nothings/none").status_code == 404

    def test_show_names_as_they_are_and_run_none(self, api: Api, browser: Browser) -> None:
        share = api.make_share(name="<script>alert(1)</script>")
        for path in ("/resources?kind=shares", f"/resources/shares/{share['id']}", "/journal"):
            assert "<script>alert" not in browser.get(path).text
        assert "&lt;script&gt;alert(1)" in browser.get("/resources?kind=shares").text
        request = browser.get(f"/journal/{api.journal[-1].id}").text
        assert "<script>alert" not in request


class TestTransitions:
    @pytest.mark.parametrize(("outcome", "status"), [("success", "available"), ("error", "error")])
    def test_are_ended_by_a_button(self, api: Api, browser: Browser, outcome: str, status: str) -> None:
        snapshot = api.make_snapshot()
        (pending,) = api.world.scheduler.pending()
        answer = browser.press(f"/transitions/{pending.id}", outcome=outcome, here=f"{UI}/resources?kind=snapshots")
        assert answer.headers["Location"] == f"{UI}/resources?kind=snapshots"
        assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == status

    def test_are_held_and_released(self, api: Api, browser: Browser) -> None:
        api.make_snapshot()
        (pending,) = api.world.scheduler.pending()
        browser.press(f"/transitions/{pending.id}", outcome="hold")
        browser.press("/clock", to="idle")
        assert "Release" in browser.text("/resources?kind=snapshots")
        browser.press(f"/transitions/{pending.id}", outcome="release")
        browser.press("/clock", to="1min")
        assert not api.world.scheduler.pending()

    def test_that_have_ended_meanwhile_are_no_error(self, browser: Browser) -> None:
        assert browser.press("/transitions/gone", outcome="success").status_code == 303

    def test_have_no_other_outcome(self, api: Api, browser: Browser) -> None:
        api.make_snapshot()
        (pending,) = api.world.scheduler.pending()
        assert browser.press(f"/transitions/{pending.id}", outcome="explode").status_code == 400


def test_the_clock_is_moved_stopped_and_started(api: Api, browser: Browser) -> None:
    before = api.world.now()
    browser.press("/clock", to="1min")
    assert (api.world.now() - before).total_seconds() == 60
    assert "stands still" in browser.text("/")
    browser.press("/clock", to="resume")
    assert api.world.clock.rate == 1
    browser.press("/clock", to="pause")
    assert api.world.clock.rate == 0
    assert browser.press("/clock", to="yesterday").status_code == 400


def test_the_clock_is_not_moved_past_the_end_of_time(api: Api, browser: Browser) -> None:
    api.world.set_clock(LATEST)
    answer = browser.press("/clock", to="1min")
    assert answer.status_code == 400
    assert "goes past 9000" in answer.text


class TestFaults:
    def test_are_added_counted_and_removed(self, api: Api, browser: Browser) -> None:
        browser.press("/faults", preset="quota:<resource>", parameter="snapshots", project="demo", times="1")
        (rule,) = api.world.faults
        assert (rule.preset, rule.match.spec["project"], rule.when.to_json()["times"]) == ("quota:snapshots", "demo", 1)
        assert api.post("/v2/snapshots", {"snapshot": {"share_id": api.make_share()["id"]}}).status == 413
        assert 'data-label="Fired">1<' in browser.text("/faults")
        browser.press(f"/faults/{rule.id}/delete")
        assert not list(api.world.faults)

    def test_that_are_wrong_are_refused_with_the_reason(self, api: Api, browser: Browser) -> None:
        answer = browser.press("/faults", preset="qota:snapshots")
        assert answer.status_code == 400
        assert "quota" in unescape(answer.text)
        assert not list(api.world.faults)

    def test_show_what_they_nearly_matched(self, api: Api, browser: Browser) -> None:
        api.world.faults.add("lb-502", operation="shares.list", project="alt_demo")
        api.get("/v2/shares")
        assert "shares.list: not project" in browser.text("/faults")


class TestTheJournal:
    def test_is_filtered(self, api: Api, browser: Browser) -> None:
        api.get("/v2/shares")
        api.get("/v2/snapshots")
        assert "/v2/shares" not in browser.text("/journal?operation=snapshots.*").partition("<h1>")[2]
        assert "No request matches" in browser.text("/journal?status=5xx")
        assert browser.get("/journal?operation=snapshots.lst").status_code == 400

    def test_opens_a_request_with_both_sides_and_a_command(self, api: Api, browser: Browser) -> None:
        api.make_share(name="it's")
        text = browser.text(f"/journal/{api.journal[-1].id}")
        assert '"share_proto": "NFS"' in text
        assert "-X POST http://localhost/v2/shares" in text
        assert "X-Auth-Token: $OS_TOKEN" in text
        assert "X-Auth-Token</th><td" in text
        assert api.token() not in text

    def test_says_why_a_request_was_refused(self, api: Api, browser: Browser) -> None:
        assert api.post("/v2/shares", {"share": {}}, user="demo_reader").status == 403
        page = browser.text(f"/journal/{api.journal[-1].id}")
        assert "<h2>Why</h2>" in page
        assert "the role member would be enough" in page
        api.get("/v2/shares")
        assert "<h2>Why</h2>" not in browser.text(f"/journal/{api.journal[-1].id}")

    def test_forgets(self, browser: Browser) -> None:
        assert browser.get("/journal/req-none").status_code == 404


class TestWorlds:
    def test_are_made_opened_reset_and_dropped(self, api: Api, browser: Browser) -> None:
        answer = browser.press("/worlds", name="other")
        assert answer.headers["Location"] == f"/worlds/other{UI}/"
        other = Browser(api, "/worlds/other")
        api.at(world="other").make_share(name="theirs")
        assert "theirs" in other.text("/resources?kind=shares")
        assert "theirs" not in browser.text("/resources?kind=shares")
        other.press("/reset")
        assert "theirs" not in other.text("/resources?kind=shares")
        browser.press("/worlds/other/drop")
        assert "other" not in api.worlds

    def test_have_names(self, browser: Browser) -> None:
        assert browser.press("/worlds", name="no/name").status_code == 400

    def test_say_how_to_reach_them(self, api: Api) -> None:
        assert "OS_AUTH_URL=http://localhost/worlds/w/identity/v3" in Browser(api, "/worlds/w").text("/")


class TestWhoMay:
    def test_a_form_from_elsewhere_is_refused(self, api: Api, browser: Browser) -> None:
        assert browser.client.post(f"{UI}/reset", data={"form": "guessed"}).status_code == 403
        assert browser.client.post(f"{UI}/reset", data={"form": "é"}).status_code == 403
        assert browser.client.post(f"{UI}/reset").status_code == 403

    def test_another_origin_or_name_is_refused(self, browser: Browser) -> None:
        assert browser.get("/", headers={"Origin": "http://evil.example"}).status_code == 403
        assert browser.get("/", headers={"Host": "rebound.example"}).status_code == 403

    def test_the_control_token_is_asked_for_where_there_is_one(self, api: Api) -> None:
        browser = Browser(api, access=Access("s3cret"))
        assert browser.get("/").headers["Location"] == f"{UI}/login"
        assert browser.press("/login", page="/login", token="wrong").status_code == 401
        answer = browser.press("/login", page="/login", token="s3cret")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "s3cret" not in cookie
        assert browser.get("/").status_code == 200

    def test_whoever_is_logged_in_is_not_at_another_deployment_with_the_same_key(self, api: Api) -> None:
        browser, other = Browser(api, access=Access("s3cret")), Browser(api, access=Access("other"))
        for each in (browser, other):
            each.client.application.secret_key = "the user's own"
        browser.press("/login", page="/login", token="s3cret")
        cookie = there(browser.client.get_cookie("fakemanila_session"))
        other.client.set_cookie("fakemanila_session", cookie.value)
        assert other.get("/").status_code == 303
        assert browser.get("/").status_code == 200

    def test_a_button_leads_to_no_other_site(self, browser: Browser) -> None:
        for here in ("//evil.example", "http://evil.example", "/\\evil.example"):
            answer = browser.press("/clock", to="pause", here=here)
            assert answer.headers["Location"].startswith(f"{UI}/")


def test_nothing_of_the_dashboard_is_in_the_journal(api: Api, browser: Browser) -> None:
    browser.get("/")
    browser.press("/clock", to="pause")
    assert api.journal == []
