"""Share migration: its task states in order, what there is twice meanwhile, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import Answer, Api

ALPHA, BETA = "oracle@alpha#fake_pool_for_ALPHA", "oracle@beta#fake_pool_for_BETA"
SLOW = {"shares.migration_start": "40s", "shares.migration_complete": "10s", "shares.migration_cancel": "10s"}
SNAPSHOTS = {"snapshot_support": "True", "create_share_from_snapshot_support": "True"}


@pytest.fixture
def slow() -> Api:
    return Api(delays=SLOW)


def on_alpha(api: Api, **fields: Any) -> dict[str, Any]:
    return api.make_share(availability_zone="manila-zone-0", **fields)


def act(api: Api, share: dict[str, Any], action: str, argument: Any = None) -> Answer:
    return api.action(f"/v2/shares/{share['id']}", action, argument, user="admin")


def start(api: Api, share: dict[str, Any], host: str = BETA, **fields: Any) -> Answer:
    flags = dict.fromkeys(("preserve_metadata", "writable", "nondisruptive", "preserve_snapshots"), False)
    return act(api, share, "migration_start", {"host": host, **flags, **fields})


def shown(api: Api, share: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]
    return record


def instances(api: Api, share: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By status."""
    found = api.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
    return {instance["status"]: instance for instance in found}


def progress(api: Api, share: dict[str, Any]) -> tuple[int, str]:
    answer = api.get(f"/v2/shares/{share['id']}/migration-progress", user="admin")
    assert answer.status == 200, answer
    return answer.json["total_progress"], answer.json["task_state"]


