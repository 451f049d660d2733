"""Draws the pictures of the README that no test of the dashboard makes: `make pictures`.

`python -m tests.pages.readme_pictures FOLDER` writes sweep.png, which shows what a sweep of the first program in
docs/how-to/sweep.md prints, and dashboard.png. It needs the Chromium of the dashboard's tests.
"""

from __future__ import annotations

import html
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from fakemanila import FakeManila

from ..control.ui.conftest import BROWSERS
from .blocks import blocks

COMMANDS = (
    "fakemanila sweep --timeout 5s -- python provision.py",
    "fakemanila sweep --only 2:reset-after -- python provision.py",
)
COLOURS = {"debris": "#f0a35e", "hung": "#f0a35e", "failed": "#ef7f7f"}
STYLE = """
body { margin: 0; background: #1d2330; }
pre { box-sizing: border-box; width: 980px; margin: 0; padding: 18px 22px; background: #1d2330; color: #d7dce5;
      font: 14px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
b { color: #ffffff; }
"""


def printed(folder: Path) -> str:
    """The commands and what they print, as HTML."""
    parts = []
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in COMMANDS:
        run = subprocess.run(
            shlex.split(command), cwd=folder, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, text=True
        )
        text = html.escape(run.stdout, quote=False)
        for verdict, colour in COLOURS.items():
            text = re.sub(rf"(?m)^(\S+ +){verdict}\b", rf'\1<span style="color: {colour}">{verdict}</span>', text)
        parts.append(f"<b>$ {html.escape(command)}</b>\n{text}")
    return "\n".join(parts)


def draw_sweep(browser: Any, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for block in blocks("how-to/sweep", "python")[:2]:  # the program with its bug; the page mends it afterwards
            name, _, program = block.text.removeprefix("# ").partition("\n")
            (Path(folder) / name).write_text(program, encoding="utf-8")
        text = printed(Path(folder))
    page = browser.new_page(viewport={"width": 980, "height": 600})
    page.set_content(f"<style>{STYLE}</style><pre>{text}</pre>")
    page.locator("pre").screenshot(path=target)


def draw_dashboard(browser: Any, target: Path) -> None:
    delays = {"shares.create": "5m", "shares.delete": "2m", "shares.extend": "4m"}
    with FakeManila(seed=7, clock="manual", delays=delays) as manila:
        demo = manila.client()
        web, db, old, home = (manila.create("share", name=name, size=10).id for name in ("web", "db", "old", "home"))
        manila.faults.add("error-deleting", resource={"name": "old"}, times=1)
        demo.shares.delete(old)
        manila.clock.advance("3m")
        demo.shares.extend(db, 20)
        demo.shares.delete(home)
        demo.shares.create("NFS", 5, name="cache")
        manila.client("alt_demo").shares.create("CIFS", 1, name="office")
        manila.clock.advance("70s")
        assert demo.shares.get(web).status == "available"
        page = browser.new_page(viewport={"width": 1200, "height": 640})
        page.goto(f"{manila.url}/_fakemanila/ui/resources?kind=shares")
        page.screenshot(path=target)


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("FAKEMANILA_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        draw_dashboard(browser, folder / "dashboard.png")
        draw_sweep(browser, folder / "sweep.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
