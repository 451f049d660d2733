"""Share transfers: offers, who may take them, what moves, what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import PRIVATE, UNKNOWN, Api

PATH = "/v2/share-transfers"


def offer(api: Api, share: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return api.make(PATH, "transfer", {"share_id": share["id"], **fields})


def take(api: Api, transfer: dict[str, Any], *, user: str = "alt_demo", **fields: Any) -> Any:
    body = {"accept": {"auth_key": transfer["auth_key"], **fields}}
    return api.post(f"{PATH}/{transfer['id']}/accept", body, user=user)


def status(api: Api, share: dict[str, Any]) -> str:
    return str(api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]["status"])


def used(api: Api, user: str, name: str) -> int:
    limits = api.get("/v2/limits", user=user).json["limits"]["absolute"]
    return int(limits[f"total{name}Used"])


class TestOffering:
    def test_a_share_waits_until_it_is_taken(self, api: Api) -> None:
        share = api.make_share()
        transfer = offer(api, share, name=" mine ")
        assert (transfer["name"], transfer["accepted"], transfer["destination_project_id"]) == ("mine", False, None)
        assert status(api, share) == "awaiting_transfer"
        assert api.post(PATH, {"transfer": {"share_id": share["id"]}}).fault == (400, "badRequest")

    def test_the_key_is_told_once_and_not_kept(self, api: Api) -> None:
        transfer = offer(api, api.make_share())
        assert len(transfer["auth_key"]) == 16
        assert "auth_key" not in api.get(f"{PATH}/{transfer['id']}").json["transfer"]
        assert transfer["auth_key"] not in str(api.records())

    def test_an_offer_taken_back_leaves_the_share_as_it_was(self, api: Api) -> None:
        share = api.make_share()
        transfer = offer(api, share)
        assert api.delete(f"{PATH}/{transfer['id']}").status == 200
        assert (status(api, share), api.get(PATH).json) == ("available", {"transfers": []})

    @pytest.mark.parametrize(
        ("attribute", "value"),
        [
            ("status", "error"),
            ("share_network_id", UNKNOWN),
            ("share_group_id", UNKNOWN),
        ],
    )
    def test_some_shares_cannot_be_given_away(self, api: Api, attribute: str, value: Any) -> None:
        share = api.make_share()
        api.get("/v2/shares")
        record = api.world.store["shares"].get(share["id"])
        assert record is not None
        record[attribute] = value
        before = api.records()
        assert api.post(PATH, {"transfer": {"share_id": share["id"]}}).fault == (400, "badRequest")
        assert api.records() == before

    def test_a_share_with_replicas_cannot_be_given_away(self, api: Api) -> None:
        share = api.make_replicated_share()
        api.make_replica(share["id"])
        assert api.post(PATH, {"transfer": {"share_id": share["id"]}}).fault == (400, "badRequest")

    def test_the_project_in_a_mount_point_cannot_be_given_away(self, api: Api) -> None:
        share = api.make_share()
        api.get("/v2/shares")
        api.world.store["shares"].get(share["id"]).update(mount_point_name=f"{api.project_id()}_here")  # type: ignore[union-attr]
        answer = api.post(PATH, {"transfer": {"share_id": share["id"]}})
        assert "mount_point_name" in answer.json["badRequest"]["message"]

    def test_snapshots_have_to_be_available(self, api: Api) -> None:
        share = api.make_share()
        snapshot = api.make_snapshot(share["id"])
        api.action(f"/v2/snapshots/{snapshot['id']}", "reset_status", {"status": "error"}, user="admin")
        answer = api.post(PATH, {"transfer": {"share_id": share["id"]}})
        assert snapshot["id"] in answer.json["badRequest"]["message"]


class TestTaking:
    def test_the_share_and_its_user_change(self, api: Api) -> None:
        share = api.make_share()
        assert take(api, offer(api, share)).status == 202
        taken = api.get(f"/v2/shares/{share['id']}", user="alt_demo").json["share"]
        assert taken["status"] == "available"
        assert taken["project_id"] == api.project_id("alt_demo")
        assert taken["user_id"] == api.user_id("alt_demo")
        assert api.get(f"/v2/shares/{share['id']}").fault == (404, "itemNotFound")

    def test_the_offer_is_gone(self, api: Api) -> None:
        transfer = offer(api, api.make_share())
        take(api, transfer)
        for user in ("demo", "alt_demo", "admin"):
            assert api.get(f"{PATH}/{transfer['id']}", user=user).fault == (404, "itemNotFound")
        assert take(api, transfer).fault == (400, "badRequest")

    def test_usage_moves_with_the_share(self, api: Api) -> None:
        transfer = offer(api, api.make_share(size=3))
        assert (used(api, "demo", "ShareGigabytes"), used(api, "alt_demo", "ShareGigabytes")) == (3, 0)
        take(api, transfer)
        assert (used(api, "demo", "ShareGigabytes"), used(api, "alt_demo", "ShareGigabytes")) == (0, 3)

    @pytest.mark.parametrize("quota", ["shares", "gigabytes", "per_share_gigabytes"])
    def test_the_takers_quota_counts(self, api: Api, quota: str) -> None:
        share = api.make_share(size=2)
        transfer = offer(api, share)
        limit = {"quota_set": {quota: 0 if quota == "shares" else 1}}
        api.put(f"/v2/quota-sets/{api.project_id('alt_demo')}", limit, user="admin")
        assert take(api, transfer).fault == (413, "overLimit")
        assert status(api, share) == "awaiting_transfer"
        api.delete(f"/v2/quota-sets/{api.project_id('alt_demo')}", user="admin")
        assert take(api, transfer).status == 202

    @pytest.mark.parametrize("clear", [True, "yes", False, None])
    def test_access_rules_are_cleared_on_request(self, api: Api, clear: Any) -> None:
        share = api.make_share()
        api.action(f"/v2/shares/{share['id']}", "allow_access", {"access_type": "ip", "access_to": "10.0.0.1"})
        take(api, offer(api, share), clear_access_rules=clear)
        rules = api.get("/v2/share-access-rules", query={"share_id": share["id"]}, user="alt_demo").json["access_list"]
        assert len(rules) == (0 if clear else 1)

    def test_a_wrong_key_is_refused(self, api: Api) -> None:
        share = api.make_share()
        transfer = offer(api, share)
        assert take(api, {**transfer, "auth_key": "0" * 16}).fault == (400, "badRequest")
        assert status(api, share) == "awaiting_transfer"

    def test_a_private_type_has_to_be_shared_first(self, api: Api) -> None:
        kind = api.make_type(**PRIVATE)
        grant = {"project": api.project_id("demo")}
        api.action(f"/v2/types/{kind['id']}", "addProjectAccess", grant, user="admin")
        transfer = offer(api, api.make_share(share_type="gold"))
        assert take(api, transfer).fault == (404, "itemNotFound")
        grant = {"project": api.project_id("alt_demo")}
        api.action(f"/v2/types/{kind['id']}", "addProjectAccess", grant, user="admin")
        assert take(api, transfer).status == 202

    def test_snapshots_stay_in_the_way_of_other_projects_members(self, api: Api) -> None:
        share = api.make_share()
        snapshot = api.make_snapshot(share["id"])
        transfer = offer(api, share)
        assert take(api, transfer).fault == (403, "forbidden")
        assert take(api, transfer, user="admin").status == 202
        moved = api.get(f"/v2/snapshots/{snapshot['id']}", user="admin").json["snapshot"]
        assert moved["project_id"] == api.project_id("admin")

    def test_a_share_that_is_gone_can_be_neither_taken_nor_taken_back(self, api: Api) -> None:
        share = api.make_share()
        transfer = offer(api, share)
        api.action(f"/v2/shares/{share['id']}", "force_delete", user="admin")
        assert api.get(f"{PATH}/{transfer['id']}").status == 200
        assert take(api, transfer).fault == (400, "badRequest")
        assert api.delete(f"{PATH}/{transfer['id']}").fault == (400, "badRequest")


class TestExpiry:
    def test_an_offer_stands_for_five_minutes(self, api: Api) -> None:
        share = api.make_share()
        transfer = offer(api, share)
        assert transfer["expires_at"] == "2026-01-01T00:05:00.000000"
        api.world.clock.advance(timedelta(seconds=299))
        assert status(api, share) == "awaiting_transfer"
        api.world.clock.advance(timedelta(seconds=1))
        assert status(api, share) == "available"
        assert take(api, transfer).fault == (400, "badRequest")

    def test_how_long_it_stands_is_a_delay(self) -> None:
        api = Api(delays={"default": "1s", "share_transfers.create": "1h"})
        share = api.make_share()
        api.world.advance(timedelta(seconds=1))
        assert offer(api, share)["expires_at"] == "2026-01-01T01:00:01.000000"

    def test_being_idle_does_not_wait_for_it(self) -> None:
        api = Api(delays={"shares.create": "10s"})
        share = api.make_share()
        api.world.advance_to_idle()
        offer(api, share)
        api.make_share()
        api.world.advance_to_idle()
        assert api.world.timestamp() == "2026-01-01T00:00:20.000000"
        assert status(api, share) == "awaiting_transfer"
        assert api.get("/_fakemanila/clock").json["pending"] == 0

    def test_taking_it_ends_the_wait(self, api: Api) -> None:
        share = api.make_share()
        take(api, offer(api, share))
        api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "error"}, user="admin")
        api.world.advance(timedelta(minutes=30))
        assert status(api, share) == "error"

    def test_a_share_that_was_put_right_stays_as_it_is(self, api: Api) -> None:
        share = api.make_share()
        offer(api, share)
        api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "error"}, user="admin")
        api.world.advance(timedelta(minutes=30))
        assert status(api, share) == "error"
        assert api.get(PATH).json["transfers"] == []


class TestLists:
    def test_are_of_the_callers_project_unless_an_administrator_asks(self, api: Api) -> None:
        transfer = offer(api, api.make_share())
        for user, query, found in (
            ("demo", None, 1),
            ("alt_demo", None, 0),
            ("alt_demo", {"all_tenants": "1"}, 0),
            ("admin", None, 0),
            ("admin", {"all_tenants": "1"}, 1),
            ("admin", {"all_tenants": "1", "source_project_id": api.project_id("alt_demo")}, 0),
        ):
            listed = api.get(PATH, user=user, query=query).json["transfers"]
            assert [one["id"] for one in listed] == [transfer["id"]] * found

    @pytest.mark.parametrize("direction", ["asc", "sideways"])
    def test_any_other_direction_is_upwards(self, api: Api, direction: str) -> None:
        for name in "ba":
            offer(api, api.make_share(), name=name)
        query = {"sort_key": "display_name", "sort_dir": direction}
        assert [one["name"] for one in api.get(PATH, query=query).json["transfers"]] == ["a", "b"]