class TestFirstPhase:
    def test_by_the_driver(self, slow: Api) -> None:
        share = on_alpha(slow)
        assert start(slow, share).status == 202
        seen = []
        for _ in range(5):
            seen.append(progress(slow, share))
            slow.world.advance(timedelta(seconds=10))
        assert seen == [
            (0, "migration_starting"),
            (0, "migration_in_progress"),
            (0, "migration_driver_starting"),
            (0, "migration_driver_in_progress"),
            (100, "migration_driver_phase1_done"),
        ]
        assert shown(slow, share)["status"] == "migrating"

    def test_assisted_by_the_host(self) -> None:
        api = Api(delays={"shares.migration_start": "50s"})
        share = on_alpha(api)
        start(api, share, force_host_assisted_migration=True)
        seen = []
        for _ in range(6):
            seen.append(shown(api, share)["task_state"])
            api.world.advance(timedelta(seconds=10))
        assert seen == [
            "migration_starting",
            "migration_in_progress",
            "data_copying_starting",
            "data_copying_in_progress",
            "data_copying_completing",
            "data_copying_completed",
        ]
        assert instances(api, share)["migrating"]["cast_rules_to_readonly"] is True
        act(api, share, "migration_complete")
        assert shown(api, share)["host"] == BETA
        assert instances(api, share)["available"]["cast_rules_to_readonly"] is False

    def test_progress_is_linear_while_data_moves(self, slow: Api) -> None:
        share = on_alpha(slow)
        start(slow, share)
        slow.world.advance(timedelta(seconds=35))
        assert progress(slow, share) == (50, "migration_driver_in_progress")
        slow.world.advance(timedelta(seconds=4.99))
        assert progress(slow, share) == (99, "migration_driver_in_progress")

    def test_there_are_two_instances_meanwhile(self, slow: Api) -> None:
        share = on_alpha(slow)
        start(slow, share)
        assert instances(slow, share).keys() == {"migrating"}
        slow.world.advance(timedelta(seconds=20))
        found = instances(slow, share)
        assert {status: instance["host"] for status, instance in found.items()} == {
            "migrating": ALPHA,
            "migrating_to": BETA,
        }
        assert found["migrating_to"]["availability_zone"] == "manila-zone-1"
        assert (shown(slow, share)["host"], shown(slow, share)["availability_zone"]) == (ALPHA, "manila-zone-0")

    @pytest.mark.parametrize(
        "impossible", [{"host": "oracle@beta"}, {"host": "oracle@gamma#fake_pool_for_GAMMA"}, {"nondisruptive": True}]
    )
    def test_what_is_impossible_ends_in_an_error(self, api: Api, impossible: dict[str, Any]) -> None:
        share = on_alpha(api)
        assert start(api, share, **impossible).status == 202
        assert progress(api, share) == (100, "migration_error")
        assert (shown(api, share)["status"], shown(api, share)["host"]) == ("available", ALPHA)
        assert instances(api, share).keys() == {"available"}

    @pytest.mark.parametrize("steps", range(4))
    def test_it_can_fail_at_any_step(self, slow: Api, steps: int) -> None:
        share = on_alpha(slow)
        snapshot = slow.make_snapshot(share["id"])
        slow.get("/v2/snapshots")
        start(slow, share)
        slow.world.advance(timedelta(seconds=10 * steps))
        (pending,) = slow.world.scheduler.pending()
        slow.world.decide(pending.id, "error")
        assert (shown(slow, share)["status"], shown(slow, share)["task_state"]) == ("available", "migration_error")
        assert instances(slow, share).keys() == {"available"}
        assert slow.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == "available"

    def test_the_same_place_is_no_migration(self, api: Api) -> None:
        share = on_alpha(api)
        shown(api, share)
        assert start(api, share, ALPHA).status == 200
        assert progress(api, share) == (100, "migration_success")

    def test_replicas_are_in_the_way(self, api: Api) -> None:
        share = api.make_replicated_share()
        api.make_replica(share["id"])
        assert start(api, share).fault == (409, "conflictingRequest")

    def test_a_group_or_the_recycle_bin_are_in_the_way(self, api: Api) -> None:
        share = on_alpha(api)
        shown(api, share)
        record = api.world.store["shares"].get(share["id"])
        assert record is not None
        record["share_group_id"] = "a group"
        assert start(api, share).fault == (400, "badRequest")
        record["share_group_id"] = None
        record["is_soft_deleted"] = True
        assert start(api, share).fault == (400, "badRequest")

    @pytest.mark.parametrize("flag", ["writable", "nondisruptive", "force_host_assisted_migration"])
    def test_flags_are_words_that_manila_knows(self, api: Api, flag: str) -> None:
        share = on_alpha(api)
        words: tuple[Any, ...] = ("tRue", "perhaps", "", None)
        for word in words:
            assert start(api, share, BETA, **{flag: word}).fault == (400, "badRequest")
        assert start(api, share, BETA, **{flag: "no"}).status == 202

    def test_old_names_of_states_are_checked_and_not_used(self, api: Api) -> None:
        share = on_alpha(api)
        for wrong in ("nonsense", None):
            body = {"status": "error", "os-status": wrong}
            assert act(api, share, "reset_status", body).fault == (400, "badRequest")
        body = {"task_state": "data_copying_error", "os-task_state": "nonsense"}
        assert act(api, share, "reset_task_state", body).fault == (400, "badRequest")
        assert (shown(api, share)["status"], shown(api, share)["task_state"]) == ("available", None)
        assert act(api, share, "reset_status", {"status": "error", "os-status": "available"}).status == 202
        body = {"task_state": "data_copying_error", "os-task_state": None}
        assert act(api, share, "reset_task_state", body).status == 202
        assert (shown(api, share)["status"], shown(api, share)["task_state"]) == ("error", "data_copying_error")

    def test_a_state_that_was_put_right_stays(self, slow: Api) -> None:
        share = on_alpha(slow)
        start(slow, share)
        act(slow, share, "reset_task_state", {"task_state": None})
        slow.world.advance(timedelta(minutes=5))
        assert shown(slow, share)["task_state"] is None


