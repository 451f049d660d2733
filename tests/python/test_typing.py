"""A user's file with all of it in it type-checks strictly, by mypy and by pyright."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

from fakemanila import FakeManila, testing

ROOT = Path(__file__).resolve().parents[2]

USE = """
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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
    with manila.breakpoint("snapshots.create", at="answer", project="demo", times=1) as held:
        operation: str | None = held.wait(timeout=5).operation
        held.respond(status=503)
    with manila.barrier("shares.create", count=2, order=[{"user": "demo"}], max=timedelta(seconds=5)) as held:
        print([request.id for request in held], operation)
    other: FakeManila = manila.world("other")
    other.reset()
    print(manila.url, manila.auth_url, manila.report(), now, ran, rule, count, session)
    manila.delays["snapshots.create"] = timedelta(seconds=30)
    manila.delays |= {"shares.*": "2s"}
    manila.delays = {"shares.create": {"uniform": ["1s", "3s"]}}
    every: dict[str, Any] = dict(manila.delays)
    set_now: dict[str, Any] = manila.delays.update({"shares.create": None})
    del manila.delays["default"]
    first: dict[str, Any] = manila.faults[0]
    newest: list[str] = [each["operation"] for each in manila.requests[-3:]]
    names: list[str] = [*manila.control.worlds, manila.control.worlds[0]]
    tables: list[str] = list(manila.state["records"])
    print(every, set_now, first, newest, names, tables, len(manila.transitions), "no room" in manila.faults)


@fakemanila.fake(seed=7, max_microversion="2.65", token_ttl=timedelta(hours=2), serve=False)
def use(manila: FakeManila, name: str, size: int = 1) -> int:
    try:
        return len(manila.records("share"))
    except ControlFailure as error:
        return error.status or 0


@fakemanila.fake
def first(manila: FakeManila) -> str:
    return manila.url


@fakemanila.fake
def last(name: object, manila: FakeManila) -> bytes:
    return str(name).encode()


@fakemanila.fake()
async def asks(*, name: str, manila: FakeManila) -> list[Resource]:
    return manila.records(name)


class Methods:
    @fakemanila.fake(clock="manual")
    def method(self, manila: FakeManila, size: int) -> float:
        return size / 2


async def calls() -> None:
    number: int = use("db", size=2) + use(name="db")
    text: str = first()
    data: bytes = last("db") + last(name="db")
    found: list[Resource] = await asks(name="share")
    half: float = Methods().method(3) + Methods().method(size=3)
    callback: Callable[[str], int] = use
    print(number, text, data, found, half, callback)


class TestIt(FakeManilaMixin):
    def test_it(self) -> None:
        self.assertEqual(self.manila.records("share"), [])


with FakeManila(serve=False, faults=["quota:shares"], scenario={"seed": 3}) as manila, FakeManila.attach("") as there:
    manila.state.load(there.state.dump())
    FakeManila.attach("https://manila", "secret", cacert=Path("ca.pem")).reset()
"""


WRONG = """
import fakemanila
from fakemanila import FakeManila

FakeManila(clock="fast")
FakeManila(seeds=1)
fakemanila.fake(clock="fast")
fakemanila.fake(seeds=1)

@fakemanila.fake
def use(manila: FakeManila, name: str) -> int:
    return len(name)

use(3)
use()
use("db").upper()
with FakeManila() as manila:
    manila.delays[3] = "30s"
    manila.create(3)
    manila.url = "http://localhost"
    FakeManila.attach("https://manila", cacert=3)
"""


UNKNOWN = (
    "reportMissingTypeStubs",
    "reportUnknownMemberType",
    "reportUnknownVariableType",
    "reportUnknownArgumentType",
)
"""What a strict pyright says of every use of packages without types."""

Errors = dict[str, dict[int, str]]
"""By file and line."""


def by_mypy(folder: Path) -> Errors:
    """What mypy has to say, with as much to say of the package as if it were installed: nothing."""
    api = pytest.importorskip("mypy.api")
    files = map(str, sorted(folder.glob("*.py")))
    out, err, _ = api.run(["--strict", "--config-file=", "--follow-imports=silent", *files])
    assert not err
    found: Errors = {"use.py": {}, "wrong.py": {}}
    for line in out.splitlines():
        if ": error:" in line:
            path, number, message = line.split(":", 2)
            found[Path(path).name][int(number)] = message
    return found


def by_pyright(folder: Path) -> Errors:
    pytest.importorskip("pyright")
    config = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], **dict.fromkeys(UNKNOWN, "none")}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(folder)]
    found: Errors = {"use.py": {}, "wrong.py": {}}
    for each in json.loads(subprocess.run(command, capture_output=True, text=True).stdout)["generalDiagnostics"]:
        found[Path(each["file"]).name][each["range"]["start"]["line"] + 1] = each["message"]
    return found


@pytest.fixture(scope="module", params=[by_mypy, by_pyright])
def errors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """What a type checker finds in the two files above."""
    folder = tmp_path_factory.mktemp("typing")
    (folder / "use.py").write_text(USE)
    (folder / "wrong.py").write_text(WRONG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        errors: Errors = request.param(folder)
        return errors


def test_a_users_file_type_checks_strictly(errors: Errors) -> None:
    assert errors["use.py"] == {}


def test_what_is_wrong_is_found(errors: Errors) -> None:
    wrong = ("FakeManila(", "fakemanila.fake(", "use(", "    manila.", "    FakeManila.")
    assert list(errors["wrong.py"]) == [n for n, line in enumerate(WRONG.splitlines(), 1) if line.startswith(wrong)]


def test_the_decorator_knows_the_keywords_of_a_fake_manila() -> None:
    assert testing.Options.__annotations__.keys() == inspect.signature(FakeManila).parameters.keys()
