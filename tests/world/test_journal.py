"""What the journal keeps, and what it keeps to itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakemanila.world.journal import MASK, Entry, Journal, Message

from ..api import NOBODY, Api


@pytest.fixture
def api() -> Api:
    return Api()


def last(api: Api) -> dict[str, Any]:
    return api.journal[-1].to_json()


def entry(id: str, request: bytes = b"", response: bytes = b"") -> Entry:
    return Entry(id, "", "GET", "/", request=Message({}, request), response=Message({}, response))


class TestARequest:
    def test_has_both_bodies_and_the_headers(self, api: Api) -> None:
        share = api.make_share(name="db")
        noted = last(api)
        assert noted["request"]["body"] == {"share": {"size": 1, "share_proto": "NFS", "name": "db"}}
        assert noted["response"]["body"]["share"]["id"] == share["id"]
        assert noted["request"]["headers"]["X-Openstack-Manila-Api-Version"] == "2.99"
        assert noted["response"]["headers"]["x-openstack-request-id"] == noted["id"]

    def test_by_head_has_no_body_in_its_answer(self, api: Api) -> None:
        answer = api.call("HEAD", "/identity/v3/auth/tokens", headers={"X-Subject-Token": api.token()})
        noted = last(api)
        assert answer.status == 200
        assert noted["response"]["body"] is None

    def test_names_who_asked(self, api: Api) -> None:
        api.get("/v2/shares", query={"limit": 1})
        noted = last(api)
        assert (noted["project_name"], noted["user_name"], noted["query"]) == ("demo", "demo", {"limit": "1"})

    def test_says_what_it_started(self) -> None:
        api = Api(delays={"shares.create": "30s"})
        share = api.make_share()
        (started,) = last(api)["transitions"]
        assert (started["operation"], started["resource_id"]) == ("shares.create", share["id"])
        assert started["due"] == "2026-01-01T00:00:30.000000"

    def test_lasts_as_long_as_the_worlds_clock_says(self, api: Api) -> None:
        api.get("/v2/shares")
        assert last(api)["duration"] == 0
        real = Api(rate=1000.0)
        real.get("/v2/shares")
        assert last(real)["duration"] > 0

    def test_that_no_route_knows_is_marked(self, api: Api) -> None:
        api.get("/nowhere")
        assert last(api)["mark"] == "unmatched"
        api.get("/v2/nowhere")
        assert last(api)["mark"] == "unmatched"
        api.get("/identity/v3/nowhere")
        assert last(api)["mark"] == "unmatched"
        api.get("/v2/shares")
        assert last(api)["mark"] is None

    def test_that_a_fault_answered_still_says_who_asked_for_what(self, api: Api) -> None:
        api.token()
        api.world.faults.add({"preset": "lb-502", "match": {"operation": "shares.list"}})
        api.get("/v2/shares", version="2.42")
        noted = last(api)
        assert (noted["operation"], noted["user_name"], noted["microversion"]) == ("shares.list", "demo", "2.42")
        assert (noted["status"], noted["faults"]) == (502, ["lb-502"])


class TestSecrets:
    def test_tokens_and_passwords_are_masked(self, api: Api) -> None:
        token = api.token()
        shown = json.dumps([e.to_json() for e in api.journal])
        api.get("/v2/shares")
        shown += json.dumps(last(api))
        assert token not in shown
        assert '"password": "secret"' not in shown
        assert last(api)["request"]["headers"]["X-Auth-Token"] == MASK

    def test_a_token_in_a_body_is_masked(self, api: Api) -> None:
        identity = {"methods": ["token"], "token": {"id": api.token()}}
        api.post("/identity/v3/auth/tokens", {"auth": {"identity": identity}}, user=NOBODY)
        noted = last(api)
        assert noted["status"] == 201
        assert noted["request"]["body"]["auth"]["identity"] == {"methods": ["token"], "token": {"id": MASK}}


class TestTheRing:
    def test_keeps_so_many(self) -> None:
        api = Api(journal_size=2)
        for path in ("/a", "/b", "/c"):
            api.get(path)
        assert [e.path for e in api.journal] == ["/b", "/c"]

    def test_may_be_empty(self) -> None:
        api = Api(journal_size=0)
        api.get("/v2/shares")
        assert api.journal == []

    def test_drops_the_oldest_bodies_first(self) -> None:
        journal = Journal(size=10, bodies=10)
        for number in range(3):
            journal.add(entry(str(number), request=b"[1]", response=b"[]"))
        first, second, third = (e.to_json() for e in journal)
        assert (first["request"]["body"], first["request"]["dropped"]) == (None, True)
        assert (second["request"]["body"], third["response"]["body"]) == ([1], [])

    def test_has_room_again_when_requests_leave_it_or_it_is_cleared(self) -> None:
        journal = Journal(size=2, bodies=10)
        for number in range(5):
            journal.add(entry(str(number), request=b"[1]"))
        assert [e.request.body for e in journal] == [b"[1]"] * 2
        journal.clear()
        for number in range(2):
            journal.add(entry(str(number), request=b"[1]", response=b"[]"))
        assert [e.request.body for e in journal] == [b"[1]"] * 2

    def test_shows_a_body_that_is_no_json_as_text(self) -> None:
        assert entry("1", request=b"no json \xff").to_json()["request"]["body"] == "no json \ufffd"
