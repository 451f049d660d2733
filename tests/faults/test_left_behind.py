"""What an operation leaves behind that was answered with 202 and then failed: status, user message, quota."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ..api import Api

NOTHING = {"shares": (0, 0), "gigabytes": (0, 0), "snapshots": (0, 0), "snapshot_gigabytes": (0, 0)}


def held(api: Api) -> dict[str, tuple[int, int]]:
    """What the project has in use and reserved."""
    shown = api.get(f"/v2/quota-sets/{api.project_id()}/detail").json["quota_set"]
    return {name: (shown[name]["in_use"], shown[name]["reserved"]) for name in NOTHING}


def status(api: Api, path: str, **options: Any) -> str | None:
    answer = api.get(path, **options)
    return None if answer.status == 404 else str(next(iter(answer.json.values()))["status"])


def message(api: Api) -> dict[str, Any]:
    """The only user message there is."""
    (found,) = api.get("/v2/messages").json["messages"]
    assert found["message_level"] == "ERROR"
    return dict(found)


def reset(api: Api, path: str, to: str) -> None:
    assert api.action(path, "reset_status", {"status": to}, user="admin").status == 202


class TestAShare:
    def test_in_error_keeps_its_quota_until_it_is_deleted(self, api: Api) -> None:
        api.world.faults.add("share-create-error", times=1)
        path = f"/v2/shares/{api.make_share(size=3)['id']}"
        assert status(api, path) == "error"
        assert held(api) == {**NOTHING, "shares": (1, 0), "gigabytes": (3, 0)}
        assert api.delete(path).status == 202
        assert held(api) == NOTHING

    def test_that_no_backend_took_has_no_host_and_goes_at_once(self, api: Api) -> None:
        api.world.faults.add("share-create-error:no-valid-host", times=1)
        api.world.faults.add("error-deleting")
        path = f"/v2/shares/{api.make_share()['id']}"
        assert not api.get(path, user="admin").json["share"]["host"]
        assert api.delete(path).status == 202
        assert status(api, path) is None

    def test_that_a_backend_failed_to_make_has_a_host_and_nowhere_to_mount_it_from(self, api: Api) -> None:
        api.world.faults.add("share-create-error", times=1)
        path = f"/v2/shares/{api.make_share()['id']}"
        shown = api.get(path, user="admin").json["share"]
        assert shown["host"]
        assert shown["progress"] is None
        assert api.get(f"{path}/export_locations").json["export_locations"] == []

    def test_for_which_there_is_no_room_says_which_filter_nothing_came_through(self, api: Api) -> None:
        pools = api.world.store["pools"]
        for pool in pools:
            pool["total_capacity_gb"] = 0
        assert status(api, f"/v2/shares/{api.make_share()['id']}") == "error"
        assert (message(api)["action_id"], message(api)["detail_id"]) == ("001", "009")

    def test_in_error_deleting_keeps_its_quota_but_not_its_access_rules(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}"
        api.action(path, "allow_access", {"access_type": "ip", "access_to": "10.0.0.1"})
        api.world.faults.add("error-deleting")
        api.delete(path)
        assert status(api, path) == "error_deleting"
        assert held(api) == {**NOTHING, "shares": (1, 0), "gigabytes": (1, 0)}
        assert api.get("/v2/share-access-rules", query={"share_id": share["id"]}).json["access_list"] == []
        assert api.delete(path).fault == (403, "forbidden")
        instance_id = api.get(f"{path}/instances", user="admin").json["share_instances"][0]["id"]
        told = message(api)
        assert (told["action_id"], told["detail_id"], told["resource_id"]) == ("007", "001", instance_id)
        reset(api, path, "available")
        assert api.delete(path).status == 202
        assert held(api) == NOTHING

    def test_deleted_by_force_is_gone_whatever_the_backend_says(self, api: Api) -> None:
        path = f"/v2/shares/{api.make_share()['id']}"
        api.world.faults.add({"match": {"operation": "shares.force_delete"}, "do": {"outcome": "error"}})
        assert api.action(path, "force_delete", user="admin").status == 202
        assert status(api, path) is None
        assert held(api) == NOTHING
        assert message(api)["action_id"] == "007"

    def test_stuck_in_its_deletion_goes_by_force(self, api: Api) -> None:
        path = f"/v2/shares/{api.make_share()['id']}"
        api.world.faults.add("stuck:deleting")
        api.delete(path)
        assert api.delete(path).status == 403
        assert api.action(path, "force_delete", user="admin").status == 202
        assert status(api, path) is None
        assert len(api.world.scheduler) == 0

    def test_stuck_holds_its_quota_until_somebody_resets_its_status(self, api: Api) -> None:
        api.world.faults.add("stuck:creating", times=1)
        path = f"/v2/shares/{api.make_share()['id']}"
        api.world.clock.advance(timedelta(minutes=50))
        assert status(api, path) == "creating"
        assert held(api)["shares"] == (1, 0)
        assert api.delete(path).status == 403
        reset(api, path, "error")
        assert api.delete(path).status == 202
        assert held(api) == NOTHING

    def test_whose_deletion_is_deferred_is_out_of_sight_and_of_the_quota(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}"
        api.world.faults.add("deferred-delete")
        assert api.delete(path).status == 202
        assert held(api) == NOTHING
        assert status(api, path) is None
        assert status(api, path, user="admin") == "deferred_deleting"
        assert api.get("/v2/shares").json["shares"] == []
        everyones = api.get("/v2/shares", user="admin", query={"all_tenants": 1}).json["shares"]
        assert [one["id"] for one in everyones] == [share["id"]]
        assert api.get("/v2/shares", query={"status": "deferred_deleting"}).fault == (403, "forbidden")
        api.world.clock.advance(timedelta(minutes=5))
        assert status(api, path, user="admin") is None
        assert api.get("/v2/messages").json["messages"] == []

    def test_whose_deferred_deletion_fails_stays_for_administrators(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}"
        api.world.faults.add("deferred-delete-error")
        api.delete(path)
        api.world.clock.advance(timedelta(seconds=30))
        assert status(api, path) is None
        assert status(api, path, user="admin") == "error_deferred_deleting"
        assert held(api) == NOTHING
        assert (message(api)["action_id"], message(api)["detail_id"]) == ("007", "001")
        assert api.action(path, "force_delete", user="admin").status == 202
        assert status(api, path, user="admin") is None

    @pytest.mark.parametrize(("detail", "action"), [(None, "006"), ("035", "005")])
    def test_that_could_not_be_reverted_leaves_the_snapshot_available(
        self, api: Api, detail: str | None, action: str
    ) -> None:
        share_type = api.make_type(extra_specs={"snapshot_support": "True", "revert_to_snapshot_support": "True"})
        share = api.make_share(share_type=share_type["id"])
        snapshot = api.make_snapshot(share["id"])
        outcome = {"status": "error"} if detail is None else {"status": "error", "message": detail}
        api.world.faults.add({"match": {"operation": "shares.revert"}, "do": {"outcome": outcome}})
        assert api.action(f"/v2/shares/{share['id']}", "revert", {"snapshot_id": snapshot["id"]}).status == 202
        assert status(api, f"/v2/shares/{share['id']}") == "reverting_error"
        assert status(api, f"/v2/snapshots/{snapshot['id']}") == "available"
        told = message(api)
        assert (told["action_id"], told["detail_id"], told["resource_id"]) == (action, detail or "001", share["id"])

    def test_whose_instance_is_deleted_by_force_is_gone_whatever_the_backend_says(self, api: Api) -> None:
        path = f"/v2/shares/{api.make_share()['id']}"
        (instance,) = api.get(f"{path}/instances", user="admin").json["share_instances"]
        api.world.faults.add({"match": {"operation": "share_instances.force_delete"}, "do": {"outcome": "error"}})
        assert api.action(f"/v2/share_instances/{instance['id']}", "force_delete", user="admin").status == 202
        assert status(api, path) is None
        told = message(api)
        assert (told["resource_type"], told["resource_id"], told["action_id"]) == ("SHARE", instance["id"], "007")

    def test_whose_replica_could_not_be_deleted_keeps_it_in_error(self, api: Api) -> None:
        share = api.make_share(share_type=api.make_type(extra_specs={"replication_type": "readable"})["id"])
        (replica,) = api.get("/v2/share-replicas", query={"share_id": share["id"]}).json["share_replicas"]
        record = api.world.store["share_instances"].get(replica["id"])
        assert record is not None
        record["replica_state"] = "in_sync"  # the last active one is never deleted
        api.world.faults.add({"match": {"operation": "share_replicas.delete"}, "do": {"outcome": "error"}})
        assert api.delete(f"/v2/share-replicas/{replica['id']}").status == 202
        shown = api.get(f"/v2/share-replicas/{replica['id']}").json["share_replica"]
        assert (shown["status"], shown["replica_state"]) == ("error_deleting", "error")
        told = message(api)
        assert (told["resource_type"], told["resource_id"]) == ("SHARE_REPLICA", replica["id"])
        assert (told["action_id"], told["detail_id"]) == ("007", "001")


class TestASnapshot:
    def test_in_error_keeps_its_quota_until_it_is_deleted(self, api: Api) -> None:
        api.world.faults.add("snapshot-create-error")
        snapshot = api.make_snapshot()
        path = f"/v2/snapshots/{snapshot['id']}"
        assert status(api, path) == "error"
        assert held(api)["snapshots"] == (1, 0)
        (instance,) = api.get("/v2/snapshot-instances", user="admin").json["snapshot_instances"]
        told = message(api)
        assert (told["action_id"], told["detail_id"]) == ("002", "001")
        assert (told["resource_type"], told["resource_id"]) == ("SHARE_SNAPSHOT", instance["id"])
        assert api.delete(path).status == 202
        assert held(api)["snapshots"] == (0, 0)

    def test_whose_deletion_is_deferred_is_out_of_sight_and_of_the_quota(self, api: Api) -> None:
        path = f"/v2/snapshots/{api.make_snapshot()['id']}"
        api.world.faults.add("deferred-delete-error")
        assert api.delete(path).status == 202
        assert held(api) == {**NOTHING, "shares": (1, 0), "gigabytes": (1, 0)}
        assert status(api, path) is None
        assert api.get("/v2/snapshots").json["snapshots"] == []
        assert api.get("/v2/snapshots", query={"status": "deferred_deleting"}).fault == (403, "forbidden")
        assert status(api, path, user="admin") == "deferred_deleting"
        api.world.clock.advance(timedelta(seconds=30))
        assert status(api, path, user="admin") == "error_deferred_deleting"
        assert message(api)["resource_type"] == "SHARE_SNAPSHOT"

    def test_deleted_by_force_is_gone_whatever_the_backend_says(self, api: Api) -> None:
        path = f"/v2/snapshots/{api.make_snapshot()['id']}"
        api.world.faults.add({"match": {"operation": "snapshots.force_delete"}, "do": {"outcome": "error"}})
        assert api.action(path, "force_delete", user="admin").status == 202
        assert status(api, path) is None
        assert message(api)["action_id"] == "007"


class TestAMessage:
    def test_says_who_asked_and_when_it_goes(self, api: Api) -> None:
        api.world.faults.add("share-create-slow-error")
        api.make_share()
        (asked,) = (entry for entry in api.journal if entry.operation == "shares.create")
        api.world.clock.advance(timedelta(minutes=5))
        told = message(api)
        assert told["request_id"] == asked.id
        assert told["project_id"] == api.project_id()
        assert told["created_at"] == "2026-01-01T00:05:00.000000"
        assert told["expires_at"] == "2026-01-31T00:05:00.000000"

    def test_about_an_access_rule_is_about_its_share(self, api: Api) -> None:
        share = api.make_share()
        refused = {"outcome": {"status": "error", "message": "020"}}
        api.world.faults.add({"match": {"operation": "shares.allow_access"}, "do": refused})
        rule = {"access_type": "user", "access_to": "alice"}
        assert api.action(f"/v2/shares/{share['id']}", "allow_access", rule).status == 200
        told = message(api)
        assert (told["action_id"], told["detail_id"]) == ("010", "020")
        assert (told["resource_type"], told["resource_id"]) == ("SHARE", share["id"])

    def test_is_not_left_where_manila_leaves_none(self, api: Api) -> None:
        share = api.make_share()
        api.world.faults.add("access-error")
        api.action(f"/v2/shares/{share['id']}", "allow_access", {"access_type": "ip", "access_to": "10.0.0.1"})
        assert api.get(f"/v2/shares/{share['id']}").json["share"]["access_rules_status"] == "error"
        assert api.get("/v2/messages").json["messages"] == []
