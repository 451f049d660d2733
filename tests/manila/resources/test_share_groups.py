"""Share groups and their snapshots: made, placed, filled, copied, deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.versions import EXPERIMENTAL_HEADER

from ...api import UNKNOWN, Answer, Api

PATH, SNAPSHOTS = "/v2/share-groups", "/v2/share-group-snapshots"


def make(api: Api, *, user: str | None = None, **fields: Any) -> dict[str, Any]:
    return api.make(PATH, "share_group", fields, user=user)


def snap(api: Api, group: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return api.make(SNAPSHOTS, "share_group_snapshot", {"share_group_id": group["id"], **fields})


def shown(api: Api, group: dict[str, Any], **options: Any) -> dict[str, Any]:
    record: dict[str, Any] = api.get(f"{PATH}/{group['id']}", **options).json["share_group"]
    return record


def filled(api: Api, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A group with a share in it."""
    group = make(api, **fields)
    shown(api, group)
    return group, api.make_share(share_group_id=group["id"])


def delete_share(api: Api, share: dict[str, Any], group: dict[str, Any]) -> Answer:
    return api.delete(f"/v2/shares/{share['id']}", query={"share_group_id": group["id"]})


class TestMaking:
    def test_a_group_gets_a_pool(self) -> None:
        api = Api(delays={"share_groups.create": "10s"})
        group = make(api, name="trio")
        assert (group["status"], group["host"], group["consistent_snapshot_support"]) == ("creating", None, None)
        api.world.advance(timedelta(seconds=10))
        made = shown(api, group)
        assert (made["status"], made["consistent_snapshot_support"]) == ("available", "pool")
        assert made["host"].startswith("oracle@")
        assert made["availability_zone"]
        assert made["created_at"] == "2026-01-01T00:00:10.000000"

    def test_it_is_of_the_default_types(self, api: Api) -> None:
        group = make(api)
        assert group["share_group_type_id"] == api.get("/v2/share-group-types/default").json["share_group_type"]["id"]
        assert group["share_types"] == [api.get("/v2/types/default").json["share_type"]["id"]]

    def test_all_of_its_types_fit_its_pool(self, api: Api) -> None:
        anywhere = api.make_type("anywhere")
        beta = api.make_type("beta", extra_specs={"availability_zones": "manila-zone-1"})
        types = [anywhere["id"], beta["id"]]
        fields = {"name": "both", "share_types": types}
        kind = api.make("/v2/share-group-types", "share_group_type", fields, user="admin")
        group = make(api, share_types=types, share_group_type_id=kind["id"])
        assert shown(api, group)["availability_zone"] == "manila-zone-1"

    def test_where_nothing_fits_it_ends_in_error_with_a_message(self, api: Api) -> None:
        group = make(api, availability_zone="manila-zone-2")
        assert shown(api, group)["status"] == "error"
        (message,) = api.get("/v2/messages").json["messages"]
        assert (message["resource_type"], message["resource_id"]) == ("SHARE_GROUP", group["id"])
        assert message["action_id"] == "001"
        assert api.delete(f"{PATH}/{group['id']}").status == 202
        assert api.get(PATH).json == {"share_groups": []}

    @pytest.mark.parametrize(("wanted", "status"), [("pool", "available"), ("host", "error")])
    def test_consistent_snapshots_are_the_pools_matter(self, api: Api, wanted: str, status: str) -> None:
        fields = {"name": "same", "share_types": ["default"], "group_specs": {"consistent_snapshot_support": wanted}}
        kind = api.make("/v2/share-group-types", "share_group_type", fields, user="admin")
        assert shown(api, make(api, share_group_type_id=kind["id"]))["status"] == status

    @pytest.mark.parametrize(
        "fields",
        [
            {"bogus": 1},
            {"share_types": ["default"]},
            {"share_types": [UNKNOWN]},
            {"share_group_type_id": UNKNOWN},
            {"share_network_id": UNKNOWN},
            {"source_share_group_snapshot_id": UNKNOWN},
            {"source_share_group_snapshot_id": UNKNOWN, "availability_zone": "nova"},
        ],
    )
    def test_what_makes_no_group_is_refused(self, api: Api, fields: dict[str, Any]) -> None:
        api.token()
        before = api.records()
        assert api.post(PATH, {"share_group": fields}).fault == (400, "badRequest")
        assert api.records() == before

    def test_groups_are_limited(self, api: Api) -> None:
        api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {"share_groups": 1}}, user="admin")
        group = make(api)
        assert api.post(PATH, {"share_group": {}}).fault == (413, "overLimit")
        assert api.get("/v2/limits").json["limits"]["absolute"]["totalShareGroupsUsed"] == 1
        api.delete(f"{PATH}/{group['id']}")
        make(api)

    @pytest.mark.parametrize(("version", "shown"), [("2.33", False), ("2.34", True)])
    def test_zones_are_shown_since_2_34(self, api: Api, version: str, shown: bool) -> None:
        path, headers = f"{PATH}/{make(api)['id']}", {EXPERIMENTAL_HEADER: "true"}
        group = api.get(path, version=version, headers=headers).json["share_group"]
        assert ("availability_zone" in group) is shown


