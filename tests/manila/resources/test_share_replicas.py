"""Replicas of shares: how they are made, seen, promoted, synchronised and deleted, and what their shares can't do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import Api

PATH = "/v2/share-replicas"
BETA = "oracle@beta#fake_pool_for_BETA"


@pytest.fixture
def share(api: Api) -> dict[str, Any]:
    """A share of a replicated type."""
    return api.make_replicated_share()


@pytest.fixture
def slow() -> Api:
    """A world in which everything takes a minute."""
    return Api(delays={"default": "1m"})


def replicas(api: Api, share: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    return list(api.get(f"{PATH}/detail?share_id={share['id']}", **options).json["share_replicas"])


def replica(api: Api, share: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Its only one."""
    (found,) = replicas(api, share, **options)
    return found


def shown(api: Api, replica: dict[str, Any]) -> dict[str, Any]:
    return dict(api.get(f"{PATH}/{replica['id']}", user="admin").json["share_replica"])


def state(api: Api, replica: dict[str, Any]) -> tuple[str, str]:
    found = shown(api, replica)
    return found["status"], found["replica_state"]


def act(api: Api, replica: dict[str, Any], name: str, argument: Any = None, *, user: str = "admin") -> Any:
    return api.action(f"{PATH}/{replica['id']}", name, argument, user=user)


def of_share(api: Api, share: dict[str, Any]) -> dict[str, Any]:
    return dict(api.get(f"/v2/shares/{share['id']}", user="admin").json["share"])


def messages(api: Api, replica: dict[str, Any]) -> list[tuple[str, str]]:
    found = api.get(f"/v2/messages?resource_id={replica['id']}").json["messages"]
    return [(message["action_id"], message["detail_id"]) for message in found]


class TestSeeing:
    def test_the_first_instance_of_a_replicated_share_is_its_active_replica(
        self, api: Api, share: dict[str, Any]
    ) -> None:
        assert state(api, replica(api, share)) == ("available", "active")
        (instance,) = api.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
        assert instance["id"] == replica(api, share)["id"]

    def test_a_share_that_is_not_replicated_has_none(self, api: Api) -> None:
        share = api.make_share()
        assert replicas(api, share) == []
        (instance,) = api.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
        assert api.get(f"{PATH}/{instance['id']}").fault == (404, "itemNotFound")

    def test_are_seen_by_their_project_and_by_administrators(self, api: Api, share: dict[str, Any]) -> None:
        path = f"{PATH}/{replica(api, share)['id']}"
        assert api.get(path, user="alt_demo").fault == (404, "itemNotFound")
        assert api.get(PATH, user="alt_demo").json["share_replicas"] == []
        assert "host" not in api.get(path).json["share_replica"]
        assert api.get(path, user="admin").json["share_replica"]["host"]


