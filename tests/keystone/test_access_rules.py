"""Application credentials with access rules, at Manila's door. The codes are those of a real one with the same rules.

Its token middleware was told ``service_type = sharev2``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fakemanila import FakeManila

from .conftest import auth


@pytest.fixture(scope="module")
def manila() -> Iterator[FakeManila]:
    with FakeManila() as manila:
        yield manila


class Demo:
    """The user demo, who makes application credentials and uses them."""

    def __init__(self, manila: FakeManila) -> None:
        self.url = manila.url
        self.keystone = f"{manila.url}/identity/v3"
        self.made = 0
        answer = requests.post(f"{self.keystone}/auth/tokens", json=auth("demo", "demo"))
        self.headers = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
        token = answer.json()["token"]
        self.user_id, self.project_id = token["user"]["id"], token["project"]["id"]

    def limited(self, *rules: dict[str, str]) -> str:
        """A token that those rules limit."""
        self.made += 1
        wanted: Any = {"name": f"limited {self.made}", "access_rules": list(rules), "unrestricted": True}
        url = f"{self.keystone}/users/{self.user_id}/application_credentials"
        answer = requests.post(url, json={"application_credential": wanted}, headers=self.headers)
        credential = answer.json()["application_credential"]
        method = "application_credential"
        by: Any = {"methods": [method], method: {"id": credential["id"], "secret": credential["secret"]}}
        answer = requests.post(f"{self.keystone}/auth/tokens", json={"auth": {"identity": by}})
        return answer.headers["X-Subject-Token"]

    def ask(self, token: str, method: str, path: str, **rest: Any) -> requests.Response:
        path = path.replace("{project}", self.project_id)
        headers = {"X-Auth-Token": token, "X-OpenStack-Manila-API-Version": "2.60"}
        return requests.request(method, self.url + path, headers=headers, allow_redirects=False, **rest)


@pytest.fixture(scope="module")
def demo(manila: FakeManila) -> Demo:
    return Demo(manila)


def rule(path: str, method: str = "GET", service: str = "sharev2") -> dict[str, str]:
    return {"service": service, "method": method, "path": path}


MEASURED: list[tuple[dict[str, str], dict[str, int]]] = [
    (
        rule("/v2/shares"),
        {
            "GET /v2/shares": 200,
            "GET /v2/shares?name=x": 200,
            "GET /v2/share%73": 200,
            "POST /v2/shares": 401,
            "HEAD /v2/shares": 401,
            "DELETE /v2/shares/x": 401,
            "GET /v2/shares/": 401,
            "GET /v2/shares.json": 401,
            "GET /v2/shares/detail": 401,
            "GET /v2/{project}/shares": 401,
            "GET /v2/": 401,
            "GET /v2": 401,
            "GET /v2/nosuch": 401,
            "GET /nosuch": 404,
            "GET /": 300,
            "GET /healthcheck": 200,
            "OPTIONS /v2/shares": 200,
        },
    ),
    (
        rule("/v2/*"),
        {"GET /v2/shares": 200, "GET /v2/snapshots": 200, "GET /v2/shares/detail": 401, "GET /v2/": 401},
    ),
    (
        rule("/v2/**"),
        {
            "GET /v2/shares": 200,
            "GET /v2/shares/detail": 200,
            "GET /v2/": 200,
            "GET /v2/nosuch": 404,
            "GET /v2": 401,
            "POST /v2/shares": 401,
        },
    ),
    (rule("/**"), {"GET /v2/shares": 200, "GET /v2": 302, "GET /": 300}),
    (rule("/v2/***"), {"GET /v2/shares": 200, "GET /v2/shares/x": 404, "GET /v2/": 401}),
    (
        rule("/v2/shares/{share_id}"),
        {
            "GET /v2/shares/detail": 200,
            "GET /v2/shares/x": 404,
            "GET /v2/shares/a%20b": 404,
            "GET /v2/shares/x/y": 401,
            "GET /v2/shares/": 401,
            "GET /v2/shares/a%2Fb": 401,
        },
    ),
    (
        rule("/v2/{project_id}/shares"),
        {"GET /v2/{project}/shares": 200, "GET /v2/shares": 401},
    ),
    (rule("/v2/$(project_id)s/shares"), {"GET /v2/{project}/shares": 401}),
    (rule("/v2/shares/a b"), {"GET /v2/shares/a%20b": 401}),
    (rule("/v2/shares/a%20b"), {"GET /v2/shares/a%20b": 404}),
    (rule("/v2/sh.res"), {"GET /v2/shares": 200}),
    (rule("/v2/[s]hares"), {"GET /v2/shares": 200}),
    (rule("/v2/{shares"), {"GET /v2/shares": 200, "GET /v2/x": 401}),
    (rule("/v2/shares?limit=1"), {"GET /v2/shares?limit=1": 401, "GET /v2/shares": 401}),
    (rule("/v2/shares", "HEAD"), {"HEAD /v2/shares": 404, "GET /v2/shares": 401}),
    (rule("/v2/shares", "POST"), {"POST /v2/shares": 400, "GET /v2/shares": 401}),
    (rule("/v2/shares", service="share"), {"GET /v2/shares": 401}),
    (rule("/v2/shares", service="compute"), {"GET /v2/shares": 401}),
    # Real Manila answers 500.
    (rule("/v2/(shares"), {"GET /v2/shares": 401}),
]


@pytest.mark.parametrize(("only", "codes"), MEASURED, ids=[f"{only['method']} {only['path']}" for only, _ in MEASURED])
def test_a_rule_lets_through_what_it_says_and_nothing_else(
    only: dict[str, str], codes: dict[str, int], demo: Demo
) -> None:
    token = demo.limited(only)
    assert {each: demo.ask(token, *each.split()).status_code for each in codes} == codes


def test_each_of_several_rules_allows_something(demo: Demo) -> None:
    token = demo.limited(rule("/v2/shares"), rule("/v2/snapshots"))
    paths = ("/v2/shares", "/v2/snapshots", "/v2/types")
    assert [demo.ask(token, "GET", path).status_code for path in paths] == [200, 200, 401]


def test_no_rules_are_no_limit(demo: Demo) -> None:
    token = demo.limited()
    assert demo.ask(token, "GET", "/v2/shares").status_code == 200


def test_the_other_type_of_service_may_be_the_deployments(demo: Demo) -> None:
    token = demo.limited(rule("/v2/shares", service="shared-file-system"))
    assert demo.ask(token, "GET", "/v2/shares").status_code == 200


def test_what_no_rule_allows_changes_nothing(demo: Demo) -> None:
    token = demo.limited(rule("/v2/shares"))
    answer = demo.ask(token, "POST", "/v2/shares", json={"share": {"size": 1, "share_proto": "NFS"}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")
    assert demo.ask(token, "GET", "/v2/shares").json() == {"shares": []}


def test_rules_survive_a_save(manila: FakeManila, demo: Demo) -> None:
    token = demo.limited(rule("/v2/shares"))
    manila.state.load(manila.state.dump())
    assert demo.ask(token, "GET", "/v2/shares").status_code == 200
    assert demo.ask(token, "GET", "/v2/snapshots").status_code == 401
