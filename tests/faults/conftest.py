"""The clients' world for each test, and a look at whether the faults that a test is about have been met."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..clients.cloud import Cloud
from ..clients.conftest import cloud, share, snapshot
from .observing import create, status
from .trying import family_of

__all__ = ["cloud", "share", "snapshot"]


@pytest.fixture
def revertible(cloud: Cloud) -> Any:
    """A snapshot to which its share can be reverted."""
    admin = cloud.manila("admin")
    specs = {"snapshot_support": "True", "revert_to_snapshot_support": "True"}
    share_type = admin.share_types.create("gold", False, extra_specs=specs)
    share = create(cloud, share_type=share_type.id)
    status(cloud, share)
    return cloud.manila().share_snapshots.create(share)


@pytest.fixture(autouse=True)
def _tried_presets_fire(request: pytest.FixtureRequest) -> Iterator[None]:
    tried: tuple[str, ...] = getattr(request.function, "tried", ())
    found: Cloud | None = request.getfixturevalue("cloud") if tried else None
    yield
    if found is not None:
        each = getattr(request.node, "callspec", None)
        expected = {each.params["preset"]} if each and "preset" in each.params else set(tried)
        fired = {str(rule.preset) for rule in found.world.faults if rule.fired}
        assert {family_of(name) for name in expected} <= {family_of(name) for name in fired} & set(tried)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The clients warn of what is deprecated in the libraries below them: nothing that a test could do about."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name.startswith("test_presets_"):
            item.add_marker(pytest.mark.filterwarnings("ignore"))