class TestMaking:
    def test_another_one_is_on_another_backend(self, api: Api, share: dict[str, Any]) -> None:
        assert of_share(api, share)["has_replicas"] is False
        other = api.make_replica(share["id"], metadata={"tier": "gold"})
        assert (other["status"], other["replica_state"]) == ("creating", None)
        found = shown(api, other)
        assert (found["host"], found["availability_zone"]) == (BETA, "manila-zone-1")
        assert (found["status"], found["replica_state"], found["metadata"]) == (
            "available",
            "in_sync",
            {"tier": "gold"},
        )
        assert of_share(api, share)["has_replicas"] is True

    @pytest.mark.parametrize(("kind", "readonly"), [("readable", True), ("writable", False), ("dr", False)])
    def test_only_those_of_readable_shares_are_for_reading(self, api: Api, kind: str, readonly: bool) -> None:
        for pool in api.world.store["pools"]:
            pool["capabilities"] = {"replication_type": kind}
        share = api.make_replicated_share(kind)
        assert shown(api, api.make_replica(share["id"]))["cast_rules_to_readonly"] is readonly
        assert of_share(api, share)["replication_type"] == kind

    def test_where_no_backend_is_left_it_is_in_error_with_a_message(self, api: Api, share: dict[str, Any]) -> None:
        api.make_replica(share["id"])
        third = api.make_replica(share["id"])
        assert state(api, third) == ("error", "error")
        assert shown(api, third)["host"] == ""
        assert messages(api, third) == [("001", "014")]
        assert api.delete(f"{PATH}/{third['id']}").status == 202
        assert api.get(f"{PATH}/{third['id']}").status == 404

    def test_the_active_one_has_to_be_there_when_it_is_made(self, slow: Api) -> None:
        share = slow.make_replicated_share()
        slow.world.advance(timedelta(minutes=5))
        other = slow.make_replica(share["id"])
        slow.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "error"}, user="admin")
        slow.world.advance(timedelta(minutes=5))
        assert state(slow, other) == ("error", "error")
        assert messages(slow, other) == [("002", "006")]

    def test_a_share_in_a_group_has_none(self, api: Api, share: dict[str, Any]) -> None:
        of_share(api, share)
        api.world.store["shares"].get(share["id"])["share_group_id"] = "a group"  # type: ignore[index]
        assert api.post(PATH, {"share_replica": {"share_id": share["id"]}}).fault == (400, "badRequest")

    def test_counts_for_two_quotas(self, api: Api, share: dict[str, Any]) -> None:
        quotas = f"/v2/quota-sets/{api.project_id()}"
        api.make_replica(share["id"])
        used = api.get(f"{quotas}/detail", user="admin").json["quota_set"]
        assert (used["share_replicas"]["in_use"], used["replica_gigabytes"]["in_use"]) == (2, 2)
        assert (used["shares"]["in_use"], used["gigabytes"]["in_use"]) == (1, 1)
        for limits in ({"share_replicas": 2}, {"share_replicas": 9, "replica_gigabytes": 2}):
            assert api.put(quotas, {"quota_set": limits}, user="admin").status == 200
            assert api.post(PATH, {"share_replica": {"share_id": share["id"]}}).fault == (413, "overLimit")