class TestShares:
    def test_a_share_lives_where_its_group_does(self, api: Api) -> None:
        group, share = filled(api, availability_zone="manila-zone-1")
        assert share["availability_zone"] == "manila-zone-1"
        found = api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]
        assert (found["share_group_id"], found["host"]) == (group["id"], shown(api, group)["host"])
        listed = api.get("/v2/shares", query={"share_group_id": group["id"]}).json["shares"]
        assert [one["id"] for one in listed] == [share["id"]]

    @pytest.mark.parametrize(
        "fields", [{"share_type": "dhss_false"}, {"availability_zone": "nova"}, {"share_group_id": UNKNOWN}]
    )
    def test_some_shares_cannot_be_in_it(self, api: Api, fields: dict[str, Any]) -> None:
        group = make(api)
        shown(api, group)
        body = {"share": {"size": 1, "share_proto": "NFS", "share_group_id": group["id"], **fields}}
        assert api.post("/v2/shares", body).status == (404 if "share_group_id" in fields else 400)

    def test_a_group_in_error_takes_none(self, api: Api) -> None:
        group = make(api)
        api.action(f"{PATH}/{group['id']}", "reset_status", {"status": "error"}, user="admin")
        body = {"share": {"size": 1, "share_proto": "NFS", "share_group_id": group["id"]}}
        assert api.post("/v2/shares", body).fault == (400, "badRequest")

    def test_deleting_one_wants_the_groups_id(self, api: Api) -> None:
        group, share = filled(api)
        assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "available"
        assert api.delete(f"/v2/shares/{share['id']}").fault == (400, "badRequest")
        assert delete_share(api, share, {"id": UNKNOWN}).fault == (400, "badRequest")
        assert delete_share(api, share, group).status == 202

    def test_a_group_with_shares_stays(self, api: Api) -> None:
        group, share = filled(api)
        assert api.delete(f"{PATH}/{group['id']}").fault == (409, "conflictingRequest")
        delete_share(api, share, group)
        assert api.delete(f"{PATH}/{group['id']}").status == 202

    def test_force_takes_all_that_is_in_it(self, api: Api) -> None:
        group, _ = filled(api)
        api.get("/v2/shares")
        snap(api, group)
        assert api.action(f"{PATH}/{group['id']}", "force_delete", user="admin").fault == (400, "badRequest")
        assert api.records().keys() & {"shares", "share_groups", "share_group_snapshots"} == {"shares", "share_groups"}


class TestLists:
    def test_unknown_filters_are_refused(self, api: Api) -> None:
        for path in (PATH, f"{PATH}/detail", SNAPSHOTS, f"{SNAPSHOTS}/detail"):
            assert api.get(path, query={"bogus": "1"}).fault == (400, "badRequest")

    def test_everybodys_are_for_administrators(self, api: Api) -> None:
        group = make(api)
        for user, query, found in (
            ("demo", {}, 1),
            ("alt_demo", {"all_tenants": "1"}, 0),
            ("admin", {}, 0),
            ("admin", {"all_tenants": "0"}, 1),
            ("admin", {"all_tenants": "1", "project_id": api.project_id("alt_demo")}, 0),
        ):
            listed = api.get(PATH, user=user, query=query).json["share_groups"]
            assert [one["id"] for one in listed] == [group["id"]] * found

    def test_names_in_part_since_2_36(self, api: Api) -> None:
        make(api, name="trio")
        for version, found in (("2.35", 1), ("2.36", 0)):
            headers = {EXPERIMENTAL_HEADER: "true"}
            listed = api.get(PATH, query={"name~": "duo"}, version=version, headers=headers).json["share_groups"]
            assert len(listed) == found


