"""Every operation of the contract, asked with placeholders and with wrong bodies."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fakemanila.contract.model import Operation, Route, load
from fakemanila.manila.backend import servers
from fakemanila.manila.resources import HANDLERS, RESOURCES
from fakemanila.versions import EXPERIMENTAL_HEADER, MAXIMUM, MINIMUM, Microversion

from ..api import NOBODY, UNKNOWN, VERSION, Answer, Api, there
from ..cases import for_each
from .envelopes import assert_well_formed

OPERATIONS = sorted(load(), key=lambda operation: operation.id)
MISSING = [operation for operation in OPERATIONS if operation.id not in HANDLERS]
VERSIONS = [Microversion(2, minor) for minor in range(MAXIMUM.minor + 1)]
USERS = ("admin", "demo", "demo_reader")

# Codes that any call may be answered with, whether the reference lists them or not.
COMMON = {400, 401, 403, 404, 422}


# What has nothing it must be told: an object without anything it knows changes nothing, and is fine.
# A group that says nothing of itself is one of the default types.
ACCEPTING_NOTHING = {"quota_class_sets.update", "share_groups.create", "share_networks.create"}


def ends(operation: Operation) -> list[tuple[Route, Microversion]]:
    """An operation's oldest and newest way in."""
    ways = [(route, route.versions.min or MINIMUM) for route in operation.routes]
    ways += [(route, route.versions.max or MAXIMUM) for route in operation.routes]
    lowest, highest = min(ways, key=lambda way: way[1]), max(ways, key=lambda way: way[1])
    return [lowest, highest] if lowest != highest else [lowest]


ARGUMENTS: tuple[Any, ...] = (None, {}, [], "x", 7, {UNKNOWN: None})
BODIES: tuple[Any, ...] = ({}, [], None, "x", 7, {"a": 1, "b": 2})
BROKEN: tuple[dict[str, Any], ...] = tuple({"data": data} for data in (b"", b"{", b"\xff\xfe"))
CONTENTS: tuple[Any, ...] = ({}, [], None, "x", 7, True, {"\0": "\0"}, {"metadata": 1}, {"name": []})

# No call reads a body otherwise for a reader than for a member, so one of each kind will do there.
FEW: list[dict[str, Any]] = [{"argument": None}, {"body": {}}, *BROKEN]

CHAPTERS: dict[str, list[tuple[Operation, Route, Microversion]]] = {}
for each in OPERATIONS:
    CHAPTERS.setdefault(each.id.partition(".")[0], []).extend((each, *way) for way in ends(each))


def needs_content(operation: Operation, route: Route, version: Microversion) -> bool:
    if operation.id in ACCEPTING_NOTHING or route.action is not None:
        return False
    return operation.request is not None and operation.request.envelope is not None


def ask(api: Api, route: Route, version: Microversion, user: str, *, argument: object = None, **sent: Any) -> Answer:
    path = "/v2" + re.sub(r"{[^}]+}", UNKNOWN, route.path)
    headers = {VERSION: str(version), EXPERIMENTAL_HEADER: "true"}
    if route.action is not None and not sent:
        sent = {"body": {route.action: argument}}
    return api.call(route.method, path, user=user, headers=headers, **sent)


@pytest.fixture(scope="module")
def api() -> Api:
    """One world for all: nothing here is to change it."""
    api = Api()
    for user in USERS:
        api.token(user)
    return api


def wrong_requests(operation: Operation, route: Route) -> list[dict[str, Any]]:
    """What is wrong of an operation's request; one that takes no body has few ways to be sent a wrong one."""
    if route.action is not None:
        arguments = [{"argument": argument} for argument in ARGUMENTS]
        return [*arguments, *({"body": body} for body in BODIES), {"body": {operation.id: {}}}, *BROKEN]
    if operation.request is None:
        return FEW
    return [{}, *({"body": body} for body in BODIES), {"body": {operation.id: {}}}, *BROKEN]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_wrong_requests_are_refused_in_manilas_words(api: Api, chapter: str) -> None:
    before = api.records()
    for operation, route, version in CHAPTERS[chapter]:
        way = (operation.id, str(version))
        codes = COMMON | {*operation.success, *operation.errors, 501}
        requests = wrong_requests(operation, route)
        for user, sent in (("admin", requests), ("demo", requests), ("demo_reader", FEW)):
            for request in sent:
                answer = ask(api, route, version, user, **request)
                assert_well_formed(answer)
                assert answer.status in codes, (way, request, user, answer)
        assert ask(api, route, version, NOBODY).status == 401, way
    assert api.records() == before


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_wrong_contents_of_the_right_envelope_are_refused(api: Api, chapter: str) -> None:
    before = api.records()
    for operation, route, version in CHAPTERS[chapter]:
        if not needs_content(operation, route, version):
            continue
        envelope = there(operation.request).envelope
        for content in CONTENTS:
            answer = ask(api, route, version, "admin", body={envelope: content})
            assert_well_formed(answer)
            assert answer.status >= 400, (operation.id, str(version), content, answer)
    assert api.records() == before


