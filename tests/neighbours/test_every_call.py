"""What every call of every service beside Manila has in common, whatever it does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakemanila.all_resources import TRANSITIONS
from fakemanila.neighbours.offers import OFFERS, parse
from fakemanila.neighbours.served import NEIGHBOURS
from fakemanila.neighbours.service import Neighbour, Operation
from fakemanila.scenario.scenario import Scenario
from fakemanila.world.world import Settings

from ..api import NOBODY, UNKNOWN, Api

CALLS = [(neighbour, operation) for neighbour in NEIGHBOURS.values() for operation in neighbour.operations]
WITH_BODY = [(neighbour, operation) for neighbour, operation in CALLS if operation.body is not None]
LISTS = [(neighbour, operation) for neighbour, operation in CALLS if operation.id.endswith(".list")]
ODD: tuple[Any, ...] = (None, True, 0, -1, 2**70, "", "x" * 300, "\U0001f600", [], [None], [{}], {}, {"a": []})
ODD_INSIDES: tuple[Any, ...] = (None, [], "x", 7)
JSON = {"Content-Type": "application/json"}


def ids(calls: list[tuple[Neighbour, Operation]]) -> list[str]:
    return [operation.id for _, operation in calls]


def every(calls: list[tuple[Neighbour, Operation]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("neighbour", "operation"), calls, ids=ids(calls))


@pytest.fixture
def api() -> Api:
    return Api(services=parse("all")).at(user="admin", version=None)


def path(neighbour: Neighbour, operation: Operation) -> str:
    """A path of the call, whose ids nothing has."""
    found = neighbour.mount + operation.path.rstrip("/")
    while "{" in found:
        before, _, after = found.partition("{")
        found = before + UNKNOWN + after.partition("}")[2]
    return found


def least(operation: Operation) -> Any:
    """A body that the call's schema takes, with nothing in it that need not be."""
    assert operation.body is not None
    content = {name: _least(operation.body.fields[name]) for name in operation.body.required}
    return content if operation.body.envelope is None else {operation.body.envelope: content}


def _least(schema: dict[str, Any]) -> Any:
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return {name: _least(schema["properties"][name]) for name in schema.get("required", ())}
    return {"string": UNKNOWN, "integer": 4, "array": [], "boolean": True, "null": None}[kind]


def call(api: Api, neighbour: Neighbour, operation: Operation, **options: Any) -> Any:
    if operation.body is not None and "data" not in options:
        options["data"] = json.dumps(least(operation))
    if operation.action is not None:
        options["data"] = json.dumps({operation.action: None})
    return api.call(operation.method, path(neighbour, operation), **options)


@every(CALLS)
def test_wants_a_token(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    answer = call(api, neighbour, operation, user=NOBODY)
    assert (answer.status == 401) == (operation.who != "nobody")


@every([each for each in CALLS if "_id}" in each[1].path and "{project_id}" not in each[1].path])
def test_knows_nothing_of_an_unknown_id(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    assert call(api, neighbour, operation).status == 404


@every([each for each in CALLS if each[1].who in ("admin", "member")])
def test_is_not_for_everybody(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    assert call(api, neighbour, operation, user="demo_reader").status == 403
    if operation.who == "admin":
        assert call(api, neighbour, operation, user="demo").status == 403


@every(WITH_BODY)
def test_refuses_what_is_no_body_of_its_own(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    for data in ("", "{", "[]", "null", '"x"', "7"):
        assert call(api, neighbour, operation, data=data, headers=JSON).status == 400, data
    assert operation.body is not None
    if operation.body.envelope is not None:
        for inside in ODD_INSIDES:
            data = json.dumps({operation.body.envelope: inside})
            assert call(api, neighbour, operation, data=data).status == 400, data


@every(WITH_BODY)
def test_never_breaks_over_a_field(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    assert operation.body is not None
    for name in operation.body.fields:
        for value in ODD:
            document = least(operation)
            content = document if operation.body.envelope is None else document[operation.body.envelope]
            content[name] = value
            answer = call(api, neighbour, operation, data=json.dumps(document))
            assert answer.status < 500 or answer.status == 501, (name, value, answer)


@every(LISTS)
def test_never_breaks_over_a_query(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    pages = ("limit=x", "limit=-1", "limit=1&marker=x", f"limit={2**70}", "page_reverse=x&limit=1")
    long = "9" * 5000  # which Python refuses to read
    numbers = (f"limit={long}", f"limit=1&offset={long}", "offset=--5", f"bits={long}", "bits=--5")
    for query in (*pages, *numbers, "sort_key=x&sort_dir=x", "sort_key=id", "fields=x", "a=b", "id="):
        assert call(api, neighbour, operation, query=query).status < 500, query


@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_says_so_where_it_does_not_know_a_call(api: Api, neighbour: Neighbour) -> None:
    first = next(each for each in neighbour.operations if each.who != "nobody")
    for method, where in (("GET", f"{neighbour.mount}/nothing/there"), ("PATCH", path(neighbour, first))):
        assert api.call(method, where, user=NOBODY).status == 401
        answer = api.call(method, where)
        assert answer.status == 501
        assert f"{method} {where} is not implemented" in answer.text
        entry = list(api.world.journal)[-1]
        assert (entry.mark, entry.operation, entry.status) == ("not_implemented", None, 501)


@every(CALLS)
def test_a_fault_answers_in_the_services_own_words(api: Api, neighbour: Neighbour, operation: Operation) -> None:
    api.world.faults.add(operation=operation.id, do={"respond": {"status": 503, "message": "busy"}})
    answer = call(api, neighbour, operation)
    assert answer.status == 503
    assert "busy" in answer.text
    assert "serviceUnavailable" not in answer.text or neighbour.type == "compute"


@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_is_nowhere_unless_it_is_offered(neighbour: Neighbour) -> None:
    api = Api(services=frozenset(OFFERS) - {neighbour.type})
    catalog = api.login("demo").json["token"]["catalog"]
    assert neighbour.type not in [service["type"] for service in catalog]
    for operation in neighbour.operations:
        answer = api.call(operation.method, path(neighbour, operation))
        assert answer.status == 404
        assert "is not implemented" not in answer.text


@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_is_in_the_catalog_where_it_is_offered(api: Api, neighbour: Neighbour) -> None:
    catalog = {service["type"]: service for service in api.login("demo").json["token"]["catalog"]}
    urls = {endpoint["interface"]: endpoint["url"] for endpoint in catalog[neighbour.type]["endpoints"]}
    assert urls.keys() == {"public", "internal", "admin"}
    assert all(url == f"http://localhost{neighbour.offer.path}" for url in urls.values())


@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_calls_it_by_names_that_fit_together(neighbour: Neighbour) -> None:
    names = [operation.id for operation in neighbour.operations]
    assert len(names) == len(set(names))
    assert all(name.startswith(f"{neighbour.blueprint}.") for name in names)
    assert {each.id for each in neighbour.operations if each.transition is not None} <= TRANSITIONS.keys()


@every([each for each in CALLS if each[1].transition is not None])
def test_a_scenario_may_say_how_long_it_takes(neighbour: Neighbour, operation: Operation) -> None:
    settings = Scenario.load({"delays": {operation.id: "5m"}}).settings(Settings())
    assert settings.delays == {operation.id: "5m"}
