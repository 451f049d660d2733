"""A cloud (a world of fakemanila), and a shadow in front of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakemanila import FakeManila
from fakemanila.compare.histories.comparing import Answer
from fakemanila.control.access import Access
from fakemanila.importing.cloud import Cloud
from fakemanila.importing.imported import read_cloud
from fakemanila.shadow.beside import Beside
from fakemanila.shadow.exchange import Asked
from fakemanila.shadow.front import Shadow
from fakemanila.shadow.upstream import Upstream

URL = "http://shadow.test"
NEWEST = "2.99"


class Standing:
    """A shadow in front of a cloud, and clients who know only the shadow."""

    def __init__(self, cloud: FakeManila, scenario: Any, manila: list[str], identity: list[str]) -> None:
        self.cloud = cloud
        self.beside = Beside(scenario, Access())
        self.shadow = Shadow(Upstream(manila, identity), self.beside)
        self.tokens: dict[str, str] = {}

    def login(self, user: str) -> Answer:
        domain = {"id": "default"}
        project = user.partition("_")[0] if not user.startswith("alt_demo") else "alt_demo"
        who = {"name": user, "domain": domain, "password": "secret"}
        scope = {"project": {"name": project, "domain": domain}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": who}}, "scope": scope}}
        answer = self.send("POST", "/identity/v3/auth/tokens", body, user=None)
        assert answer.status == 201, answer
        self.tokens[user] = answer.header("X-Subject-Token")
        return answer

    def send(
        self, method: str, target: str, body: Any = None, *, user: str | None = "demo", version: str = NEWEST
    ) -> Answer:
        headers = {"x-openstack-manila-api-version": version, "accept": "application/json"}
        if user is not None:
            if user not in self.tokens:
                self.login(user)
            headers["x-auth-token"] = self.tokens[user]
        if body is not None:
            headers["content-type"] = "application/json"
        content = b"" if body is None else json.dumps(body).encode()
        return self.shadow.answer(Asked(method, target, headers, content), URL)

    def get(self, target: str, **options: Any) -> Any:
        answer = self.send("GET", target, **options)
        assert answer.status == 200, answer
        return answer.document

    def make_share(self, **fields: Any) -> str:
        answer = self.send("POST", "/v2/shares", {"share": {"share_proto": "NFS", "size": 1, **fields}})
        assert answer.status == 200, answer
        return str(answer.document["share"]["id"])

    @property
    def drift(self) -> dict[str, Any]:
        return self.shadow.drift.to_json()

    @property
    def differences(self) -> list[str]:
        return [kind["difference"] for kind in self.drift["drift"]]


@contextmanager
def standing(user: str = "admin", scenario: Any = None, **options: Any) -> Iterator[Standing]:
    """A cloud whose time stands still and whose operations take a minute, and a shadow that knows what `user` sees."""
    with FakeManila(clock="manual", delays={"default": "1m"}, scenario=scenario, **options) as cloud:
        seen = Cloud(cloud.session(user=user), sleep=lambda seconds: None)
        yield Standing(cloud, read_cloud(seen).scenario, *seen.services())
