"""A project of a user of the pytest plugin."""

from __future__ import annotations

import warnings
from importlib import import_module

import pytest

# pytester forgets what a run imports, halves of packages too: so all of it is there before.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the clients warn of each other
    clients = ("keystoneauth1.session", "manilaclient.v2.client", "openstack.connection")
    for name in (*clients, "fakemanila.python.fake_manila"):
        import_module(name)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project without the plugins that have tests of their own here; `runpytest` runs in this process."""
    (pytester.path / "pytest.ini").write_text("[pytest]\naddopts = -p no:randomly -p no:asyncio\n")
    return pytester


@pytest.fixture
def full_project(project: pytest.Pytester, all_plugins: None) -> pytest.Pytester:
    """One with the other plugins that are installed."""
    return project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The clients warn of what is deprecated in the libraries below them: nothing that a test could do about."""
    for item in items:
        if item.path.parent.name == "python":
            item.add_marker(pytest.mark.filterwarnings("ignore::DeprecationWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"))
