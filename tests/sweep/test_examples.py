"""The examples that are projects of users leave no debris, wherever an answer gets lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..older_clients import openstacksdk_repeats_creates

EXAMPLES = Path(__file__).parents[2] / "examples"

needs_single_creates = pytest.mark.skipif(
    openstacksdk_repeats_creates(), reason="openstacksdk before 4.15 sends a create again by itself"
)


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("backup_tool", "it_waits_until_the_snapshot_is_there"),
        ("ceph_volumes", "a_volume_has_all_that_mounting_needs"),
        pytest.param("network_share", "the_share_is_mounted_from_the_network", marks=needs_single_creates),
        ("project_networks", "the_first_share_brings_a_server_with_it"),
    ],
)
def test_an_example_leaves_nothing_behind(project: pytest.Pytester, name: str, test: str) -> None:
    shutil.copytree(EXAMPLES / name, project.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    result = project.runpytest(
        *("-W", "ignore", "--tb=line", "-k", f"test_{test}", "--fakemanila-transport=in-process"),
        *("--fakemanila-sweep=reset-after", "--fakemanila-sweep-fail-on=debris"),
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines(["* run*: *"])
    result.stdout.no_fnmatch_line("* run*: *debris*")


@needs_single_creates
def test_the_one_that_is_made_for_it_gets_over_all_that_passes(project: pytest.Pytester) -> None:
    name = "operator_retry"
    shutil.copytree(EXAMPLES / name, project.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    result = project.runpytest(
        *("-W", "ignore", "-k", "test_a_share_is_made_and_waited_for", "--fakemanila-transport=in-process"),
        *("--fakemanila-sweep=reset-after,503,expired-token,ends-in-error,gone",),
    )
    result.stdout.fnmatch_lines(["* run*: *"])
    assert result.ret == 0