class TestWhatIsNotImplemented:
    @for_each(operation={operation.id: operation for operation in MISSING})
    def test_is_501_by_name(self, api: Api, operation: Operation) -> None:
        for route, version in ends(operation):
            for user in USERS:
                answer = ask(api, route, version, user)
                assert answer.fault == (501, "notImplemented")
                assert operation.id in answer.text

    @for_each(operation={operation.id: operation for operation in OPERATIONS if operation.id in HANDLERS})
    def test_is_nothing_else(self, api: Api, operation: Operation) -> None:
        for route, version in ends(operation):
            assert ask(api, route, version, "admin").status != 501


class TestHandlers:
    def test_are_of_operations_that_exist(self) -> None:
        assert {*HANDLERS} <= {operation.id for operation in OPERATIONS}

    def test_belong_to_one_resource_each(self) -> None:
        ids = [id for resource in RESOURCES for id in resource.handlers]
        assert len(ids) == len(set(ids))

    def test_transitions_belong_to_handlers_but_for_what_happens_by_itself(self) -> None:
        for resource in RESOURCES:
            assert resource.transitions.keys() - {servers.RECLAIM} <= resource.handlers.keys()


def expected_fields(operation_id: str, version: Microversion, *, admin: bool) -> set[str]:
    contract = load()
    response = contract.operations[operation_id].response
    assert response is not None
    fields = contract.properties(response.schema, version)
    return {name for name, schema in fields.items() if admin or not schema.get("x-admin")}


@pytest.fixture(scope="module")
def populated() -> Api:
    """A world with one share and one snapshot."""
    api = Api()
    api.make_snapshot(api.make_share(name="a", metadata={"k": "v"})["id"], name="b", metadata={"k": "v"})
    return api


class TestFieldsByMicroversion:
    """Every answer of shares and snapshots has exactly the fields whose range includes its microversion."""

    @pytest.mark.parametrize("user", ["demo", "admin"])
    @for_each(version={str(version): version for version in VERSIONS})
    def test_reading(self, populated: Api, version: Microversion, user: str) -> None:
        asked, answers = populated.at(user=user, version=str(version)), {}
        for kind in ("share", "snapshot"):
            (id,) = populated.records()[f"{kind}s"]
            answers[f"{kind}s.show"] = asked.get(f"/v2/{kind}s/{id}").json[kind]
            for operation, path in ("list", ""), ("detail", "/detail"):
                (shown,) = asked.get(f"/v2/{kind}s{path}", query="all_tenants=1").json[f"{kind}s"]
                answers[f"{kind}s.{operation}"] = shown
        for operation_id, shown in answers.items():
            assert shown.keys() == expected_fields(operation_id, version, admin=user == "admin"), operation_id

    @pytest.mark.parametrize("user", ["demo", "admin"])
    @for_each(version={str(version): version for version in VERSIONS})
    def test_writing(self, version: Microversion, user: str) -> None:
        api = Api().at(user=user, version=str(version))
        share = api.make_share()
        snapshot = api.make_snapshot(share["id"])
        answers = {"shares.create": share, "snapshots.create": snapshot}
        answers["shares.update"] = api.put(f"/v2/shares/{share['id']}", {"share": {"display_name": "x"}}).json["share"]
        updated = api.put(f"/v2/snapshots/{snapshot['id']}", {"snapshot": {"display_name": "x"}})
        answers["snapshots.update"] = updated.json["snapshot"]
        if user == "admin" and version >= Microversion(2, 12):
            body = {"share_id": share["id"], "provider_location": "x"}
            answers["snapshots.manage"] = api.make("/v2/snapshots/manage", "snapshot", body)
        for operation_id, shown in answers.items():
            assert shown.keys() == expected_fields(operation_id, version, admin=user == "admin"), operation_id

    @for_each(version={str(version): version for version in VERSIONS})
    def test_types(self, api: Api, version: Microversion) -> None:
        asked = api.at(version=str(version))
        assert asked.get("/v2/types").json["share_types"][0].keys() == expected_fields(
            "share_types.list", version, admin=False
        )
