"""What rules do: each effect by itself."""

from __future__ import annotations

import http.client
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakemanila.faults import Plan, Subject
from fakemanila.faults.effects import parse
from fakemanila.http.reply import Reply
from fakemanila.http.wire import Dribble, Empty, Hang, Reset, Truncate, WireError
from fakemanila.world.state import document as state

from ..api import VERSION, Api, there
from ..clients.cloud import Cloud


class Waits:
    """Stands in for the event on which everything waits; notes how long it would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return False


@pytest.fixture
def waits(api: Api) -> Waits:
    waits = Waits()
    api.world.stopping = waits  # type: ignore[assignment]
    return waits


def do(api: Api, effect: dict[str, Any], operation: str = "shares.list", **more: Any) -> None:
    api.token()
    api.world.faults.add({"match": {"operation": operation}, "do": effect}, **more)


def wire(api: Api, path: str = "/v2/shares") -> Any:
    """What happens to the answer on its way."""
    with pytest.raises(WireError) as caught:
        api.get(path)
    return caught.value.fault


class TestDelay:
    @pytest.mark.parametrize(
        ("value", "before", "after"),
        [
            (2, 2, 0),
            (0.25, 0.25, 0),
            ("250ms", 0.25, 0),
            ({"before": "1s", "after": "3s"}, 1, 3),
            ({"after": "3s"}, 0, 3),
            ({"before": 0}, 0, 0),
        ],
    )
    def test_waits_before_and_after(self, api: Api, waits: Waits, value: Any, before: float, after: float) -> None:
        do(api, {"delay": value})
        waits.seconds.clear()
        assert api.get("/v2/shares").status == 200
        assert sum(waits.seconds[:1]) == before
        assert sum(waits.seconds[1:]) == after

    def test_may_be_a_distribution_which_the_seed_draws_from(self) -> None:
        def drawn(seed: int) -> list[float]:
            api = Api(seed=seed)
            waits = api.world.stopping = Waits()  # type: ignore[assignment]
            do(api, {"delay": {"uniform": ["1s", "3s"]}})
            waits.seconds.clear()
            for _ in range(20):
                api.get("/v2/shares")
            return [seconds for seconds in waits.seconds if seconds]

        seconds = drawn(1)
        assert len(set(seconds)) == 20
        assert all(1 <= each <= 3 for each in seconds)
        assert drawn(1) == seconds
        assert drawn(2) != seconds

    def test_of_several_rules_adds_up(self, api: Api, waits: Waits) -> None:
        for seconds in (1, 2):
            do(api, {"delay": seconds})
        waits.seconds.clear()
        api.get("/v2/shares")
        assert waits.seconds[0] == 3

    def test_comes_with_a_refusal_too(self, api: Api, waits: Waits) -> None:
        do(api, {"delay": 2})
        do(api, {"respond": {"status": 503}})
        waits.seconds.clear()
        assert api.get("/v2/shares").fault == (503, "serviceUnavailable")
        assert waits.seconds[0] == 2


class TestMicroversions:
    def test_an_ignored_header_is_as_good_as_none(self, api: Api) -> None:
        share = api.make_share()
        do(api, {"ignore_microversion": True}, "shares.show")
        plain = api.get(f"/v2/shares/{share['id']}", version=None)
        answer = api.get(f"/v2/shares/{share['id']}", version="2.99")
        assert answer.headers[VERSION] == "2.0"
        assert answer.json == plain.json

    def test_an_ignored_header_may_be_nonsense(self, api: Api) -> None:
        api.token()
        api.world.faults.add({"do": {"ignore_microversion": True}})
        assert api.get("/v2/shares", version="nonsense").status == 200
        assert api.get("/v2/shares", version="2.1000").status == 200

    def test_a_cap_is_the_end_of_what_there_is(self, api: Api) -> None:
        api.token()
        api.world.faults.add({"do": {"cap_microversion": "2.65"}})
        assert api.get("/v2/shares", version="2.65").status == 200
        refused = api.get("/v2/shares", version="2.66")
        assert refused.fault == (406, "computeFault")
        assert "2.65" in refused.text
        for path in ("/", "/v2/"):
            assert api.get(path, version="2.65").json["versions"][0]["version"] == "2.65"

    def test_the_lowest_of_several_caps_counts(self, api: Api) -> None:
        api.token()
        for version in ("2.65", "2.40", "2.80"):
            api.world.faults.add({"do": {"cap_microversion": version}})
        assert [api.get("/v2/shares", version=version).status for version in ("2.40", "2.41")] == [200, 406]

    def test_a_cap_above_the_newest_changes_nothing(self, api: Api) -> None:
        api.token()
        api.world.faults.add({"do": {"cap_microversion": "2.1000"}})
        assert api.get("/v2/shares", version="2.99").status == 200
        assert api.get("/v2/shares", version="2.100").status == 406
        assert api.get("/").json["versions"][0]["version"] == "2.99"

    def test_a_cap_may_be_for_some_callers_only(self, api: Api) -> None:
        for user in ("demo", "alt_demo"):
            api.token(user)
        api.world.faults.add({"do": {"cap_microversion": "2.65"}}, project="alt_demo")
        assert [api.get("/v2/shares", user=user).status for user in ("demo", "alt_demo")] == [200, 406]


class TestTheWire:
    @pytest.mark.parametrize(
        ("effect", "fault"),
        [
            ({"hang": True}, Hang()),
            ({"hang": "90s"}, Hang(timedelta(seconds=90))),
            ({"reset": True}, Reset()),
            ({"empty": True}, Empty()),
            ({"truncate": 0.25}, Truncate(0.25)),
            ({"commit_then": {"hang": "1s"}}, Hang(timedelta(seconds=1))),
            ({"commit_then": {"empty": True}}, Empty()),
            ({"one_of": [{"reset": True}]}, Reset()),
        ],
    )
    def test_says_what_happens_to_the_answer(self, api: Api, effect: dict[str, Any], fault: Any) -> None:
        do(api, effect)
        assert wire(api) == fault

    def test_a_dribble_is_the_answer_in_pieces(self, api: Api) -> None:
        do(api, {"dribble": {"bytes": 3, "every": "20ms"}})
        answer = api.client.get("/v2/shares", headers={"X-Auth-Token": api.token()})
        assert list(answer.response) == [b'{"s', b"har", b'es"', b":[]", b"}"]

    def test_a_dribble_has_a_pace(self) -> None:
        plan = Plan()
        parse({"dribble": {"bytes": 3, "every": "20ms"}}).apply(plan, Random(1))
        assert plan.then is not None
        reply = plan.then(Subject("manila", "GET", "/v2/shares"), Reply(200))
        assert reply.wire == Dribble(3, timedelta(milliseconds=20))

    def test_a_hang_with_a_duration_ends_without_an_answer(self, cloud: Cloud) -> None:
        token = there(cloud.session().get_token())
        cloud.world.faults.add({"match": {"operation": "shares.list"}, "do": {"hang": "1ms"}})
        parts = urlsplit(cloud.url)
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
        connection.request("GET", f"{parts.path}/v2/shares", headers={"X-Auth-Token": token})
        with pytest.raises(http.client.RemoteDisconnected):
            connection.getresponse()
        connection.close()


class TestCarriedOut:
    @pytest.mark.parametrize(
        ("effect", "made"),
        [
            ({"reset": True}, 0),
            ({"empty": True}, 0),
            ({"hang": True}, 0),
            ({"truncate": 0.5}, 1),
            ({"commit_then": {"reset": True}}, 1),
            ({"commit_then": {"hang": True}}, 1),
            ({"commit_then": {"empty": True}}, 1),
        ],
    )
    def test_or_not_when_the_connection_breaks(self, api: Api, effect: dict[str, Any], made: int) -> None:
        do(api, effect, "shares.create")
        with pytest.raises(WireError):
            api.make_share()
        assert len(api.get("/v2/shares").json["shares"]) == made

    @pytest.mark.parametrize(
        ("effect", "status", "made"),
        [
            ({"respond": {"status": 504}}, 504, 0),
            ({"malformed": True}, 200, 0),
            ({"commit_then": {"respond": {"status": 504}}}, 504, 1),
            ({"commit_then": {"malformed": True}}, 200, 1),
        ],
    )
    def test_or_not_when_the_answer_is_another(self, api: Api, effect: dict[str, Any], status: int, made: int) -> None:
        do(api, effect, "shares.create")
        assert api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}}).status == status
        assert len(api.get("/v2/shares").json["shares"]) == made


class TestRespond:
    def test_has_manilas_envelope(self, api: Api) -> None:
        do(api, {"respond": {"status": 409, "message": "not now"}})
        answer = api.get("/v2/shares")
        assert answer.json == {"conflictingRequest": {"code": 409, "message": "not now"}}
        assert answer.headers["Content-Type"] == "application/json"

    def test_has_the_envelope_and_headers_that_are_asked_for(self, api: Api) -> None:
        do(api, {"respond": {"status": 500, "error": "oops", "headers": {"Retry-After": 7}}})
        answer = api.get("/v2/shares")
        assert answer.fault == (500, "oops")
        assert answer.headers["Retry-After"] == "7"

    def test_has_a_retry_after_in_the_body_where_manila_has_one(self, api: Api) -> None:
        do(api, {"respond": {"status": 413, "headers": {"retry-after": "30"}}})
        assert api.get("/v2/shares").json["overLimit"]["retryAfter"] == "30"

    def test_is_keystones_where_keystone_would_have_answered(self, api: Api) -> None:
        api.world.faults.add({"match": {"operation": "identity.tokens.create"}, "do": {"respond": {"status": 503}}})
        refused = api.login("demo")
        assert refused.status == 503
        assert set(refused.json["error"]) == {"code", "message", "title"}

    @pytest.mark.parametrize("body", [{"any": "thing"}, ["a"], None, {}])
    def test_has_the_body_that_is_given(self, api: Api, body: Any) -> None:
        do(api, {"respond": {"status": 200, "body": body}})
        answer = api.get("/v2/shares")
        assert answer.content == b"" if body is None else answer.json == body

    @pytest.mark.parametrize(("body", "kind"), [("<html/>", "text/html"), ("busy", "text/plain")])
    def test_with_a_text_comes_from_something_in_front(self, api: Api, body: str, kind: str) -> None:
        do(api, {"respond": {"status": 502, "body": body}})
        answer = api.get("/v2/shares")
        assert (answer.status, answer.text) == (502, body)
        assert answer.headers["Content-Type"].startswith(kind)
        assert "x-openstack-request-id" not in answer.headers

    def test_of_the_first_rule_that_fires_wins(self, api: Api) -> None:
        do(api, {"respond": {"status": 503}}, times=1)
        do(api, {"respond": {"status": 409}})
        assert [api.get("/v2/shares").status for _ in range(3)] == [503, 409, 409]
        first, second = api.world.faults
        assert [(rule.matched, rule.fired) for rule in (first, second)] == [(3, 1), (3, 2)]


class TestOutcome:
    @pytest.mark.parametrize("status", ["error", "inactive", "awaiting_transfer", "unmanage_error"])
    def test_is_the_status_that_it_ends_in(self, api: Api, status: str) -> None:
        do(api, {"outcome": status}, "shares.create")
        made = api.make_share()
        assert api.get(f"/v2/shares/{made['id']}").json["share"]["status"] == status

    def test_comes_after_its_own_time_and_is_followed_by_another(self, api: Api) -> None:
        then = {"status": "error", "after": "10s", "then": {"status": "available", "after": "20s"}}
        do(api, {"outcome": then}, "shares.create")
        path = f"/v2/shares/{api.make_share()['id']}"
        seen = []
        for _ in range(4):
            seen.append(api.get(path).json["share"]["status"])
            api.world.clock.advance(timedelta(seconds=10))
        assert seen == ["creating", "error", "error", "available"]

    def test_leaves_the_message_that_is_asked_for_or_none(self, api: Api) -> None:
        for message in ("033", False):
            do(api, {"outcome": {"status": "error", "message": message}}, "shares.create", times=1)
        api.make_share()
        api.make_share()
        assert [told["detail_id"] for told in api.get("/v2/messages").json["messages"]] == ["033"]

    def test_of_an_operation_that_starts_nothing_has_not_been_met(self, api: Api) -> None:
        do(api, {"outcome": "error"}, "shares.*")
        (rule,) = api.world.faults
        api.get("/v2/shares")
        assert (rule.matched, rule.fired) == (1, 0)
        api.make_share()
        assert (rule.matched, rule.fired) == (2, 1)

    def test_is_that_of_each_transition_where_there_are_several(self, api: Api) -> None:
        shares = [api.make_share() for _ in range(8)]
        api.get("/v2/shares")
        do(api, {"outcome": "error"}, "services.ensure_shares")
        for share in api.world.store["shares"]:
            share["host"] = "oracle@alpha#fake_pool_for_ALPHA"
        body = {"ensure_shares": {"host": "oracle@alpha"}}
        assert api.post("/v2/services/ensure-shares", body, user="admin").status == 202
        assert {share["status"] for share in api.get("/v2/shares/detail").json["shares"]} == {"error"}
        (rule,) = api.world.faults
        assert (len(shares), rule.matched, rule.fired) == (8, 1, 1)

    def test_of_a_refused_request_has_not_been_met(self, api: Api) -> None:
        do(api, {"outcome": "error"}, "shares.create", times=1)
        assert api.post("/v2/shares", {"share": {"size": 10_000, "share_proto": "NFS"}}).status == 413
        made = api.make_share()
        assert api.get(f"/v2/shares/{made['id']}").json["share"]["status"] == "error"


class TestGone:
    def test_the_record_of_the_path_is_deleted_just_before(self, api: Api) -> None:
        share = api.make_share(name="db")
        api.make_snapshot(share["id"])
        do(api, {"gone": True}, "shares.show", after=1)
        assert api.get(f"/v2/shares/{share['id']}").status == 200
        assert api.get(f"/v2/shares/{share['id']}").status == 404
        left = api.world.store.kinds()
        assert not any(len(left[kind]) for kind in ("shares", "share_instances", "snapshots", "snapshot_instances"))

    def test_of_a_creation_it_is_the_share_that_it_is_for(self, api: Api) -> None:
        share = api.make_share()
        do(api, {"gone": True}, "snapshots.create")
        body = {"snapshot": {"share_id": share["id"], "name": "x"}}
        assert api.post("/v2/snapshots", body).fault == (404, "itemNotFound")

    def test_a_rule_goes_with_its_locks_and_its_share_stays(self, api: Api) -> None:
        share = api.make_share()
        api.world.settle()
        path = f"/v2/shares/{share['id']}/action"
        access = {"access_type": "ip", "access_to": "10.0.0.1", "access_level": "rw", "lock_deletion": True}
        rule = api.post(path, {"allow_access": access}).json["access"]
        do(api, {"gone": True}, "share_access_rules.show")
        assert api.get(f"/v2/share-access-rules/{rule['id']}").status == 404
        assert len(api.world.store["resource_locks"]) == 0
        assert len(api.world.store["shares"]) == 1

    def test_a_replica_goes_alone(self, api: Api) -> None:
        share = api.make_replicated_share()
        replica = api.make_replica(share["id"])
        do(api, {"gone": True}, "share_replicas.show")
        assert api.get(f"/v2/share-replicas/{replica['id']}").status == 404
        assert len(api.world.store["share_instances"]) == 1

    def test_a_group_goes_with_its_shares(self, api: Api) -> None:
        group = api.make("/v2/share-groups", "share_group", {"name": "g"})
        api.make_share(share_group_id=group["id"])
        do(api, {"gone": True}, "share_groups.show")
        assert api.get(f"/v2/share-groups/{group['id']}").status == 404
        assert len(api.world.store["shares"]) == 0

    def test_what_others_lean_on_stays(self, api: Api) -> None:
        types = api.get("/v2/types").json["share_types"]
        do(api, {"gone": True}, "share_types.show")
        assert api.get(f"/v2/types/{types[0]['id']}").status == 200

    def test_what_is_left_can_be_saved_and_loaded(self, api: Api) -> None:
        share = api.make_replicated_share()
        api.make_replica(share["id"])
        api.make_snapshot(share["id"])
        do(api, {"gone": True}, "shares.show")
        api.get(f"/v2/shares/{share['id']}")
        state.load(api.world, state.dump(api.world))


class TestOthers:
    def test_a_field_is_blank_wherever_it_stands(self, api: Api) -> None:
        api.make_share(name="data")
        do(api, {"blank": ["name", "links"]}, "shares.detail", times=1)
        (shown,) = api.get("/v2/shares/detail").json["shares"]
        assert (shown["name"], shown["links"]) == (None, None)
        assert api.get("/v2/shares/detail").json["shares"][0]["name"] == "data"

    def test_a_list_is_as_it_was_and_a_show_as_it_is(self, api: Api) -> None:
        share = api.make_share(name="before")
        do(api, {"stale_list": "10s"}, "shares.*")
        api.get("/v2/shares")
        api.put(f"/v2/shares/{share['id']}", {"share": {"display_name": "after"}})

        def names() -> tuple[str, str]:
            listed = api.get("/v2/shares").json["shares"][0]["name"]
            return listed, api.get(f"/v2/shares/{share['id']}").json["share"]["name"]

        assert names() == ("before", "after")
        api.world.clock.advance(timedelta(seconds=9))
        assert names() == ("before", "after")
        api.world.clock.advance(timedelta(seconds=1))
        assert names() == ("after", "after")

    def test_one_of_several_is_what_the_seed_says(self, api: Api) -> None:
        do(api, {"one_of": [{"respond": {"status": status}} for status in (500, 502, 503)]})
        seen = [api.get("/v2/shares").status for _ in range(40)]
        assert set(seen) == {500, 502, 503}

    def test_a_revoked_token_is_refused_everywhere(self, api: Api) -> None:
        do(api, {"revoke_token": True}, times=1)
        assert [api.get("/v2/shares").status, api.get("/v2/snapshots").status] == [401, 401]
        api._tokens.clear()
        assert api.get("/v2/shares").status == 200