class TestCompleting:
    def test_the_share_is_elsewhere_afterwards(self, slow: Api) -> None:
        share = on_alpha(slow)
        before = slow.get(f"/v2/shares/{share['id']}/export_locations").json["export_locations"]
        start(slow, share)
        slow.world.advance(timedelta(seconds=40))
        moving = instances(slow, share)["migrating_to"]
        assert act(slow, share, "migration_complete").status == 202
        assert progress(slow, share) == (100, "migration_completing")
        slow.world.advance(timedelta(seconds=10))
        after = shown(slow, share)
        assert (after["status"], after["task_state"], after["progress"]) == ("available", "migration_success", "100%")
        assert (after["host"], after["availability_zone"]) == (BETA, "manila-zone-1")
        found = instances(slow, share)
        assert {status: each["id"] for status, each in found.items()} == {"available": moving["id"]}
        exported = slow.get(f"/v2/shares/{share['id']}/export_locations").json["export_locations"]
        assert {one["path"] for one in exported}.isdisjoint(one["path"] for one in before)
        assert all(moving["id"].replace("-", "_") in one["path"] for one in exported)

    def test_snapshots_go_along(self, api: Api) -> None:
        share = on_alpha(api)
        snapshot = api.make_snapshot(share["id"])
        before = api.get(f"/v2/snapshots/{snapshot['id']}", user="admin").json["snapshot"]
        start(api, share)
        assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == "migrating"
        act(api, share, "migration_complete")
        after = api.get(f"/v2/snapshots/{snapshot['id']}", user="admin").json["snapshot"]
        assert after["status"] == "available"
        assert after["provider_location"] != before["provider_location"]
        assert api.action(f"/v2/shares/{share['id']}", "revert", {"snapshot_id": snapshot["id"]}).status == 202

    def test_a_new_type_brings_its_capabilities(self, api: Api) -> None:
        plain, able = api.make_type("plain"), api.make_type("able", extra_specs=SNAPSHOTS)
        share = on_alpha(api, share_type="plain")
        assert share["snapshot_support"] is False
        start(api, share, new_share_type_id=able["id"])
        assert shown(api, share)["share_type"] == plain["id"]
        assert instances(api, share)["migrating_to"]["share_type_id"] == able["id"]
        act(api, share, "migration_complete")
        after = shown(api, share)
        assert (after["share_type"], after["share_type_name"], after["snapshot_support"]) == (able["id"], "able", True)

    def test_a_new_type_makes_it_the_first_of_its_replicas(self, api: Api) -> None:
        able = api.make_type("able", extra_specs={"replication_type": "readable"})
        share = on_alpha(api)
        start(api, share, new_share_type_id=able["id"])
        shown(api, share)
        act(api, share, "migration_complete")
        assert shown(api, share)["replication_type"] == "readable"
        assert instances(api, share)["available"]["replica_state"] == "active"

    def test_a_new_type_has_quotas_of_its_own(self, api: Api) -> None:
        other = api.make_type("other")
        share = on_alpha(api)
        shown(api, share)
        quota = {"quota_set": {"shares": 0}}
        api.put(f"/v2/quota-sets/{api.project_id()}", quota, query={"share_type": "other"}, user="admin")
        assert start(api, share, new_share_type_id=other["id"]).fault == (413, "overLimit")
        assert shown(api, share)["status"] == "available"

    def test_it_counts_for_both_types_meanwhile(self, api: Api) -> None:
        other = api.make_type("other")
        share = on_alpha(api, size=2)

        def used(**query: str) -> int:
            answer = api.get(f"/v2/quota-sets/{api.project_id()}/detail", query=query, user="admin")
            return int(answer.json["quota_set"]["gigabytes"]["in_use"])

        start(api, share, new_share_type_id=other["id"])
        assert (used(), used(share_type="default"), used(share_type="other")) == (4, 2, 2)
        act(api, share, "migration_complete")
        assert (used(), used(share_type="default"), used(share_type="other")) == (2, 0, 2)

    def test_failing_leaves_two_broken_instances(self, slow: Api) -> None:
        share = on_alpha(slow)
        start(slow, share)
        slow.world.advance(timedelta(seconds=40))
        act(slow, share, "migration_complete")
        (pending,) = slow.world.scheduler.pending()
        slow.world.decide(pending.id, "error")
        assert (shown(slow, share)["status"], shown(slow, share)["task_state"]) == ("error", "migration_error")
        found = slow.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
        assert [one["status"] for one in found] == ["error", "error"]

    def test_it_wants_the_first_phase_done(self, slow: Api) -> None:
        share = on_alpha(slow)
        start(slow, share)
        for _ in range(4):
            assert act(slow, share, "migration_complete").fault == (400, "badRequest")
            slow.world.advance(timedelta(seconds=10))
        assert act(slow, share, "migration_complete").status == 202


