"""Against real Keystone's answers. `record` made the recording; nobody edits it by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakemanila import FakeManila

from .record import RECORDED, converse

RECORDING = json.loads((RECORDED / "keystone-30.0.0.json").read_text())
EXCHANGES = RECORDING["exchanges"]


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any] | None]:
    """The whole conversation once more; later exchanges need what earlier ones made."""
    with FakeManila() as manila:
        return converse(f"{manila.url}/identity", EXCHANGES)


@pytest.mark.parametrize("index", range(len(EXCHANGES)), ids=lambda i: EXCHANGES[i]["name"])
def test_answers_like_keystone(index: int, answers: list[dict[str, Any] | None]) -> None:
    recorded, given = EXCHANGES[index]["answer"], answers[index]
    assert given is not None
    if recorded is None or recorded["status"] >= 500:
        # Where real Keystone crashes on a bad request, it is told here that it was one.
        assert 400 <= given["status"] < 500
        return
    assert given == recorded