class TestSynchronising:
    def test_it_may_take_longer_than_the_making(self, slow: Api) -> None:
        share = slow.make_replicated_share()
        slow.world.advance(timedelta(minutes=5))
        slow.world.delays.patch({"share_replicas.create/syncing": "30m"})
        other = slow.make_replica(share["id"])
        assert state(slow, other) == ("creating", "out_of_sync")
        slow.world.advance(timedelta(minutes=5))
        assert state(slow, other) == ("available", "out_of_sync")
        slow.world.advance(timedelta(minutes=30))
        assert state(slow, other) == ("available", "in_sync")

    def test_resync_puts_right_what_is_out_of_sync(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_replica(share["id"])
        assert act(api, other, "reset_replica_state", {"replica_state": "error"}).status == 202
        assert state(api, other) == ("available", "error")
        assert act(api, other, "resync").status == 202
        assert state(api, other) == ("available", "in_sync")

    def test_a_busy_replica_is_left_alone(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_replica(share["id"])
        act(api, other, "reset_replica_state", {"replica_state": "out_of_sync"})
        act(api, other, "reset_status", {"status": "error_deleting"})
        assert act(api, other, "resync").status == 202
        assert state(api, other) == ("error_deleting", "out_of_sync")

    def test_the_state_of_the_active_one_cannot_be_reset(self, api: Api, share: dict[str, Any]) -> None:
        answer = act(api, replica(api, share), "reset_replica_state", {"replica_state": "error"})
        assert answer.fault == (400, "badRequest")


class TestPromoting:
    def test_the_share_shows_what_is_active(self, slow: Api) -> None:
        share = slow.make_replicated_share()
        slow.world.advance(timedelta(minutes=5))
        first, other = replica(slow, share), slow.make_replica(share["id"])
        slow.world.advance(timedelta(minutes=5))
        answer = act(slow, other, "promote", {"quiesce_wait_time": 5}, user="demo")
        assert answer.json["share_replica"]["status"] == "replication_change"
        assert (of_share(slow, share)["status"], of_share(slow, share)["host"]) == ("replication_change", BETA)
        slow.world.advance(timedelta(minutes=5))
        assert (of_share(slow, share)["status"], of_share(slow, share)["host"]) == ("available", BETA)
        assert (state(slow, other), state(slow, first)) == (("available", "active"), ("available", "in_sync"))
        (location, *_) = slow.get(f"/v2/shares/{share['id']}/export_locations").json["export_locations"]
        assert other["id"].replace("-", "_") in location["path"]

    def test_what_may_have_lost_data_is_for_administrators_to_promote(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_replica(share["id"])
        act(api, other, "reset_replica_state", {"replica_state": "out_of_sync"})
        assert act(api, other, "promote", user="demo").fault == (403, "forbidden")
        assert act(api, other, "promote").status == 202
        assert state(api, other) == ("available", "active")

    def test_the_active_one_is_promoted_already(self, api: Api, share: dict[str, Any]) -> None:
        answer = act(api, replica(api, share), "promote", {"quiesce_wait_time": "nonsense"}, user="demo")
        assert (answer.status, answer.content) == (200, b"")

    def test_a_failure_leaves_all_replicas_in_error(self, api: Api, share: dict[str, Any]) -> None:
        first, other = replica(api, share), api.make_replica(share["id"])
        state(api, other)
        api.post("/_fakemanila/faults", {"match": {"operation": "share_replicas.promote"}, "do": {"outcome": "error"}})
        assert act(api, other, "promote").status == 202
        assert (state(api, first), state(api, other)) == (("error", "active"), ("error", "in_sync"))
        assert messages(api, first) == messages(api, other) == [("004", "001")]
        assert of_share(api, share)["host"] != BETA

    def test_of_two_active_ones_the_share_shows_the_better_one(self, api: Api, share: dict[str, Any]) -> None:
        first, other = replica(api, share), api.make_replica(share["id"])
        state(api, other)
        act(api, other, "reset_replica_state", {"replica_state": "active"})
        assert of_share(api, share)["host"] != BETA
        act(api, first, "reset_status", {"status": "error"})
        assert (of_share(api, share)["host"], of_share(api, share)["status"]) == (BETA, "available")
        assert api.delete(f"{PATH}/{first['id']}").status == 202
        assert replica(api, share)["id"] == other["id"]


class TestDeleting:
    def test_the_last_active_one_cannot_be_deleted(self, api: Api, share: dict[str, Any]) -> None:
        path = f"{PATH}/{replica(api, share)['id']}"
        assert api.delete(path).fault == (400, "badRequest")
        assert act(api, replica(api, share), "force_delete").fault == (400, "badRequest")
        assert api.get(path).status == 200

    def test_the_share_goes_on_without_the_others(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_replica(share["id"])
        assert api.delete(f"{PATH}/{other['id']}").status == 202
        assert api.get(f"{PATH}/{other['id']}").status == 404
        assert of_share(api, share)["has_replicas"] is False

    def test_goes_with_its_share(self, api: Api, share: dict[str, Any]) -> None:
        path = f"{PATH}/{replica(api, share)['id']}"
        assert api.delete(f"/v2/shares/{share['id']}").status == 202
        assert api.get(path).fault == (404, "itemNotFound")

    def test_one_that_a_backend_keeps_is_in_error(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_replica(share["id"])
        state(api, other)
        api.post("/_fakemanila/faults", {"match": {"operation": "share_replicas.*delete"}, "do": {"outcome": "error"}})
        assert api.delete(f"{PATH}/{other['id']}").status == 202
        assert state(api, other) == ("error_deleting", "error")
        assert act(api, other, "force_delete").status == 202
        assert api.get(f"{PATH}/{other['id']}").status == 404

    def test_the_active_instance_may_be_forced_away(self, api: Api, share: dict[str, Any]) -> None:
        first, other = replica(api, share), api.make_replica(share["id"])
        state(api, other)
        assert api.action(f"/v2/share_instances/{first['id']}", "force_delete", user="admin").status == 202
        assert replica(api, share)["id"] == other["id"]
        assert of_share(api, share)["host"] == BETA


class TestTheirShare:
    @pytest.mark.parametrize("name", ["force_delete", "soft_delete", "unmanage"])
    def test_stays_where_it_is(self, api: Api, share: dict[str, Any], name: str) -> None:
        api.make_replica(share["id"])
        assert api.delete(f"/v2/shares/{share['id']}").fault == (409, "conflictingRequest")
        assert api.action(f"/v2/shares/{share['id']}", name, user="admin").fault == (409, "conflictingRequest")
        assert of_share(api, share)["status"] == "available"

    def test_takes_its_growth_once_for_each_replica(self, api: Api, share: dict[str, Any]) -> None:
        api.make_replica(share["id"])
        path = f"/v2/quota-sets/{api.project_id()}"
        assert api.put(path, {"quota_set": {"replica_gigabytes": 3}}, user="admin").status == 200
        assert api.action(f"/v2/shares/{share['id']}", "extend", {"new_size": 2}).fault == (413, "overLimit")
        assert api.put(path, {"quota_set": {"replica_gigabytes": 4}}, user="admin").status == 200
        assert api.action(f"/v2/shares/{share['id']}", "extend", {"new_size": 2}).status == 202

    def test_changes_no_rules_while_a_replica_is_worked_on(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_replica(share["id"])
        act(api, other, "reset_status", {"status": "deleting"})
        rule = {"access_type": "ip", "access_to": "10.0.0.1"}
        assert api.action(f"/v2/shares/{share['id']}", "allow_access", rule).fault == (400, "badRequest")
        act(api, other, "reset_status", {"status": "error"})
        assert api.action(f"/v2/shares/{share['id']}", "allow_access", rule).status == 200


class TestSnapshots:
    def instances(self, api: Api, snapshot: dict[str, Any]) -> dict[str, str]:
        path = f"/v2/snapshot-instances/detail?snapshot_id={snapshot['id']}"
        found = api.get(path, user="admin").json["snapshot_instances"]
        return {instance["share_instance_id"]: instance["status"] for instance in found}

    def test_are_on_every_replica(self, api: Api, share: dict[str, Any]) -> None:
        first, other = replica(api, share), api.make_replica(share["id"])
        snapshot = api.make_snapshot(share["id"])
        assert self.instances(api, snapshot) == {first["id"]: "available", other["id"]: "available"}
        assert api.delete(f"/v2/snapshots/{snapshot['id']}").status == 202
        assert self.instances(api, snapshot) == {}

    def test_come_to_a_new_replica_and_go_with_it(self, api: Api, share: dict[str, Any]) -> None:
        snapshot = api.make_snapshot(share["id"])
        first, other = replica(api, share), api.make_replica(share["id"])
        assert self.instances(api, snapshot) == {first["id"]: "available", other["id"]: "available"}
        assert api.delete(f"{PATH}/{other['id']}").status == 202
        assert self.instances(api, snapshot) == {first["id"]: "available"}

    def test_are_shown_as_they_are_on_the_active_one(self, api: Api, share: dict[str, Any]) -> None:
        first, other = replica(api, share), api.make_replica(share["id"])
        snapshot = api.make_snapshot(share["id"])
        assert act(api, other, "promote").status == 202
        assert state(api, other) == ("available", "active")
        assert api.delete(f"{PATH}/{first['id']}").status == 202
        assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == "available"
        assert self.instances(api, snapshot) == {other["id"]: "available"}

    def test_are_neither_managed_nor_let_go(self, api: Api, share: dict[str, Any]) -> None:
        snapshot = api.make_snapshot(share["id"])
        api.make_replica(share["id"])
        body = {"snapshot": {"share_id": share["id"], "provider_location": "somewhere"}}
        assert api.post("/v2/snapshots/manage", body, user="admin").fault == (409, "conflictingRequest")
        answer = api.action(f"/v2/snapshots/{snapshot['id']}", "unmanage", user="admin")
        assert answer.fault == (409, "conflictingRequest")
