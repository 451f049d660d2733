"""Fixtures for every test: a server on a free port, and the world behind it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import HealthCheck, settings

from fakemanila import pytest_plugin
from fakemanila.app import application
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds

from .api import Api

# How long an example takes says what else the machine does.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded and collected stays until the end, so nobody has to look through it for garbage time and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Its runs have fakemanila's plugin alone: looking for all that are installed takes longer than most runs."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", pytest_plugin.__name__)
    # pytest looks through all packages for one that is named, but not for one that it is given.
    monkeypatch.setattr(pytester, "inline_run", partial(pytester.inline_run, plugins=(pytest_plugin,)))
    return pytester


@pytest.fixture
def all_plugins(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has its runs look for them, as those of users do."""
    for name in ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(pytester, "inline_run", partial(pytester.inline_run, plugins=()))


@dataclass(frozen=True)
class Running:
    """A running server: its address and the worlds it serves."""

    url: str
    auth_url: str
    worlds: Worlds


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    worlds = Worlds()
    served = Server(application(worlds), stopping=worlds.stopping)
    served.start()
    yield Running(served.url, f"{served.url}/identity/v3", worlds)
    served.stop()


@pytest.fixture
def api() -> Api:
    """A new world whose clock stands still, called without a socket."""
    return Api()