class TestSnapshots:
    def test_a_snapshot_is_of_all_shares(self) -> None:
        api = Api(delays={"share_group_snapshots.create": "10s"})
        group, share = filled(api)
        other = api.make_share(share_group_id=group["id"], size=2)
        api.get("/v2/shares")
        made = snap(api, group, name="monday")
        assert (made["status"], made["members"]) == ("creating", [])
        api.world.advance(timedelta(seconds=10))
        found = api.get(f"{SNAPSHOTS}/{made['id']}").json["share_group_snapshot"]
        assert found["status"] == "available"
        assert {(one["share_id"], one["size"]) for one in found["members"]} == {(share["id"], 1), (other["id"], 2)}
        members = api.get(f"{SNAPSHOTS}/{made['id']}/members").json["share_group_snapshot_members"]
        assert {one["share_protocol"] for one in members} == {"NFS"}

    def test_it_keeps_its_shares_and_its_group(self, api: Api) -> None:
        group, share = filled(api)
        api.get("/v2/shares")
        made = snap(api, group)
        assert delete_share(api, share, group).fault == (403, "forbidden")
        assert api.delete(f"{PATH}/{group['id']}").fault == (409, "conflictingRequest")
        assert api.delete(f"{SNAPSHOTS}/{made['id']}").status == 202
        assert delete_share(api, share, group).status == 202

    def test_shares_have_to_be_available(self, api: Api) -> None:
        group, share = filled(api)
        api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "error"}, user="admin")
        body = {"share_group_snapshot": {"share_group_id": group["id"]}}
        assert api.post(SNAPSHOTS, body).fault == (409, "conflictingRequest")

    def test_they_are_limited(self, api: Api) -> None:
        api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {"share_group_snapshots": 1}}, user="admin")
        group = make(api)
        shown(api, group)
        snap(api, group)
        body = {"share_group_snapshot": {"share_group_id": group["id"]}}
        assert api.post(SNAPSHOTS, body).fault == (413, "overLimit")


class TestCopies:
    def test_a_group_from_a_snapshot_has_its_shares(self) -> None:
        api = Api(delays={"share_groups.create": "10s"})
        group = make(api, name="origin")
        api.world.advance(timedelta(seconds=10))
        api.make_share(share_group_id=group["id"], size=3)
        api.get("/v2/shares")
        made = snap(api, group)
        api.get(SNAPSHOTS)
        copy = make(api, source_share_group_snapshot_id=made["id"])
        query = {"share_group_id": copy["id"]}
        (share,) = api.get("/v2/shares/detail", query=query).json["shares"]
        assert (copy["host"], share["status"], share["size"]) == (shown(api, group)["host"], "creating", 3)
        api.world.advance(timedelta(seconds=10))
        (share,) = api.get("/v2/shares/detail", query=query).json["shares"]
        members = api.get(f"{SNAPSHOTS}/{made['id']}/members").json["share_group_snapshot_members"]
        assert (share["status"], share["progress"]) == ("available", "100%")
        assert share["source_share_group_snapshot_member_id"] == members[0]["id"]
        assert len(api.get(f"/v2/shares/{share['id']}/export_locations").json["export_locations"]) == 2

    def test_its_shares_count(self, api: Api) -> None:
        group, _ = filled(api)
        api.get("/v2/shares")
        made = snap(api, group)
        api.get(SNAPSHOTS)
        api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {"shares": 1}}, user="admin")
        before = api.records()
        body = {"share_group": {"source_share_group_snapshot_id": made["id"]}}
        assert api.post(PATH, body).fault == (413, "overLimit")
        assert api.records() == before

    def test_a_snapshot_in_error_makes_none(self, api: Api) -> None:
        group = make(api)
        shown(api, group)
        made = snap(api, group)
        api.action(f"{SNAPSHOTS}/{made['id']}", "reset_status", {"status": "error"}, user="admin")
        body = {"share_group": {"source_share_group_snapshot_id": made["id"]}}
        assert api.post(PATH, body).fault == (409, "conflictingRequest")

    def test_a_copy_that_fails_has_broken_shares(self) -> None:
        api = Api(delays={"share_groups.create": "10s"})
        group = make(api)
        api.world.advance(timedelta(seconds=10))
        api.make_share(share_group_id=group["id"])
        api.get("/v2/shares")
        made = snap(api, group)
        api.get(SNAPSHOTS)
        copy = make(api, source_share_group_snapshot_id=made["id"])
        (pending,) = api.world.scheduler.pending()
        api.world.decide(pending.id, "error")
        assert shown(api, copy)["status"] == "error"
        (share,) = api.get("/v2/shares/detail", query={"share_group_id": copy["id"]}).json["shares"]
        assert share["status"] == "error"
