"""Whatever is refused, the journal says why."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from fakemanila.contract.documents import Checker
from fakemanila.contract.model import Operation, Route, load
from fakemanila.control.components import SCHEMAS
from fakemanila.keystone.credentials import Credentials
from fakemanila.keystone.identity_calls import ROUTES
from fakemanila.keystone.identity_calls import Route as KeystoneRoute
from fakemanila.manila.policy import Policy
from fakemanila.neighbours.served import NEIGHBOURS
from fakemanila.neighbours.service import Neighbour
from fakemanila.versions import EXPERIMENTAL_HEADER, MAXIMUM, Microversion

from ..api import NOBODY, UNKNOWN, VERSION, Answer, Api, there
from ..cases import for_each

LADDER = ("reader", "member", "manager", "admin")


def newest(operation: Operation) -> tuple[Route, Microversion]:
    return max(
        ((route, route.versions.max or MAXIMUM) for route in operation.routes), key=lambda way: (way[1], way[0].path)
    )


OPERATIONS = {operation.id: operation for operation in load() if not newest(operation)[0].path.startswith("/..")}
POLICIES = {
    id: operation for id, operation in OPERATIONS.items() if operation.policy and not operation.policy_on_record
}


@cache
def refusals() -> Checker:
    """Of the JSON of a refusal, as the control plane describes it."""
    return Checker(SCHEMAS["Refusal"])


@pytest.fixture(scope="module")
def api() -> Api:
    """One world for all: nothing here is to change it."""
    return Api()


def ask(api: Api, operation: Operation, user: str, **sent: Any) -> Answer:
    route, version = newest(operation)
    path = "/v2" + re.sub(r"{[^}]+}", UNKNOWN, route.path)
    headers = {VERSION: str(version), EXPERIMENTAL_HEADER: "true"}
    if route.action is not None:
        sent = {"body": {route.action: {}}}
    elif operation.request is not None and not route.bodiless and route.method != "GET":
        sent = {"body": {operation.request.envelope: {}} if operation.request.envelope else {}}
    return api.call(route.method, path, user=user, headers=headers, **sent)


def told(api: Api) -> Any:
    """The refusal of the last request, which is as the control plane describes it and can be put into words."""
    entry = api.journal[-1]
    refusal = there(entry.refusal_to_json())
    refusals().check(refusal)
    assert all(line.endswith((".", "}", "'")) and line[0] != " " for line in entry.explain()), entry.explain()
    return refusal


def having(caller: Credentials, role: str) -> Credentials:
    roles = LADDER[: LADDER.index(role) + 1]
    return caller._replace(roles=roles, is_admin=role == "admin")


@for_each(operation=POLICIES)
def test_who_has_no_right_is_told_the_rule_of_the_contract_and_who_would_have(api: Api, operation: Operation) -> None:
    policy, rule = Policy.load_defaults(), there(operation.policy)
    caller = there(api.world.identity.credentials(api.token("demo_reader")))
    answer = ask(api, operation, "demo_reader")
    if policy.allows(rule, caller):
        return
    assert answer.status == 403
    refusal = told(api)
    assert (refusal["kind"], refusal["rule"], refusal["roles"]) == ("policy", rule, ["reader"])
    assert refusal["checks"][rule] == policy.rules[rule]
    enough = {each["role"] for each in refusal["sufficient"] if each["scope"] == "project"}
    passing = {role for role in LADDER if policy.allows(rule, having(caller, role))}
    assert passing
    assert enough & set(LADDER) == {min(passing, key=LADDER.index)}


@for_each(operation=OPERATIONS)
def test_no_refusal_is_without_a_reason(api: Api, operation: Operation) -> None:
    for user in (NOBODY, "demo_reader", "demo", "admin"):
        answer = ask(api, operation, user)
        assert (api.journal[-1].refusal is None) == (answer.status < 400), (user, answer)
        if answer.status >= 400:
            told(api)
    assert ask(api, operation, NOBODY).status == 401
    assert told(api) == {"kind": "token", "problem": "missing", "header": "X-Auth-Token", "expired_at": None}


@for_each(route={f"{route.method} {route.template}": route for route in ROUTES})
def test_no_refusal_of_keystones_is_without_a_reason(api: Api, route: KeystoneRoute) -> None:
    path = "/identity" + re.sub(r"{[^}]+}", UNKNOWN, route.template)
    for user in (NOBODY, "demo_reader", "admin"):
        requests: tuple[dict[str, Any], ...] = ({}, {"body": {}}, {"data": "{"})
        for sent in requests:
            answer = api.call(route.method, path, user=user, **sent)
            assert (api.journal[-1].refusal is None) == (answer.status < 400), (user, answer)
            if answer.status >= 400:
                told(api)


@for_each(neighbour=NEIGHBOURS)
def test_no_refusal_of_another_service_is_without_a_reason(neighbour: Neighbour) -> None:
    api = Api(services=frozenset(NEIGHBOURS))
    for operation in neighbour.operations:
        path = neighbour.mount + re.sub(r"{[^}]+}", UNKNOWN, operation.path)
        for user in (NOBODY, "demo_reader", "admin"):
            answer = api.call(operation.method, path, {operation.action or "x": {}}, user=user)
            assert (api.journal[-1].refusal is None) == (answer.status < 400), (operation.id, user, answer)
            if answer.status >= 400:
                told(api)
