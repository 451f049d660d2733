"""The examples that are projects of users: their own tests pass, against the fakemanila beside them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ..conftest import Running
from ..older_clients import openstacksdk_repeats_creates

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def clients() -> None:
    """Imports the clients before `pytester` notes which modules are there.

    It drops those that come later. Of a client that was there in part, some modules would then be loaded twice, with
    two of each exception.
    """
    for module in ("keystoneauth1.loading", "manilaclient.client", "openstack.connection"):
        pytest.importorskip(module)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("backup_tool", ()),
        ("ceph_volumes", ()),
        ("network_share", ("no-microversion",)),  # a connection of openstacksdk's has none unless it is told to
        ("operator_retry", ("no-microversion",)),
        ("project_networks", ("polls-without-backoff",)),  # a new share server takes minutes
    ],
)
def test_an_examples_own_tests_pass_and_its_conduct_is_good(
    clients: None, name: str, allowed: tuple[str, ...], pytester: pytest.Pytester
) -> None:
    """Within this process, which has imported the clients already."""
    if name == "operator_retry" and openstacksdk_repeats_creates():
        allowed += ("same-create-twice",)
    shutil.copytree(EXAMPLES / name, pytester.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    pytester.makeini("\n    ".join(("[pytest]\nfakemanila_allow_conduct =", *allowed)))
    pytester.syspathinsert()
    assert pytester.runpytest_inprocess("-p", "no:asyncio", "--fail-on-conduct").ret == 0


def test_a_go_program_uses_it_with_nothing_but_http(server: Running, tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("there is no go here")
    environment = {
        "HOME": str(tmp_path),
        "PATH": str(Path(go).parent),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "FAKEMANILA_URL": f"{server.url}/worlds/go",
    }
    run = subprocess.run([go, "run", "."], cwd=EXAMPLES / "go", env=environment, capture_output=True, text=True)
    server.worlds.drop("go")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["from-go creating", "from-go available"]
