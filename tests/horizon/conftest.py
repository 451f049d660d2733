"""The example as it is run, and a browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from fakemanila.control.client import ControlClient

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "horizon"
VENV = ROOT / ".venv-horizon"
LOG = ROOT / ".cache" / "horizon.log"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURES = os.environ.get("FAKEMANILA_PICTURES")
"""The folder that pictures of the pages are written to; nowhere when it isn't set."""
PATIENCE = 60_000
"""Milliseconds: a machine that is busy with other tests is slow."""


class Example(NamedTuple):
    """What runs, as it said itself."""

    process: subprocess.Popen[str]
    url: str
    user: str
    password: str
    fakemanila: str

    def end(self, number: int) -> int:
        """Sends it a signal, and returns what it says to a shell."""
        with self.process as process:
            process.send_signal(number)
            return process.wait(timeout=60)


def start() -> Example:
    """Runs the example and waits until it says that it is ready. Whoever starts it ends it. Its log goes to `LOG`."""
    command: list[str | Path] = [sys.executable, EXAMPLE / "run.py"]
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    words = dict(re.findall(r"(\w+)=(\S+)", line))
    assert line.startswith("horizon ready "), f"it said {line!r}; see {LOG}"
    return Example(process, **words)


@pytest.fixture(scope="session")
def example() -> Iterator[Example]:
    LOG.unlink(missing_ok=True)
    running = start()
    yield running
    running.end(signal.SIGTERM)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("FAKEMANILA_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path is not None, "there is no Chromium on this machine"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Dashboard:
    """Horizon in a window, and the world that it shows."""

    def __init__(self, page: Page, example: Example) -> None:
        self.page = page
        self.example = example
        self.control = ControlClient(example.fakemanila)

    def log_in(self, user: str) -> None:
        self.open("/auth/login/")
        self.page.get_by_label("User Name").fill(user)
        self.page.locator("#id_password").fill(self.example.password)
        self.page.get_by_role("button", name="Sign In").click()
        self.page.wait_for_url("**/project/shares/")

    def open(self, path: str) -> None:
        self.page.goto(self.example.url.rstrip("/") + path)

    def row(self, text: str) -> Locator:
        """The row of a table that has this text in one of its cells."""
        cell = self.page.locator("td", has_text=re.compile(rf"^\s*{re.escape(text)}\s*$"))
        return self.page.locator("tbody tr[data-object-id]").filter(has=cell)

    def act(self, row: str, action: str) -> None:
        """Chooses an action of a row, from its menu unless it is the one that is shown."""
        found = self.row(row)
        wanted = found.locator(".actions_column").get_by_text(action, exact=True)
        found.wait_for()
        if not wanted.is_visible():
            found.locator(".dropdown-toggle").click()
        wanted.click()

    def submit(self, button: str) -> None:
        """Sends the form that is open, and waits until Horizon has taken it."""
        self.page.locator(".modal-dialog").get_by_role("button", name=button, exact=True).click()
        self.page.locator(".modal-dialog").wait_for(state="hidden")

    def confirm(self, button: str) -> None:
        """Answers the question whether one is sure."""
        self.page.locator(".modal-dialog").get_by_text(button, exact=True).click()

    def complaints(self) -> list[str]:
        """What the page says went wrong."""
        return self.page.locator(".alert-danger:visible, .alert-warning:visible").all_inner_texts()

    def picture(self, name: str) -> None:
        """Keeps how the page looks, for the documentation."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture
def dashboard(chromium: Browser, example: Example) -> Iterator[Dashboard]:
    """The example's world as it begins, on a clock that the test moves; nobody is logged in.

    Afterwards no page may have had an error of JavaScript, and no call may have been asked that isn't there.
    """
    context = chromium.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(PATIENCE)
    shown = Dashboard(page, example)
    shown.control.reset()
    shown.control.clock.set(mode="manual")
    yield shown
    context.close()
    assert not errors
    assert not list(wrong_answers(shown.control))


def wrong_answers(control: ControlClient) -> Iterator[str]:
    """What Horizon asked for that isn't there, and what of its requests the contract doesn't know."""
    for entry in control.requests.list():
        asked = f"{entry['method']} {entry['path']}: {entry['status']}"
        # A page may ask for records that are gone, and with tokens of another test's world: those calls are there.
        if (entry["operation"] is None and entry["status"] != 401) or entry["status"] >= 500:
            yield asked
        for warning in entry.get("contract_warnings") or ():
            yield f"{asked}, {warning}"
