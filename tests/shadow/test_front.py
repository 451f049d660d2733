"""A shadow in front of a cloud: clients notice nothing, and what differs is told."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from fakemanila.compare.histories.comparing import Answer
from fakemanila.shadow.beside import Beside
from fakemanila.shadow.exchange import Asked

from .beside_cloud import NEWEST, URL, standing

SHARE = {"share": {"share_proto": "NFS", "size": 1, "name": "mine"}}


class TestClients:
    def test_get_what_the_cloud_answers_with_links_that_lead_back(self) -> None:
        with standing() as cloud:
            made = cloud.send("POST", "/v2/shares", SHARE)
            [link, bookmark] = made.document["share"]["links"]
            assert link["href"].startswith(f"{URL}/v2/shares/")
            assert bookmark["href"].startswith(f"{URL}/shares/")
            assert cloud.cloud.requests.count(operation="shares.create") == 1

    def test_find_the_shadow_in_the_catalog(self) -> None:
        with standing() as cloud:
            urls = [
                endpoint["url"]
                for service in cloud.login("demo").document["token"]["catalog"]
                for endpoint in service["endpoints"]
            ]
            assert {url.removeprefix(URL).split("/")[1] for url in urls} == {"identity", "v2"}

    def test_get_an_answer_where_the_cloud_gives_none(self) -> None:
        with standing() as cloud:
            cloud.cloud.faults.add({"match": {"operation": "shares.list"}, "do": {"reset": True}})
            answer = cloud.send("GET", "/v2/shares")
            assert (answer.status, answer.document["computeFault"]["code"]) == (502, 502)
            assert "doesn't answer" in answer.document["computeFault"]["message"]
            assert cloud.drift["skipped"] == [{"why": "the cloud did not answer", "count": 1}]

    @pytest.mark.parametrize(
        ("do", "why"),
        [
            ({"status": 503}, "the cloud answered 503"),
            ({"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<h1>Maintenance</h1>"},
             "the cloud answered 200 without JSON"),
        ],
    )  # fmt: skip
    def test_get_its_failures_too_which_are_not_compared(self, do: dict[str, Any], why: str) -> None:
        with standing() as cloud:
            cloud.cloud.faults.add({"match": {"operation": "shares.list"}, "do": {"respond": do}})
            assert cloud.send("GET", "/v2/shares").status == do["status"]
            assert cloud.drift["skipped"] == [{"why": why, "count": 1}]

    def test_of_the_first_api_are_passed_on_and_not_compared(self) -> None:
        with standing() as cloud:
            assert cloud.send("GET", "/v1/shares").status == 404
            assert cloud.drift["skipped"] == [{"why": "it is for Manila's first API", "count": 1}]

    def test_notice_nothing_of_a_failure_beside(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> None:
            raise RuntimeError("a bug")

        with standing() as cloud:
            monkeypatch.setattr(Beside, "play", fail)
            assert cloud.get("/v2/shares") == {"shares": []}
            assert cloud.drift["skipped"] == [{"why": "fakemanila failed; its log says why", "count": 1}]


class TestFollowing:
    def test_what_ends_in_the_cloud_ends_beside(self) -> None:
        with standing() as cloud:
            id = cloud.make_share()
            assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "creating"
            cloud.cloud.clock.advance("1m")
            assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "available"
            cloud.send("POST", f"/v2/shares/{id}/action", {"extend": {"new_size": 2}})
            cloud.cloud.clock.advance("1m")
            assert cloud.get("/v2/shares/detail")["shares"][0]["size"] == 2
            cloud.send("DELETE", f"/v2/shares/{id}")
            assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "deleting"
            cloud.cloud.clock.advance("1m")
            assert cloud.send("GET", f"/v2/shares/{id}").status == 404
            assert (cloud.differences, cloud.drift["alike"]) == ([], 8)

    def test_what_nobody_has_looked_at_is_over_where_the_cloud_goes_on(self) -> None:
        with standing() as cloud:
            id = cloud.make_share()
            cloud.cloud.clock.advance("1m")
            assert cloud.send("POST", "/v2/snapshots", {"snapshot": {"share_id": id}}).status == 202
            assert cloud.differences == []

    def test_what_fails_by_itself_fails_beside_with_the_same_message(self) -> None:
        with standing() as cloud:
            specs = {"driver_handles_share_servers": "False", "share_backend_name": "nowhere"}
            cloud.send("POST", "/v2/types", {"share_type": {"name": "nowhere", "extra_specs": specs}}, user="admin")
            id = cloud.make_share(share_type="nowhere")
            cloud.cloud.clock.advance("1m")
            assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "error"
            [message] = cloud.get(f"/v2/messages?resource_id={id}")["messages"]
            assert message["action_id"] == "001"  # no host was found, which is the fake's own finding
            assert cloud.differences == []

    def test_what_fails_for_a_reason_of_the_clouds_own_fails_beside(self) -> None:
        with standing() as cloud:
            cloud.cloud.faults.add({"match": {"operation": "shares.create"}, "do": {"outcome": "error"}})
            id = cloud.make_share()
            cloud.cloud.clock.advance("1m")
            assert cloud.get(f"/v2/shares/{id}")["share"]["status"] == "error"
            assert cloud.differences == []

    def test_a_deletion_is_seen_in_lists(self) -> None:
        with standing() as cloud:
            id = cloud.make_share()
            cloud.cloud.clock.advance("1m")
            cloud.get(f"/v2/shares/{id}")
            cloud.send("DELETE", f"/v2/shares/{id}")
            cloud.cloud.clock.advance("1m")
            assert cloud.get("/v2/shares") == {"shares": []}
            assert cloud.differences == []

    def test_a_transfer_is_accepted_with_the_clouds_key(self) -> None:
        with standing() as cloud:
            cloud.cloud.control.delays.replace({"default": 0})
            id = cloud.make_share()
            made = cloud.send("POST", "/v2/share-transfers", {"transfer": {"share_id": id}}).document["transfer"]
            accept = {"accept": {"auth_key": made["auth_key"]}}
            path = f"/v2/share-transfers/{made['id']}/accept"
            assert cloud.send("POST", path, accept, user="alt_demo").status == 202
            assert cloud.get(f"/v2/shares/{id}", user="alt_demo")["share"]["status"] == "available"
            assert cloud.differences == []

    def test_its_clock_follows(self) -> None:
        with standing() as cloud:
            tomorrow = format_datetime(cloud.beside.worlds.get().now() + timedelta(days=1))
            asked = Asked("GET", "/v2/shares", {"x-openstack-manila-api-version": NEWEST})
            cloud.beside.play(asked, Answer(401, {"Date": tomorrow}), URL)
            later = format_datetime(cloud.beside.worlds.get().now())
            assert later[:16] == tomorrow[:16]  # the day


class TestDrift:
    def test_is_told_with_both_answers_and_how_often_it_was_met(self) -> None:
        with standing() as cloud:
            cloud.cloud.control.delays.replace({"default": 0})
            id = cloud.make_share()
            shown = cloud.send("GET", f"/v2/shares/{id}")
            other = {"share": {**shown.document["share"], "size": 7}}
            headers = {name: value for name, value in shown.headers.items() if name.lower().startswith(("x-", "vary"))}
            do = {"respond": {"status": 200, "headers": headers, "body": other}}
            cloud.cloud.faults.add({"match": {"operation": "shares.show"}, "do": do})
            cloud.get(f"/v2/shares/{id}")
            cloud.get(f"/v2/shares/{id}")
            [kind] = cloud.drift["drift"]
            assert (kind["difference"], kind["count"]) == ("shares.show body.share.size: expected 7, got 1", 2)
            assert (kind["cloud"]["body"]["share"]["size"], kind["fake"]["body"]["share"]["size"]) == (7, 1)
            assert kind["request"]["path"] == f"/v2/shares/{id}"
            assert kind["request"]["roles"] == ["member", "reader"]
            assert cloud.tokens["demo"] not in str(cloud.shadow.drift.kinds)
            assert (cloud.drift["alike"], cloud.drift["differing"]) == (2, 2)
            assert cloud.shadow.drift.lines() == [
                "2 shares.show body.share.size: expected 7, got 1",
                "4 requests, 4 compared: 2 alike, 2 not",
            ]

    def test_leaves_out_what_came_around_the_shadow(self) -> None:
        with standing() as cloud:
            cloud.cloud.control.delays.replace({"default": 0})
            around = cloud.cloud.create("share", name="around")
            mine = cloud.make_share()
            shown = cloud.get("/v2/shares")["shares"]
            assert {each["id"] for each in shown} == {around["id"], mine}  # the client sees both
            cloud.get(f"/v2/shares/{around['id']}")
            assert (cloud.differences, cloud.drift["strangers"]) == ([], 1)
            assert cloud.drift["skipped"] == [{"why": "it is about what was made around this server", "count": 1}]

    def test_order_is_compared_by_what_a_list_is_sorted_by(self) -> None:
        with standing(
            scenario={"resources": [{"kind": "share", "name": "b"}, {"kind": "share", "name": "a"}]}
        ) as cloud:
            cloud.get("/v2/shares?sort_key=display_name&sort_dir=asc")
            cloud.get("/v2/shares?sort_key=id&sort_dir=asc")
            assert cloud.differences == []

    def test_is_forgotten_when_it_is_told_to(self) -> None:
        with standing() as cloud:
            cloud.get("/v2/shares")
            client = cloud.beside.app.test_client()
            assert client.get("/_fakemanila/drift").get_json()["requests"] == 1
            assert client.delete("/_fakemanila/drift").status_code == 204
            assert client.get("/_fakemanila/drift").get_json()["requests"] == 0
            assert client.get("/_fakemanila/drift", headers={"Host": "elsewhere.test"}).status_code == 403


class TestTokens:
    def test_of_the_cloud_are_written_nowhere(self) -> None:
        with standing() as cloud:
            cloud.make_share()
            cloud.get("/v2/shares")
            world = cloud.beside.worlds.get()
            told = [json.dumps(cloud.drift), cloud.shadow.steps.scenario("one"), json.dumps(world.identity.dump())]
            told += [str((entry.request, entry.response)) for entry in world.journal]
            assert not [text for text in told if cloud.tokens["demo"] in text]

    def test_that_were_given_out_elsewhere_are_asked_about(self) -> None:
        with standing() as cloud:
            cloud.tokens["demo"] = str(cloud.cloud.session().get_token())
            cloud.get("/v2/shares")
            assert cloud.drift["alike"] == 1

    def test_are_asked_about_once_more_when_the_world_was_reset(self) -> None:
        with standing() as cloud:
            cloud.get("/v2/shares")
            assert cloud.beside.app.test_client().post("/_fakemanila/reset").status_code == 200
            cloud.get("/v2/shares")
            assert cloud.drift["alike"] == 2

    def test_that_are_none_are_refused_on_both_sides(self) -> None:
        with standing() as cloud:
            cloud.tokens["demo"] = "nonsense"
            assert cloud.send("GET", "/v2/shares").status == 401
            assert (cloud.drift["alike"], cloud.drift["skipped"]) == (1, [])
