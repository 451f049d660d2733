"""Fields that a call has at another microversion only: whatever they hold, nothing crashes and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from fakemanila.compare.right_requests import ALPHA, GAMMA
from fakemanila.compare.script import NOTHING
from fakemanila.compare.server import EXPERIMENTAL
from fakemanila.compare.ways import Way, way_at
from fakemanila.contract.model import Operation, Schema, load
from fakemanila.manila.resources import HANDLERS
from fakemanila.versions import MAXIMUM, MINIMUM, Microversion, Range
from fakemanila.world.state.document import dump
from fakemanila.world.state.document import load as restore

from ..api import Answer
from ..conformance.in_process import InProcess
from ..conformance.order.play import Case, request
from ..conformance.order.stage import Stage
from .envelopes import assert_well_formed

ODD: tuple[Any, ...] = (True, 7.5, ["x"], {"a": {"b": 1}}, "é" * 5000)
ODD_QUERIES = ("True", "7.5", "['x']", "{'a': {'b': 1}}", "é" * 1000)

# What real Manila looks at outside of its own microversions too, and so does this server: it may be stored, or filter.
LOOKED_AT: Mapping[tuple[str, str], str] = {
    **{
        ("quota_class_sets.update", quota): "every quota that there is can be set at every microversion"
        for quota in (
            "backups", "backup_gigabytes", "encryption_keys",
            "per_share_gigabytes", "replica_gigabytes", "share_replicas",
        )
    },
    ("scheduler_stats.list", "share_type"): "a capability like any other until it is known, and no pool has one",
    ("scheduler_stats.detail", "share_type"): "a capability like any other until it is known, and no pool has one",
    ("security_services.create", "ou"): "whatever is a column of the table is stored, and shown when asked at 2.44",
    ("security_services.update", "ou"): "whatever is a column of the table is stored, and shown when asked at 2.44",
    **{
        (f"share_networks.{list_}", name): "a parameter that isn't known is compared with an attribute that none has"
        for list_ in ("list", "detail")
        for name in ("name~", "description~", "nova_net_id")
    },
    ("share_instances.list", "is_soft_deleted"): "from 2.35 to 2.68 any text asks for what is in the recycle bin",
}  # fmt: skip

# Where the right request that tests/conformance/order sends is about something that isn't there.
BODIES: Mapping[str, Any] = {
    "services.disable": {"host": ALPHA.partition("#")[0], "binary": "manila-share"},
    "share_servers.manage": {"host": GAMMA, "identifier": "{unique}", "share_network_id": "{share_network_id}"},
}


def outside(operation: Operation, declared: Schema) -> Iterator[Microversion]:
    """The microversions of an operation that are nearest to a field's own, one before and one after them."""
    field = load().resolve(declared)
    own = Range.parse(field.get("x-min-version"), field.get("x-max-version"))
    ranges = [((r.versions.min or MINIMUM).minor, (r.versions.max or MAXIMUM).minor) for r in operation.routes]
    served = {minor for low, high in ranges for minor in range(low, high + 1)}
    before = [minor for minor in served if own.min is not None and minor < own.min.minor]
    after = [minor for minor in served if own.max is not None and minor > own.max.minor]
    yield from (Microversion(2, minor) for minor in (*sorted(before)[-1:], *sorted(after)[:1]))


def strangers(operation: Operation) -> dict[Microversion, list[tuple[str, bool]]]:
    """The fields that an operation doesn't have, by microversion, and whether they are the query's."""
    found: dict[Microversion, list[tuple[str, bool]]] = {}
    body = operation.request.schema if operation.request is not None else {}
    for schema, in_query in ((body, False), (operation.query or {}, True)):
        for name, declared in schema.get("properties", {}).items():
            for version in outside(operation, declared):
                found.setdefault(version, []).append((name, in_query))
    return found


def right(operation: Operation, version: Microversion) -> Way:
    way = way_at(operation, version)
    return replace(way, body=BODIES.get(operation.id, way.body))


SERVED = sorted((operation for operation in load() if operation.id in HANDLERS), key=lambda operation: operation.id)
STRANGERS = {operation.id: strangers(operation) for operation in SERVED}
WAYS = [
    pytest.param(right(operation, version), id=f"{operation.id}-{version}")
    for operation in SERVED
    for version in STRANGERS[operation.id]
]


class Asking:
    """One call, in a world that is put back as it was before the next request where the last one changed it."""

    def __init__(self, server: InProcess, way: Way) -> None:
        self.api = server.api
        self.way = way
        self.path, self.body = request(way, Case("admin"), Stage(server))
        self.api.world.settle()  # so that a refusal isn't blamed for what was due
        self.before = self.api.records()
        self._saved = dump(self.api.world)
        self._user = next(user for user in ("demo", "admin", "alt_demo") if self._send(user, self.path).status < 400)

    def usual(self) -> Answer:
        return self._send(self._user, self.path)

    def with_query(self, name: str, value: str) -> Answer:
        joint = "&" if "?" in self.path else "?"
        return self._send(self._user, f"{self.path}{joint}{quote(name)}={quote(value)}")

    def with_field(self, name: str, value: Any) -> Answer:
        key = self.way.action or self.way.envelope
        content = {**(self.body if key is None else self.body[key]), name: value}
        return self._send(self._user, self.path, content if key is None else {key: content})

    def _send(self, user: str, path: str, body: Any = None) -> Answer:
        if self.api.records() != self.before:
            restore(self.api.world, self._saved)
        sent = {} if self.body is NOTHING else {"body": self.body if body is None else body}
        path, _, query = path.partition("?")
        return self.api.call(
            self.way.method, path, user=user, version=self.way.version, query=query, headers=EXPERIMENTAL, **sent
        )


@pytest.fixture(scope="module")
def server() -> InProcess:
    server = InProcess()
    Stage(server).fill(["{share_id}", "{snapshot_id}", "{share_group_id}", "{share_group_type_id}", "{message_id}"])
    return server


@pytest.mark.parametrize("way", WAYS)
def test_fields_of_another_microversion_are_refused_or_change_nothing(server: InProcess, way: Way) -> None:
    asking = Asking(server, way)
    usual = asking.usual()
    stored = asking.api.records()
    for name, in_query in STRANGERS[way.operation][Microversion.parse(way.version)]:
        for value in ODD_QUERIES if in_query else ODD:
            answer = asking.with_query(name, value) if in_query else asking.with_field(name, value)
            sent = f"{name} {str(value)[:20]}: {answer}"
            assert_well_formed(answer)
            if answer.status >= 400:
                assert asking.api.records() == asking.before, sent
            elif (way.operation, name) not in LOOKED_AT:
                assert (answer.status, answer.content) == (usual.status, usual.content), sent
                assert asking.api.records() == stored, sent


def test_exceptions_are_fields_of_another_microversion() -> None:
    fields = {(id, name) for id, versions in STRANGERS.items() for field in versions.values() for name, _ in field}
    assert fields >= LOOKED_AT.keys()
    assert {id for id, _ in fields} >= BODIES.keys()