class TestCancelling:
    @pytest.mark.parametrize(("seconds", "possible"), [(0, False), (25, False), (35, True), (40, True)])
    def test_while_data_moves_and_after_it(self, slow: Api, seconds: int, possible: bool) -> None:
        share = on_alpha(slow)
        start(slow, share)
        slow.world.advance(timedelta(seconds=seconds))
        assert act(slow, share, "migration_cancel").status == (202 if possible else 400)
        slow.world.advance(timedelta(minutes=5))
        assert shown(slow, share)["task_state"] == (
            "migration_cancelled" if possible else "migration_driver_phase1_done"
        )

    def test_the_share_stays_where_it_was(self, api: Api) -> None:
        share = on_alpha(api)
        snapshot = api.make_snapshot(share["id"])
        start(api, share)
        shown(api, share)
        act(api, share, "migration_cancel")
        after = shown(api, share)
        assert (after["status"], after["host"], after["task_state"]) == ("available", ALPHA, "migration_cancelled")
        assert instances(api, share).keys() == {"available"}
        assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == "available"
        assert start(api, share).status == 202

    def test_what_has_no_second_instance_is_refused(self, api: Api) -> None:
        share = on_alpha(api)
        act(api, share, "reset_task_state", {"task_state": "migration_driver_phase1_done"})
        before = api.records()
        for action in ("migration_complete", "migration_cancel"):
            assert act(api, share, action).fault == (400, "badRequest")
        assert api.records() == before


class TestInstances:
    def test_the_new_one_has_a_status_of_its_own(self, api: Api) -> None:
        share = on_alpha(api)
        start(api, share)
        moving = instances(api, share)["migrating_to"]
        path = f"/v2/share_instances/{moving['id']}"
        assert api.action(path, "reset_status", {"status": "error"}, user="admin").status == 202
        assert shown(api, share)["status"] == "migrating"
        assert instances(api, share).keys() == {"migrating", "error"}

    def test_deleting_the_new_one_leaves_the_share(self, api: Api) -> None:
        share = on_alpha(api)
        start(api, share)
        moving = instances(api, share)["migrating_to"]
        api.action(f"/v2/share_instances/{moving['id']}", "force_delete", user="admin")
        assert instances(api, share).keys() == {"migrating"}

    def test_snapshots_have_two_instances_too(self, api: Api) -> None:
        share = on_alpha(api)
        snapshot = api.make_snapshot(share["id"])
        start(api, share)
        query = {"snapshot_id": snapshot["id"]}
        moving = instances(api, share)["migrating_to"]
        found = api.get("/v2/snapshot-instances/detail", query=query, user="admin").json["snapshot_instances"]
        by_status = {one["status"]: one for one in found}
        assert by_status.keys() == {"migrating", "migrating_to"}
        copy = by_status["migrating_to"]
        assert copy["share_instance_id"] == moving["id"]
        assert api.get(f"/v2/snapshot-instances/{copy['id']}", user="admin").json == {"snapshot_instance": copy}
        act(api, share, "migration_complete")
        shown(api, share)
        (found,) = api.get("/v2/snapshot-instances/detail", query=query, user="admin").json["snapshot_instances"]
        assert (found["id"], found["status"]) == (copy["id"], "available")

    def test_a_world_is_saved_in_the_middle_of_it(self, slow: Api) -> None:
        share = on_alpha(slow)
        start(slow, share)
        slow.world.advance(timedelta(seconds=25))
        state = slow.get("/_fakemanila/state").json
        slow.post("/_fakemanila/reset")
        assert slow.put("/_fakemanila/state", state).status == 200
        slow.world.advance(timedelta(seconds=15))
        assert progress(slow, share) == (100, "migration_driver_phase1_done")
        act(slow, share, "migration_complete")
        slow.world.advance(timedelta(seconds=10))
        assert shown(slow, share)["host"] == BETA
