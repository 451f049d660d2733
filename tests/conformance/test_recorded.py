"""Every recorded scenario, sent to this server and compared with what the real one answered."""

from __future__ import annotations

import pytest

from fakemanila.compare import report, script

from . import recordings
from .in_process import InProcess

SCENARIOS = script.load()
EXPLAINED = report.known_differences()["explained"]


@pytest.fixture(scope="module")
def target() -> InProcess:
    """Its clock runs, as the recorded one's did."""
    return InProcess(rate=1.0, start=None)


@pytest.mark.parametrize("name", SCENARIOS)
def test_answers_as_the_real_server_does(target: InProcess, name: str) -> None:
    recorded = recordings.read(recordings.newest(), name)
    lines = report.replay(SCENARIOS[name], target, recorded, EXPLAINED.get(name, {}))
    assert not lines, "\n".join([f"{name} differs from the real server:", *lines])
