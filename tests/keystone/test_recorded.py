"""Against real Keystone's answers. `record` made the recording; nobody edits it by hand."""

from __future__ import annotations

import json
from typing import Any

from fakemanila import FakeManila

from .record import RECORDED, converse

RECORDING = json.loads((RECORDED / "keystone-30.0.0.json").read_text())
EXCHANGES = RECORDING["exchanges"]


def test_answers_like_keystone() -> None:
    """The whole conversation once more; later exchanges need what earlier ones made."""
    with FakeManila() as manila:
        answers = converse(f"{manila.url}/identity", EXCHANGES)
    differences = []
    for exchange, given in zip(EXCHANGES, answers, strict=True):
        if given is None or not _fits(exchange["answer"], given):
            lines = (f"  expected {json.dumps(exchange['answer'])}", f"  got      {json.dumps(given)}")
            differences.append("\n".join([exchange["name"], *lines]))
    assert not differences, "\n\n".join(["differs from the real Keystone:", *differences])


def _fits(recorded: dict[str, Any] | None, given: dict[str, Any]) -> bool:
    if recorded is None or recorded["status"] >= 500:
        # Where real Keystone crashes on a bad request, it is told here that it was one.
        return given["status"] in range(400, 500)
    return given == recorded
