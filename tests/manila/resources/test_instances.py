"""Instances and export locations of shares and snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from ...api import UNKNOWN, Api


def locations(api: Api, share: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v2/shares/{share['id']}/export_locations", **options).json[
        "export_locations"
    ]
    return found


def instance(api: Api, share: dict[str, Any]) -> dict[str, Any]:
    (found,) = api.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
    return dict(found)


class TestShareInstances:
    def test_a_share_shows_what_its_instance_is(self) -> None:
        api = Api(delays={"shares.create": "10s"})
        share = api.make_share()
        assert (instance(api, share)["status"], instance(api, share)["host"]) == ("creating", "")
        api.world.clock.advance(api.world.delays.of("shares.create").draw(api.world.seeded))
        assert (instance(api, share)["status"], instance(api, share)["progress"]) == ("available", "100%")

    def test_resetting_an_instance_resets_its_share(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/share_instances/{instance(api, share)['id']}"
        assert api.action(path, "reset_status", {"status": "error"}, user="admin").status == 202
        assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "error"

    def test_the_last_instance_takes_its_share_with_it(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/share_instances/{instance(api, share)['id']}"
        assert api.action(path, "force_delete", user="admin").status == 202
        assert api.get(f"/v2/shares/{share['id']}").fault == (404, "itemNotFound")
        assert api.get(path, user="admin").fault == (404, "itemNotFound")

    def test_are_for_administrators(self, api: Api) -> None:
        share = api.make_share()
        assert api.get("/v2/share_instances").fault == (403, "forbidden")
        assert api.get(f"/v2/shares/{share['id']}/instances").fault == (403, "forbidden")

    def test_are_found_by_where_they_are_exported(self, api: Api) -> None:
        share = api.make_share()
        api.make_share()
        query = {"export_location_path": locations(api, share)[0]["path"]}
        found = api.get("/v2/share_instances", user="admin", query=query).json["share_instances"]
        assert [one["share_id"] for one in found] == [share["id"]]


class TestExportLocations:
    def test_one_is_for_administrators_only(self, api: Api) -> None:
        share = api.make_share()
        (hidden,) = [one for one in locations(api, share, user="admin") if one["is_admin_only"]]
        assert [one["preferred"] for one in locations(api, share)] == [True, False]
        path = f"/v2/shares/{share['id']}/export_locations/{hidden['id']}"
        assert api.get(path, user="admin").json["export_location"]["path"].startswith("11.0.0.11:")
        assert api.get(path).fault == (403, "forbidden")

    @pytest.mark.parametrize(
        ("version", "fields"),
        [
            ("2.9", {"id", "path"}),
            ("2.14", {"id", "path", "preferred"}),
            ("2.87", {"id", "path", "preferred", "metadata"}),
        ],
    )
    def test_fields_came_one_by_one(self, api: Api, version: str, fields: set[str]) -> None:
        assert {frozenset(one) for one in locations(api, api.make_share(), version=version)} == {frozenset(fields)}

    def test_a_share_has_none_before_it_is_there(self) -> None:
        api = Api(delays={"shares.create": "10s"})
        assert locations(api, api.make_share()) == []

    def test_filter_shares_since_2_35(self, api: Api) -> None:
        share, other = api.make_share(), api.make_share()
        query = {"export_location_id": locations(api, share)[0]["id"]}
        found = {version: api.get("/v2/shares", query=query, version=version).json for version in ("2.34", "2.35")}
        assert [one["id"] for one in found["2.35"]["shares"]] == [share["id"]]
        assert [one["id"] for one in found["2.34"]["shares"]] == [other["id"], share["id"]]

    def test_belong_to_one_share(self, api: Api) -> None:
        location, other = locations(api, api.make_share())[0], api.make_share()
        assert api.get(f"/v2/shares/{other['id']}/export_locations/{location['id']}").fault == (404, "itemNotFound")


class TestMetadataOfExportLocations:
    def test_comes_and_goes(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}/export_locations/{locations(api, share)[0]['id']}"
        merged = api.post(f"{path}/metadata", {"metadata": {"tier": "gold"}})
        assert merged.json == {"metadata": {"preferred": "1", "tier": "gold"}}
        assert api.get(f"{path}/metadata/tier").json == {"meta": {"tier": "gold"}}
        assert api.get(path).json["export_location"]["metadata"] == {"tier": "gold"}
        assert api.delete(f"{path}/metadata/tier").status == 200
        assert api.get(f"{path}/metadata/tier").fault == (404, "itemNotFound")

    def test_what_is_preferred_is_for_administrators_to_say(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}/export_locations/{locations(api, share)[0]['id']}"
        body = {"metadata": {"preferred": "False"}}
        assert api.put(f"{path}/metadata", body).fault == (403, "forbidden")
        assert api.put(f"{path}/metadata", body, user="admin").status == 200
        assert api.get(path).json["export_location"]["preferred"] is False
        assert api.put(f"{path}/metadata", {"metadata": {}}).json == {"metadata": {"preferred": "False"}}


class TestSnapshotInstances:
    def test_follow_their_snapshot(self, api: Api) -> None:
        snapshot = api.make_snapshot()
        admin = api.at(user="admin")
        query = {"snapshot_id": snapshot["id"]}
        (found,) = admin.get("/v2/snapshot-instances/detail", query=query).json["snapshot_instances"]
        assert (found["status"], found["share_id"], found["progress"]) == ("available", snapshot["share_id"], "100%")
        share = admin.get(f"/v2/shares/{snapshot['share_id']}").json["share"]
        assert found["share_instance_id"] == instance(api, share)["id"]
        path = f"/v2/snapshot-instances/{found['id']}"
        assert admin.action(path, "reset_status", {"status": "error"}).status == 202
        assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == "error"

    def test_have_the_locations_of_their_snapshot(self, api: Api) -> None:
        snapshot = api.make_snapshot()
        admin = api.at(user="admin")
        own = api.get(f"/v2/snapshots/{snapshot['id']}/export-locations").json["share_snapshot_export_locations"]
        query = {"snapshot_id": snapshot["id"]}
        (found,) = admin.get("/v2/snapshot-instances", query=query).json["snapshot_instances"]
        path = f"/v2/snapshot-instances/{found['id']}/export-locations"
        everything = admin.get(path).json["share_snapshot_export_locations"]
        assert (len(own), len(everything)) == (2, 3)
        shown = admin.get(f"{path}/{own[0]['id']}").json["share_snapshot_export_location"]
        assert (shown["path"], shown["is_admin_only"]) == (own[0]["path"], False)
        assert admin.get(f"{path}/{UNKNOWN}").fault == (404, "itemNotFound")

    @pytest.mark.parametrize("how", ["delete", "force_delete"])
    def test_go_with_their_snapshot(self, api: Api, how: str) -> None:
        snapshot = api.make_snapshot()
        api.get("/v2/snapshots")
        path = f"/v2/snapshots/{snapshot['id']}"
        answer = api.delete(path) if how == "delete" else api.action(path, how, user="admin")
        assert answer.status == 202, answer
        assert api.get(path).status == 404
        assert len(api.world.store["snapshot_instances"]) == 0


class TestStates:
    def test_a_share_and_its_instance_cannot_disagree(self, api: Api) -> None:
        api.make_share()
        api.get("/v2/shares")
        state = api.get("/_fakemanila/state").json
        state["records"]["share_instances"][0]["host"] = "elsewhere@alpha#pool"
        answer = api.put("/_fakemanila/state", state)
        assert answer.status == 400
        assert answer.json["error"].startswith("records.shares[0].host: ")
        assert "is not what" in answer.json["error"]

    def test_a_snapshot_has_its_instance(self, api: Api) -> None:
        api.make_snapshot()
        api.get("/v2/snapshots")
        state = api.get("/_fakemanila/state").json
        state["records"]["snapshot_instances"] = []
        answer = api.put("/_fakemanila/state", state)
        assert answer.status == 400
        assert answer.json["error"].startswith("records.snapshots[0].instance_id: there is no ")
