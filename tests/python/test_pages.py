"""The pages about Python name everything there is, and their examples work as they stand."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path

import pytest

import fakemanila
from fakemanila import FakeManila, pytest_plugin, testing
from fakemanila.control import client
from fakemanila.pytest_plugin import conduct, sweep, timeline
from fakemanila.python import options
from fakemanila.python.orders import Orders

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")

HEADER = """
import time
import unittest

import keystoneauth1.exceptions
import pytest
import requests
from freezegun import freeze_time

import fakemanila
from fakemanila import FakeManila, Replay
from fakemanila.testing import FakeManilaMixin

def backup(client):
    snapshot = client.share_snapshots.create(client.shares.create("NFS", 1))
    while snapshot.status == "creating":
        time.sleep(5)
        snapshot = client.share_snapshots.get(snapshot.id)

"""


def section(title: str) -> str:
    return REFERENCE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def public(thing: object) -> list[str]:
    return [name for name in vars(thing) if not name.startswith("_")]


def test_every_name_of_the_package_is_there() -> None:
    for name in set(fakemanila.__all__) - {"__version__"}:
        assert f"`{name}`" in section("fakemanila"), name


def test_every_keyword_and_member_of_a_fake_manila_is_there() -> None:
    text = section("FakeManila")
    for name in [*inspect.signature(FakeManila).parameters, *public(FakeManila), *public(Orders)]:
        assert re.search(rf"`{name}[`(]", text), name


@pytest.mark.parametrize(
    "part", ["Clock", "Delays", "Faults", "Paused", "Requests", "Transitions", "State", "Scenario"]
)
def test_every_call_of_the_parts_is_there(part: str) -> None:
    lines = [line for line in section("Control calls").splitlines() if line.startswith(f"| `{part.lower()}.")]
    for name in public(getattr(client, part)):
        assert re.search(rf"\.{name}\(", "\n".join(lines)), f"{part}.{name}"


def test_every_fixture_option_and_keyword_of_the_plugin_is_there() -> None:
    text = section("pytest")
    source = "".join(map(inspect.getsource, (pytest_plugin, conduct, sweep, timeline)))
    fixtures = re.findall(r"^@pytest\.fixture.*\ndef (\w+)\(", source, re.MULTILINE)
    ini = re.findall(r'addini\("(\w+)"', source)
    flags = re.findall(r'addoption\(\s*"(--[\w-]+)"', source)
    assert len(fixtures) == 5
    for name in (*fixtures, *ini, *flags):
        assert f"`{name}`" in text, name
    table = section("FakeManila").partition("\n\n| member")[0]
    between = table[table.index("| `seed`") : table.index("| `policy`")]
    assert all(f"`{name}`" in between for name in options.OPTIONS)


def test_everything_for_other_test_runners_is_there() -> None:
    text = section("fakemanila.testing")
    assert "FakeManilaMixin" in text
    assert "`manila_options`" in text
    assert set(public(testing.FakeManilaMixin)) == {"manila_options", "setUpClass", "setUp"}


def examples(page: Path) -> str:
    """The Python of a page as one test file; what is no test becomes one."""
    tests = [HEADER]
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)):
        if any(isinstance(node, ast.With) for node in ast.parse(block).body):
            block = f"def test_block_{number}():\n{textwrap.indent(block, '    ')}"
        # Several examples may show the same test.
        tests.append(re.sub(r"def (test_\w+)", rf"def \1_{number}", block))
    return "\n\n".join(tests)


@pytest.mark.parametrize(
    "name",
    [
        "reference/python",
        "reference/identity",
        "reference/conduct",
        "how-to/cephfs",
        "how-to/checkpoints",
        "how-to/conduct",
        "how-to/extend",
        "how-to/neighbours",
        "how-to/networks",
        "how-to/parallel-tests",
        "how-to/proxies-and-tls",
        "how-to/races",
        "how-to/releases",
        "how-to/time",
        "how-to/why",
    ],
)
def test_the_examples_of_a_page_work_as_they_stand(project: pytest.Pytester, name: str) -> None:
    text = examples(DOCS / f"{name}.md")
    project.makepyfile(text)
    result = project.runpytest("-W", "ignore")
    expected = len(re.findall(r"^ *def test_", text, re.MULTILINE))
    assert result.ret == (0 if expected else pytest.ExitCode.NO_TESTS_COLLECTED)
    result.assert_outcomes(passed=expected)
