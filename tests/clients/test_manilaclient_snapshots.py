"""Snapshots through python-manilaclient."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions
from manilaclient.common.apiclient import exceptions as api_exceptions

from .cloud import UNKNOWN, Cloud

LOCATION = "/path/to/fake/snapshot/by-hand"


def names(snapshots: Any) -> list[str]:
    return [snapshot.name for snapshot in snapshots]


@pytest.fixture
def week(cloud: Cloud, share: Any) -> list[Any]:
    """Three snapshots, oldest first."""
    create = cloud.manila().share_snapshots.create
    days = (("monday", "gold"), ("tuesday", "tin"), ("wednesday", "gold"))
    return [create(share, name=name, description=f"of {name}", metadata={"tier": tier}) for name, tier in days]


# Create and show


def test_a_new_snapshot_is_creating_and_then_available(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    created = manila.share_snapshots.create(share, name="monday", description="d", metadata={"tier": "gold"})
    assert created.status == "creating"
    shown = manila.share_snapshots.get(created)
    assert (shown.status, shown.name, shown.description) == ("available", "monday", "d")
    assert shown.metadata == {"tier": "gold"}
    assert (shown.share_id, shown.share_size, shown.share_proto, shown.size) == (share.id, 1, "NFS", 1)
    assert (shown.project_id, shown.user_id) == (share.project_id, share.user_id)


def test_a_snapshot_without_anything_but_its_share(cloud: Cloud, share: Any) -> None:
    created = cloud.manila().share_snapshots.create(share)
    assert (created.name, created.description, created.metadata) == (None, None, {})


def test_force_is_accepted(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    created = manila.share_snapshots.create(share, force=True, name="forced")
    assert manila.share_snapshots.get(created).status == "available"
    assert cloud.asked("snapshots.create")[-1].contract_warnings == ()


def test_a_snapshot_stays_creating_until_the_clock_has_moved_on(cloud: Cloud, share: Any) -> None:
    cloud.delay(snapshots__create="30s")
    manila = cloud.manila()
    created = manila.share_snapshots.create(share)
    assert manila.share_snapshots.get(created).status == "creating"
    cloud.advance(29)
    assert manila.share_snapshots.get(created).status == "creating"
    cloud.advance(1)
    assert manila.share_snapshots.get(created).status == "available"


def test_a_snapshot_of_an_unknown_share_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(exceptions.NotFound, match="could not be found"):
        cloud.manila().share_snapshots.create(UNKNOWN)


def test_a_share_in_error_has_no_snapshot_taken(cloud: Cloud, share: Any) -> None:
    cloud.manila("admin").shares.reset_state(share, "error")
    with pytest.raises(exceptions.BadRequest, match="must be available"):
        cloud.manila().share_snapshots.create(share, force=True)


def test_a_share_without_snapshot_support_answers_422(cloud: Cloud) -> None:
    plain = cloud.manila("admin").share_types.create("plain", False, spec_snapshot_support=False)
    manila = cloud.manila()
    share = manila.shares.create("NFS", 1, share_type=plain.id)
    with pytest.raises(api_exceptions.HttpError) as caught:
        manila.share_snapshots.create(share)
    assert caught.value.http_status == 422


def test_overlong_metadata_is_a_bad_request(cloud: Cloud, share: Any) -> None:
    with pytest.raises(exceptions.BadRequest):
        cloud.manila().share_snapshots.create(share, metadata={"k": "v" * 1024})


def test_an_unknown_snapshot_is_not_found(cloud: Cloud) -> None:
    with pytest.raises(exceptions.NotFound, match="could not be found") as caught:
        cloud.manila().share_snapshots.get(UNKNOWN)
    assert caught.value.request_id == cloud.asked("snapshots.show")[-1].id


def test_a_snapshot_is_found_by_its_name(cloud: Cloud, snapshot: Any) -> None:
    assert cloud.manila().share_snapshots.find(name="monday").id == snapshot.id


# Lists


def test_a_list_has_ids_and_names_and_a_detailed_one_everything(cloud: Cloud, snapshot: Any) -> None:
    manila = cloud.manila()
    (plain,) = manila.share_snapshots.list(detailed=False)
    assert plain.to_dict().keys() == {"id", "name", "links"}
    (detailed,) = manila.share_snapshots.list()
    assert detailed.status == "available"
    assert detailed.to_dict().keys() > {"id", "name", "links", "size", "metadata", "created_at"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": "monday"}, ["monday"]),
        ({"name~": "day"}, ["wednesday", "tuesday", "monday"]),
        ({"name~": "on"}, ["monday"]),
        ({"description": "of tuesday"}, ["tuesday"]),
        ({"description~": "wed"}, ["wednesday"]),
        ({"metadata": {"tier": "gold"}}, ["wednesday", "monday"]),
        ({"metadata": {"tier": "gold", "no": "such"}}, []),
        ({"status": "error"}, ["tuesday"]),
        ({"status": "available", "metadata": {"tier": "gold"}}, ["wednesday", "monday"]),
        ({"share_id": UNKNOWN}, []),
        ({"limit": 2}, ["wednesday", "tuesday"]),
        ({"limit": 2, "offset": 2}, ["monday"]),
        ({"limit": 1, "offset": 1}, ["tuesday"]),
    ],
    ids=str,
)
def test_a_list_is_filtered(cloud: Cloud, week: list[Any], filters: dict[str, Any], found: list[str]) -> None:
    cloud.manila("admin").share_snapshots.reset_state(week[1], "error")
    assert names(cloud.manila().share_snapshots.list(search_opts=filters)) == found
    assert cloud.asked("snapshots.detail")[-1].contract_warnings == ()


def test_a_list_of_one_shares_snapshots(cloud: Cloud, week: list[Any]) -> None:
    manila = cloud.manila()
    manila.share_snapshots.create(manila.shares.create("NFS", 1), name="of another")
    found = manila.share_snapshots.list(search_opts={"share_id": week[0].share_id})
    assert names(found) == ["wednesday", "tuesday", "monday"]


@pytest.mark.parametrize(
    ("key", "direction", "first"),
    [("name", "asc", "monday"), ("name", "desc", "wednesday"), ("display_name", "asc", "monday")],
)
def test_a_list_is_sorted(cloud: Cloud, week: list[Any], key: str, direction: str, first: str) -> None:
    found = cloud.manila().share_snapshots.list(sort_key=key, sort_dir=direction)
    assert names(found)[0] == first
    assert len(found) == 3


def test_a_count_is_of_everything_before_the_limit(cloud: Cloud, week: list[Any]) -> None:
    found, count = cloud.manila().share_snapshots.list(search_opts={"with_count": True, "limit": 1})
    assert names(found) == ["wednesday"]
    assert count == 3


def test_an_administrator_lists_the_snapshots_of_every_project(cloud: Cloud, snapshot: Any) -> None:
    everyone = {"all_tenants": 1}
    admin = cloud.manila("admin")
    assert admin.share_snapshots.list() == []
    (found,) = admin.share_snapshots.list(search_opts=everyone)
    assert found.id == snapshot.id
    assert found.provider_location.startswith("/path/to/fake/snapshot/")
    assert cloud.manila("alt_demo").share_snapshots.list(search_opts=everyone) == []


# Change


def test_name_and_description_change_and_can_be_taken_away(cloud: Cloud, snapshot: Any) -> None:
    manila = cloud.manila()
    manila.share_snapshots.update(snapshot, display_name="friday", display_description="last")
    shown = manila.share_snapshots.get(snapshot)
    assert (shown.name, shown.description) == ("friday", "last")
    manila.share_snapshots.update(snapshot, display_name=None, display_description=None)
    shown = manila.share_snapshots.get(snapshot)
    assert (shown.name, shown.description) == (None, None)


def test_an_administrator_resets_the_status(cloud: Cloud, snapshot: Any) -> None:
    cloud.manila("admin").share_snapshots.reset_state(snapshot, "error")
    assert cloud.manila().share_snapshots.get(snapshot).status == "error"


def test_a_status_that_does_not_exist_is_a_bad_request(cloud: Cloud, snapshot: Any) -> None:
    with pytest.raises(exceptions.BadRequest):
        cloud.manila("admin").share_snapshots.reset_state(snapshot, "fine")


# Delete


def test_a_deleted_snapshot_is_gone(cloud: Cloud, snapshot: Any) -> None:
    cloud.delay(snapshots__delete="10s")
    manila = cloud.manila()
    manila.share_snapshots.delete(snapshot)
    assert manila.share_snapshots.get(snapshot).status == "deleting"
    cloud.advance(10)
    with pytest.raises(exceptions.NotFound):
        manila.share_snapshots.get(snapshot)
    assert manila.share_snapshots.list() == []


def test_a_snapshot_in_a_wrong_status_is_deleted_by_force_only(cloud: Cloud, snapshot: Any) -> None:
    admin = cloud.manila("admin")
    admin.share_snapshots.reset_state(snapshot, "creating")
    with pytest.raises(exceptions.BadRequest, match="status must be one of"):
        cloud.manila().share_snapshots.delete(snapshot)
    admin.share_snapshots.force_delete(snapshot)
    with pytest.raises(exceptions.NotFound):
        admin.share_snapshots.get(snapshot)


def test_a_share_with_snapshots_cannot_be_deleted(cloud: Cloud, snapshot: Any) -> None:
    manila = cloud.manila()
    with pytest.raises(exceptions.Forbidden, match="dependent snapshots"):
        manila.shares.delete(snapshot.share_id)
    manila.share_snapshots.delete(snapshot)
    manila.shares.delete(snapshot.share_id)
    assert manila.shares.list() == []


# Manage and unmanage


def test_an_unmanaged_snapshot_can_be_managed_again(cloud: Cloud, share: Any, snapshot: Any) -> None:
    admin = cloud.manila("admin")
    location = admin.share_snapshots.get(snapshot).provider_location
    admin.share_snapshots.unmanage(snapshot)
    with pytest.raises(exceptions.NotFound):
        admin.share_snapshots.get(snapshot)
    again = admin.share_snapshots.manage(share, location, driver_options={"size": 1}, name="again", description="d")
    assert again.status == "manage_starting"
    shown = admin.share_snapshots.get(again)
    assert (shown.status, shown.name, shown.description) == ("available", "again", "d")
    assert (shown.provider_location, shown.size) == (location, 1)


def test_managing_what_is_managed_already_is_a_conflict(cloud: Cloud, share: Any, snapshot: Any) -> None:
    admin = cloud.manila("admin")
    location = admin.share_snapshots.get(snapshot).provider_location
    with pytest.raises(exceptions.Conflict, match="already"):
        admin.share_snapshots.manage(share, location)


def test_managing_what_no_backend_has_ends_in_manage_error(cloud: Cloud, share: Any) -> None:
    admin = cloud.manila("admin")
    taken = admin.share_snapshots.manage(share, LOCATION)
    assert admin.share_snapshots.get(taken).status == "manage_error"


def test_a_snapshot_that_changes_cannot_be_unmanaged(cloud: Cloud, snapshot: Any) -> None:
    admin = cloud.manila("admin")
    admin.share_snapshots.reset_state(snapshot, "deleting")
    with pytest.raises(exceptions.Forbidden, match="transitional"):
        admin.share_snapshots.unmanage(snapshot)


# Metadata


def test_metadata_is_merged_replaced_and_deleted(cloud: Cloud, snapshot: Any) -> None:
    held = cloud.manila().share_snapshots.get(snapshot)
    assert held.get_metadata().to_dict() == {"tier": "gold"}
    held.set_metadata({"tier": "tin", "owner": "ann"})
    assert held.get_metadata().to_dict() == {"tier": "tin", "owner": "ann"}
    held.delete_metadata(["tier"])
    assert held.get_metadata().to_dict() == {"owner": "ann"}
    held.update_all_metadata({"only": "this"})
    assert held.get_metadata().to_dict() == {"only": "this"}


def test_deleting_metadata_that_is_not_there_is_not_found(cloud: Cloud, snapshot: Any) -> None:
    with pytest.raises(exceptions.NotFound):
        cloud.manila().share_snapshots.delete_metadata(snapshot, ["no-such-key"])


# What shares have to do with snapshots


def test_a_share_is_reverted_to_its_latest_snapshot(cloud: Cloud, share: Any, snapshot: Any) -> None:
    cloud.delay(shares__revert="10s")
    manila = cloud.manila()
    manila.shares.revert_to_snapshot(share, snapshot)
    assert manila.shares.get(share).status == "reverting"
    assert manila.share_snapshots.get(snapshot).status == "restoring"
    cloud.advance(10)
    assert manila.shares.get(share).status == "available"
    assert manila.share_snapshots.get(snapshot).status == "available"


def test_only_the_latest_snapshot_can_be_reverted_to(cloud: Cloud, share: Any, week: list[Any]) -> None:
    with pytest.raises(exceptions.Conflict, match="most recent"):
        cloud.manila().shares.revert_to_snapshot(share, week[0])


def test_a_share_is_made_from_a_snapshot(cloud: Cloud, share: Any, snapshot: Any) -> None:
    manila = cloud.manila()
    copy = manila.shares.create("NFS", 2, snapshot_id=snapshot.id, name="copy")
    shown = manila.shares.get(copy)
    assert (shown.status, shown.snapshot_id, shown.size) == ("available", snapshot.id, 2)
    assert shown.availability_zone == manila.shares.get(share).availability_zone
    assert names(manila.shares.list(search_opts={"snapshot_id": snapshot.id})) == ["copy"]


def test_a_share_cannot_be_smaller_than_its_snapshot(cloud: Cloud) -> None:
    manila = cloud.manila()
    large = manila.share_snapshots.create(manila.shares.create("NFS", 3))
    with pytest.raises(exceptions.BadRequest, match="equal or greater"):
        manila.shares.create("NFS", 2, snapshot_id=large.id)


# Who may do what


def test_a_reader_reads_and_changes_nothing(cloud: Cloud, share: Any, snapshot: Any) -> None:
    reader = cloud.manila("demo_reader")
    assert names(reader.share_snapshots.list()) == ["monday"]
    assert reader.share_snapshots.get(snapshot).name == "monday"
    with pytest.raises(exceptions.Forbidden):
        reader.share_snapshots.create(share)
    with pytest.raises(exceptions.Forbidden):
        reader.share_snapshots.update(snapshot, display_name="x")
    with pytest.raises(exceptions.Forbidden):
        reader.share_snapshots.delete(snapshot)


def test_another_project_does_not_see_a_snapshot(cloud: Cloud, snapshot: Any) -> None:
    other = cloud.manila("alt_demo")
    assert other.share_snapshots.list() == []
    with pytest.raises(exceptions.NotFound):
        other.share_snapshots.get(snapshot)
    with pytest.raises(exceptions.NotFound):
        other.share_snapshots.delete(snapshot)


@pytest.mark.parametrize("snapshot_id", [None, UNKNOWN], ids=["own", "unknown"])
def test_a_member_may_not_do_what_administrators_do(cloud: Cloud, share: Any, snapshot: Any, snapshot_id: str) -> None:
    asked = snapshot_id or snapshot.id
    snapshots = cloud.manila().share_snapshots
    with pytest.raises(exceptions.Forbidden):
        snapshots.reset_state(asked, "error")
    with pytest.raises(exceptions.Forbidden):
        snapshots.force_delete(asked)
    with pytest.raises(exceptions.Forbidden):
        snapshots.unmanage(asked)
    with pytest.raises(exceptions.Forbidden):
        snapshots.manage(share, LOCATION)


def test_two_worlds_do_not_share_snapshots(cloud: Cloud, snapshot: Any, server: Any) -> None:
    other = Cloud(f"{server.url}/worlds/another", server.worlds.get("another"))
    assert other.manila().share_snapshots.list() == []
    with pytest.raises(exceptions.NotFound):
        other.manila().share_snapshots.get(snapshot)
    server.worlds.drop("another")
