"""Against the shape of real Keystone's answers. `record` made the recording; nobody edits it by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakemanila.clock import Clock
from fakemanila.identity import Identity
from fakemanila.seeded import Seeded

from .asking import ask
from .shapes import fill, pick, shape

RECORDING = json.loads((Path(__file__).parents[2] / "fixtures" / "recorded" / "keystone-30.0.0.json").read_text())

OF_THE_SERVER = {"Connection", "Content-Length", "Content-Type", "Date", "Server", "x-openstack-request-id"}
"""Headers that whoever speaks HTTP adds."""


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    """The whole conversation once more; later exchanges need what earlier ones made."""
    identity = Identity(Clock(), Seeded(7))
    known: dict[str, str] = {}
    given = []
    for exchange in RECORDING["exchanges"]:
        tokens = {role: known.get(exchange[role], "garbage") for role in ("token", "subject") if exchange.get(role)}
        reply = ask(
            identity,
            exchange["method"],
            fill(exchange["path"], known),
            fill(exchange.get("body"), known),
            malformed="raw" in exchange,
            **tokens,
        )
        for name, source in exchange.get("save", {}).items() if reply.status < 300 else ():
            kind, _, key = source.partition(" ")
            known[name] = reply.headers[key] if kind == "header" else pick(reply.body, source)
        body = None if isinstance(reply.body, bytes) else reply.body
        given.append({"status": reply.status, "headers": set(reply.headers) - OF_THE_SERVER, "body": shape(body)})
    return given


@pytest.mark.parametrize("index", range(len(RECORDING["exchanges"])), ids=lambda i: RECORDING["exchanges"][i]["name"])
def test_answers_like_keystone(index: int, answers: list[dict[str, Any]]) -> None:
    recorded = RECORDING["exchanges"][index]["answer"]
    if recorded is None or recorded["status"] >= 500:
        # Where real Keystone crashes on a bad request, it is told here that it was one.
        assert 400 <= answers[index]["status"] < 500
        return
    expected = {**recorded, "headers": set(recorded["headers"]) - OF_THE_SERVER}
    assert answers[index] == expected
