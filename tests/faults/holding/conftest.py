"""A server whose requests are held, and who makes them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakemanila import FakeManila

from .conversing import Caller, threads


@pytest.fixture(scope="module", params=[True, False], ids=["over a socket", "in-process"])
def server(request: pytest.FixtureRequest) -> Iterator[FakeManila]:
    with FakeManila(serve=request.param, clock="manual") as server:
        yield server


@pytest.fixture
def manila(server: FakeManila) -> FakeManila:
    server.reset()
    return server


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with threads() as pool:
        yield pool


@pytest.fixture
def caller(manila: FakeManila, pool: ThreadPoolExecutor) -> Caller:
    return Caller(manila, pool)
