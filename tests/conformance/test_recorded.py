"""Every recorded scenario, sent to this server and compared with what the real one answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..conftest import Running
from . import recordings, script
from .exchanges import Server

SCENARIOS = script.load()
EXPLAINED = recordings.known_differences()["explained"]


@pytest.fixture(scope="module")
def target(server: Running) -> Iterator[Any]:
    with Server(server.url, server.auth_url, interval=0.0, polls=20) as target:
        yield target


@pytest.mark.parametrize("name", SCENARIOS)
def test_answers_as_the_real_server_does(target: Server, name: str) -> None:
    recorded = recordings.read(recordings.newest(), name)
    lines = recordings.replay(SCENARIOS[name], target, recorded, EXPLAINED.get(name, {}))
    assert not lines, "\n".join([f"{name} differs from the real server:", *lines])
