"""The options by which the pytest plugin sweeps tests. Imports nothing but pytest before somebody asks for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fakemanila import FakeManila

ALL = "all"


def add_options(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--fakemanila-sweep",
        nargs="?",
        const=ALL,
        metavar="LIST",
        help="run each test that uses the fixture manila again for each of its requests and each kind of failure,"
        " all or those in the list: reset-after,503",
    )
    group.addoption(
        "--fakemanila-sweep-operations",
        metavar="PATTERN",
        help="sweep only requests for these operations, such as 'shares.*'; default: all of Manila's",
    )
    group.addoption(
        "--fakemanila-sweep-fail-on",
        default="failed,debris",
        metavar="LIST",
        help="the verdicts that fail a test; default: failed,debris; or none",
    )


def register(config: pytest.Config, manila: pytest.StashKey[FakeManila]) -> None:
    """Has tests be swept where that is asked for; `manila` is where an item has its world. Raises UsageError."""
    if config.getoption("--fakemanila-sweep"):
        from fakemanila.sweep import in_pytest

        config.pluginmanager.register(in_pytest.plugin(config, manila), "fakemanila-sweep")
