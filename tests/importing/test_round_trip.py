"""A world that starts from what was read of another one shows the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .clouds import SOME_OF_ALL, imported, shown, world


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        path: (before.get(path), after.get(path)) for path in [*before, *after] if before.get(path) != after.get(path)
    }


@pytest.mark.parametrize("scenario", [SOME_OF_ALL, "every-status", "cephfs", "old-release", "full-pool"])
def test_what_an_administrator_has_read_shows_everybody_the_same(scenario: Any, tmp_path: Path) -> None:
    with world(scenario) as first:
        found = imported(first, tmp_path)
        with world(found) as second:
            assert _differences(shown(first, "admin"), shown(second, "admin")) == {}
            assert _differences(shown(first, "demo"), shown(second, "demo")) == {}


@pytest.mark.parametrize("scenario", [SOME_OF_ALL, "every-status"])
def test_what_a_user_has_read_shows_them_the_same(scenario: Any, tmp_path: Path) -> None:
    with world(scenario) as first, world(imported(first, tmp_path, "demo")) as second:
        assert _differences(shown(first, "demo"), shown(second, "demo")) == {}
