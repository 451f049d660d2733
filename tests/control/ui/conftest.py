"""A real browser, Debian's Chromium unless the environment names another, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fakemanila.control.client import ControlClient

from ...conftest import Running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURES = os.environ.get("FAKEMANILA_PICTURES")
"""The folder that pictures of the pages are written to; nowhere when it isn't set."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Until the module ends: Playwright keeps an event loop running, and other tests want one of their own."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("FAKEMANILA_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Dashboard:
    """A world's dashboard in a window, and a client of the world."""

    def __init__(self, page: Any, server_url: str, world: str) -> None:
        self.page = page
        self.url = f"{server_url}/worlds/{world}"
        self.control = ControlClient(server_url).world(world)
        auth: dict[str, Any] = {
            "identity": {"methods": ["password"], "password": _PASSWORD},
            "scope": {"project": _PROJECT},
        }
        answer = requests.post(f"{self.url}/identity/v3/auth/tokens", json={"auth": auth}, timeout=30)
        self.headers = {
            "X-Auth-Token": answer.headers["X-Subject-Token"],
            "X-OpenStack-Manila-API-Version": "2.65",
        }

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}/_fakemanila/ui{path}")

    def api(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{self.url}/v2{path}", json=body, headers=self.headers, timeout=30)

    def share(self, name: str = "db") -> str:
        share = {"share": {"share_proto": "NFS", "size": 1, "name": name}}
        return str(self.api("POST", "/shares", share).json()["share"]["id"])

    def snapshot(self, share_id: str, name: str) -> requests.Response:
        return self.api("POST", "/snapshots", {"snapshot": {"share_id": share_id, "name": name}})

    def picture(self, name: str) -> None:
        """Keeps how the page looks, for the documentation."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


_DOMAIN = {"id": "default"}
_PASSWORD = {"user": {"name": "demo", "domain": _DOMAIN, "password": "secret"}}
_PROJECT = {"name": "demo", "domain": _DOMAIN}


@pytest.fixture
def dashboard(chromium: Any, server: Running, request: pytest.FixtureRequest) -> Iterator[Dashboard]:
    """A new world with a manual clock; `indirect` parameters are those of the browser's context."""
    world = request.function.__name__.removeprefix("test_").replace("_", "-")[:40]
    context = chromium.new_context(**{"viewport": {"width": 1200, "height": 800}, **getattr(request, "param", {})})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(10_000)
    shown = Dashboard(page, server.url, world)
    shown.control.clock.set("2026-01-01T00:00:00", mode="manual")
    yield shown
    page.goto("about:blank")  # a context whose page is just being loaded may take for ever to close
    context.close()
    shown.control.worlds.drop(world)
    assert not errors
