"""A user's file with all of it in it type-checks strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

USE = """
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from keystoneauth1.session import Session
from openstack.connection import Connection

import fakemanila
from fakemanila import ControlFailure, FakeManila, Resource
from fakemanila.testing import FakeManilaMixin


@pytest.fixture
def share(manila: FakeManila) -> Iterator[Resource]:
    yield manila.create("share", name="db", size=5)


@pytest.mark.fakemanila(delays={"snapshots.create": "30s"}, clock="manual")
def test_it(manila: FakeManila, manila_connection: Connection, share: Resource) -> None:
    id: str = share.id
    assert share.refresh().status == "available" and share["size"] == 5
    manila.create("snapshot", share=share)
    now: datetime = manila.clock.now()
    ran: int = len(manila.clock.advance(timedelta(minutes=1)))
    rule: str = manila.faults.add("quota:snapshots", times=1)["id"]
    count: int = manila.requests.count(operation="snapshots.create")
    manila.requests.assert_called("snapshots.create", times=1, json={"name": id})
    manila.assert_records("snapshot", [{"name": "a"}])
    session: Session = manila.session("admin", project="demo")
    connection: Connection = manila.connect(shared_file_system_default_microversion="2.65")
    assert [each.name for each in connection.shared_file_system.shares()]
    assert [each.name for each in manila.client(microversion="2.65").shares.list()]
    other: FakeManila = manila.world("other")
    other.reset()
    print(manila.url, manila.auth_url, manila.report(), now, ran, rule, count, session)


@fakemanila.fake(seed=7, max_microversion="2.65", token_ttl=timedelta(hours=2))
def use(name: str, manila: FakeManila) -> int:
    try:
        return len(manila.records("share"))
    except ControlFailure as error:
        return error.status or 0


class TestIt(FakeManilaMixin):
    def test_it(self) -> None:
        self.assertEqual(self.manila.records("share"), [])


with FakeManila(serve=False, faults=["quota:shares"], scenario={"seed": 3}) as manila, FakeManila.attach("") as there:
    manila.state.load(there.state.dump())
"""


def check(source: str, folder: Path) -> tuple[str, int]:
    """What mypy has to say of a file, with as much to say of the package as if it were installed: nothing."""
    api = pytest.importorskip("mypy.api")
    file = folder / "test_use.py"
    file.write_text(source)
    out, err, status = api.run(["--strict", "--config-file=", "--follow-imports=silent", str(file)])
    assert not err
    return out, status


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_a_users_file_type_checks_strictly(tmp_path: Path) -> None:
    out, status = check(USE, tmp_path)
    assert status == 0, out


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    wrong = 'from fakemanila import FakeManila\nFakeManila(clock="fast")\nFakeManila(seeds=1)\n'
    out, status = check(wrong, tmp_path)
    assert status == 1
    assert [line.split(":")[1] for line in out.splitlines() if ": error:" in line] == ["2", "3"]
