"""A picture beside a test that failed: what went on in its worlds, in the order of time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fakemanila import FakeManila

SECTION = "fakemanila timeline"


def add_options(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--fakemanila-timelines",
        metavar="DIR",
        help="write SVG pictures of the worlds of failed tests to this folder",
    )


def sections(item: pytest.Item, manila: FakeManila) -> list[tuple[str, str]]:
    """Writes the pictures of a failed test, where somebody wants them, and says where they are."""
    folder: str | None = item.config.getoption("--fakemanila-timelines")
    if not folder:
        return []
    written = []
    for each in manila._all():
        world = "" if each is manila else f"-{each.world_name}"
        path = Path(folder) / f"{_file_name(item.nodeid)}{world}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(each._past().timeline(), encoding="utf-8")
        written.append(str(path))
    return [(SECTION, "\n".join(written))]


def _file_name(nodeid: str) -> str:
    """A test's name as a file may have it: ``tests/test_a.py::test_b[c]`` is ``tests.test_a.py-test_b-c``."""
    return re.sub(r"[^\w.-]+", "-", nodeid.replace("/", ".")).strip("-")[-200:]
