"""A world for each test of the clients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .cloud import Cloud

if TYPE_CHECKING:
    from ..conftest import Running

_numbers = count(1)


@pytest.fixture
def cloud(server: Running) -> Iterator[Cloud]:
    name = f"client-{next(_numbers)}"
    yield Cloud(f"{server.url}/worlds/{name}", server.worlds.get(name))
    server.worlds.drop(name)


@pytest.fixture
def share(cloud: Cloud) -> Any:
    """A share of demo's."""
    return cloud.manila().shares.create("NFS", 1, name="data")


@pytest.fixture
def snapshot(cloud: Cloud, share: Any) -> Any:
    """A snapshot of demo's share."""
    return cloud.manila().share_snapshots.create(share, name="monday", description="d", metadata={"tier": "gold"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The clients warn of what is deprecated in the libraries below them: nothing that a test could do about."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("ignore"))
