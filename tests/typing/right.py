"""What a user writes, with the types that a checker is to see."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from keystoneauth1.session import Session
from openstack.connection import Connection
from typing_extensions import assert_type

import fakemanila
from fakemanila import Checkpoint, ControlFailure, Diff, FakeManila, Resource, create_app, current_manila
from fakemanila.testing import FakeManilaMixin


@pytest.fixture
def share(manila: FakeManila) -> Iterator[Resource]:
    yield manila.create("share", name="db", size=5)
    manila.reset()


@pytest.mark.fakemanila(delays={"snapshots.create": "30s"}, clock="manual")
def fixtures(manila: FakeManila, manila_connection: Connection, share: Resource) -> None:
    assert [each.name for each in manila_connection.shared_file_system.shares()]


def addresses(manila: FakeManila) -> None:
    assert_type(manila.url, str)
    assert_type(manila.auth_url, str)
    assert_type(manila.cacert, "str | None")
    assert_type(manila.client_cert, "str | None")
    assert_type(manila.world_name, str)
    assert_type(manila.app, Flask)
    assert_type(manila.start(), FakeManila)
    assert_type(manila.world("other"), FakeManila)
    assert_type(manila.fork("other", replace=True), FakeManila)
    assert_type(FakeManila.attach("https://manila", "secret", cacert=Path("ca.pem")), FakeManila)


def clients(manila: FakeManila) -> None:
    assert_type(manila.session("admin", project="demo"), Session)
    assert_type(manila.connect(shared_file_system_default_microversion="2.65"), Connection)
    assert [each.name for each in manila.client(microversion="2.65").shares.list()]


def records(manila: FakeManila, share: Resource) -> None:
    assert_type(share.id, str)
    assert_type(share.kind, str)
    assert_type(share["size"], Any)
    assert_type(share.status, Any)
    assert_type(share.refresh(), Resource)
    assert_type(share.wait(timeout=timedelta(seconds=1), status="available"), Resource)
    assert_type(share.wait_gone(), None)
    assert_type(manila.create("snapshot", share=share), Resource)
    assert_type(manila.records("share"), list[Resource])
    manila.assert_records("snapshot", [{"name": "a"}])


def time(manila: FakeManila) -> None:
    assert_type(manila.clock.now(), datetime)
    assert_type(manila.clock.advance(timedelta(minutes=1)), list[dict[str, Any]])
    assert_type(manila.clock.advance("1m"), list[dict[str, Any]])
    assert_type(manila.clock.advance_to_idle(), list[dict[str, Any]])
    assert_type(manila.transitions.list(), Sequence[dict[str, Any]])
    assert_type(manila.transitions.wait_idle(timeout=1), None)


def delays(manila: FakeManila) -> None:
    manila.delays["snapshots.create"] = timedelta(seconds=30)
    manila.delays |= {"shares.*": "2s"}
    manila.delays = {"shares.create": {"uniform": ["1s", "3s"]}}
    del manila.delays["default"]
    assert_type(dict(manila.delays), dict[str, Any])
    assert_type(manila.delays.update({"shares.create": None}), dict[str, Any])


def faults(manila: FakeManila) -> None:
    assert_type(manila.faults.add("quota:snapshots", times=1), dict[str, Any])
    assert_type(manila.faults[0], dict[str, Any])
    assert_type(manila.faults["no room"], dict[str, Any])
    assert_type(manila.faults[-3:], Sequence[dict[str, Any]])
    assert_type(len(manila.faults), int)
    assert_type("no room" in manila.faults, bool)
    assert_type(manila.assert_faults_fired(), None)


def requests(manila: FakeManila) -> None:
    assert_type(manila.requests.count(operation="snapshots.create"), int)
    assert_type(manila.requests.last(), "dict[str, Any] | None")
    assert_type(manila.requests[-1], dict[str, Any])
    assert_type(manila.requests.explain("last"), dict[str, Any])
    assert_type(manila.requests.wait(2, operation="shares.create"), Sequence[dict[str, Any]])
    assert_type(manila.requests.har(), dict[str, Any])
    assert_type(manila.requests.curl(), str)
    assert_type(manila.requests.pytest(), str)
    manila.requests.assert_called("snapshots.create", times=1, json={"name": "a"})
    assert_type(manila.report(limit=3), str)
    assert_type(manila.metrics(), str)


def holding(manila: FakeManila) -> None:
    with manila.breakpoint("snapshots.create", at="answer", project="demo", times=1) as held:
        assert_type(held.wait(timeout=5).operation, "str | None")
        held.respond(status=503)
    with manila.barrier("shares.create", count=2, order=[{"user": "demo"}], max=timedelta(seconds=5)) as held:
        assert_type([request.id for request in held], list[str])


def going_back(manila: FakeManila) -> None:
    before = manila.checkpoint()
    assert_type(before, Checkpoint)
    assert_type(before.name, str)
    assert_type(before.diff(), Diff)
    assert_type(manila.diff(before).made, list[dict[str, Any]])
    assert_type(bool(manila.diff("before")), bool)
    with manila.checkpoint("named") as saved:
        assert_type(saved, Checkpoint)
    manila.state.load(manila.state.dump())
    assert_type(list(manila.state["records"]), list[Any])
    assert_type(manila.control.worlds[0], str)
    assert_type(list(manila.control.worlds), list[str])


def events(manila: FakeManila) -> None:
    for event in manila.events("record", timeout=5):
        assert_type(event, dict[str, Any])


def flask() -> None:
    assert_type(create_app(seed=7, clock="manual"), Flask)
    assert_type(current_manila, FakeManila)


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
    assert_type(use("db", size=2) + use(name="db"), int)
    assert_type(first(), str)
    assert_type(last("db") + last(name="db"), bytes)
    assert_type(await asks(name="share"), list[Resource])
    assert_type(Methods().method(3) + Methods().method(size=3), float)
    callback: Callable[[str], int] = use
    callback("db")


class TestIt(FakeManilaMixin, unittest.TestCase):
    manila_options = {"delays": {"snapshots.create": "30s"}}  # noqa: RUF012

    def test_it(self) -> None:
        assert_type(self.manila, FakeManila)
        assert self.manila.records("share") == []


with FakeManila(serve=False, faults=["quota:shares"], scenario={"seed": 3}) as entered:
    assert_type(entered, FakeManila)
