"""Replicas of shares, as far as there are any: a share of a replicated type has one, its first instance."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.manila.resources import share_instances

from ...api import Api
from .replicating import add_replica


@pytest.fixture
def share(api: Api) -> dict[str, Any]:
    """A share of a replicated type."""
    specs = {"driver_handles_share_servers": "False", "replication_type": "readable"}
    body = {"share_type": {"name": "replicated", "extra_specs": specs}}
    assert api.post("/v2/types", body, user="admin").status == 200
    return api.make_share(share_type="replicated")


def replica(api: Api, share: dict[str, Any], **options: Any) -> dict[str, Any]:
    (found,) = api.get(f"/v2/share-replicas/detail?share_id={share['id']}", **options).json["share_replicas"]
    return dict(found)


def test_the_first_instance_of_a_replicated_share_is_its_active_replica(api: Api, share: dict[str, Any]) -> None:
    assert replica(api, share)["replica_state"] == "active"
    assert replica(api, share)["status"] == "available"
    (instance,) = api.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
    assert instance["id"] == replica(api, share)["id"]


def test_a_share_that_is_not_replicated_has_none(api: Api) -> None:
    share = api.make_share()
    assert api.get(f"/v2/share-replicas?share_id={share['id']}").json["share_replicas"] == []
    (instance,) = api.get(f"/v2/shares/{share['id']}/instances", user="admin").json["share_instances"]
    assert api.get(f"/v2/share-replicas/{instance['id']}").fault == (404, "itemNotFound")


def test_are_seen_by_their_project_and_by_administrators(api: Api, share: dict[str, Any]) -> None:
    path = f"/v2/share-replicas/{replica(api, share)['id']}"
    assert api.get(path, user="alt_demo").fault == (404, "itemNotFound")
    assert api.get("/v2/share-replicas", user="alt_demo").json["share_replicas"] == []
    assert "host" not in api.get(path).json["share_replica"]
    assert api.get(path, user="admin").json["share_replica"]["host"]


def test_the_last_active_one_cannot_be_deleted(api: Api, share: dict[str, Any]) -> None:
    path = f"/v2/share-replicas/{replica(api, share)['id']}"
    assert api.delete(path).fault == (400, "badRequest")
    assert api.get(path).status == 200


def test_goes_with_its_share(api: Api, share: dict[str, Any]) -> None:
    path = f"/v2/share-replicas/{replica(api, share)['id']}"
    assert api.delete(f"/v2/shares/{share['id']}").status == 202
    assert api.get(path).fault == (404, "itemNotFound")


def test_a_share_has_replicas_once_there_is_one_beside_the_active_one(api: Api, share: dict[str, Any]) -> None:
    path = f"/v2/shares/{share['id']}"
    assert api.get(path).json["share"]["has_replicas"] is False
    other = add_replica(api.world, share["id"])
    assert api.get(path).json["share"]["has_replicas"] is True
    shown = api.get(f"/v2/share-replicas/{other['id']}", user="admin").json["share_replica"]
    assert (shown["host"], shown["replica_state"]) == ("oracle@beta#fake_pool_for_BETA", "in_sync")


def test_a_replica_has_a_status_of_its_own(api: Api, share: dict[str, Any]) -> None:
    other = add_replica(api.world, share["id"])
    path = f"/v2/share_instances/{other['id']}"
    assert api.action(path, "reset_status", {"status": "error"}, user="admin").status == 202
    assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "available"
    assert api.get(f"/v2/share-replicas/{other['id']}").json["share_replica"]["status"] == "error"


def test_another_replica_may_become_the_active_one(api: Api, share: dict[str, Any]) -> None:
    world, other = api.world, add_replica(api.world, share["id"])
    record = world.store["shares"].get(share["id"])
    assert record is not None
    share_instances.make_active(world, record, other)
    assert api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]["host"] == other["host"]
    assert world.store["shares"].tally.count[other["host"]] == 1
