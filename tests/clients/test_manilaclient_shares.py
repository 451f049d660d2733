"""Shares, share types and availability zones through python-manilaclient."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import UNKNOWN, Cloud, needs

# Shares


def test_a_new_share_is_creating_and_then_available(cloud: Cloud) -> None:
    manila = cloud.manila()
    created = manila.shares.create("nfs", 2, name="data", description="d", metadata={"tier": "gold"})
    assert (created.status, created.availability_zone) == ("creating", None)
    shown = manila.shares.get(created)
    assert (shown.status, shown.name, shown.description, shown.size) == ("available", "data", "d", 2)
    assert (shown.share_proto, shown.share_type_name, shown.is_public) == ("NFS", "default", False)
    assert shown.availability_zone == "manila-zone-0"
    assert shown.metadata == {"tier": "gold"}


def test_only_an_administrator_sees_the_host_of_a_share(cloud: Cloud, share: Any) -> None:
    assert cloud.manila("admin").shares.get(share).host == "oracle@alpha#fake_pool_for_ALPHA"
    assert "host" not in cloud.manila().shares.get(share).to_dict()


def test_a_share_goes_into_the_zone_asked_for(cloud: Cloud) -> None:
    manila = cloud.manila()
    share = manila.shares.create("NFS", 1, availability_zone="manila-zone-1")
    assert manila.shares.get(share).availability_zone == "manila-zone-1"
    with pytest.raises(exceptions.NotFound, match="nowhere"):
        manila.shares.create("NFS", 1, availability_zone="nowhere")


@pytest.mark.parametrize(("protocol", "size"), [("FTP", 1), ("NFS", 0), ("NFS", "big")])
def test_a_share_that_cannot_be_is_a_bad_request(cloud: Cloud, protocol: str, size: object) -> None:
    with pytest.raises(exceptions.BadRequest):
        cloud.manila().shares.create(protocol, size)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["two", "one"]),
        ({"name": "one"}, ["one"]),
        ({"name~": "w"}, ["two"]),
        ({"metadata": {"tier": "gold"}}, ["one"]),
        ({"status": "available"}, ["two", "one"]),
        ({"status": "error"}, []),
        ({"limit": 1}, ["two"]),
        ({"limit": 1, "offset": 1}, ["one"]),
        ({"share_type_id": UNKNOWN}, []),
    ],
    ids=str,
)
def test_a_list_of_shares_is_filtered(cloud: Cloud, filters: dict[str, Any], found: list[str]) -> None:
    manila = cloud.manila()
    manila.shares.create("NFS", 1, name="one", metadata={"tier": "gold"})
    manila.shares.create("NFS", 1, name="two")
    assert [share.name for share in manila.shares.list(search_opts=filters)] == found


def test_a_list_of_shares_is_sorted_and_counted(cloud: Cloud) -> None:
    manila = cloud.manila()
    for name in "bca":
        manila.shares.create("NFS", 1, name=name)
    listed = manila.shares.list(sort_key="name", sort_dir="asc")
    assert [share.name for share in listed] == ["a", "b", "c"]
    page, count = manila.shares.list(search_opts={"with_count": True, "limit": 1})
    assert (len(page), count) == (1, 3)


def test_a_share_is_changed_and_deleted(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    manila.shares.update(share, display_name="new", display_description="text")
    shown = manila.shares.get(share)
    assert (shown.name, shown.description) == ("new", "text")
    manila.shares.delete(share)
    with pytest.raises(exceptions.NotFound):
        manila.shares.get(share)


def test_a_share_in_a_wrong_status_is_deleted_by_force_only(cloud: Cloud, share: Any) -> None:
    admin = cloud.manila("admin")
    admin.shares.reset_state(share, "creating")
    with pytest.raises(exceptions.Forbidden):
        cloud.manila().shares.delete(share)
    with pytest.raises(exceptions.Forbidden):
        cloud.manila().shares.force_delete(share)
    admin.shares.force_delete(share)
    assert admin.shares.list(search_opts={"all_tenants": 1}) == []


def test_making_a_share_public_takes_an_administrator(cloud: Cloud, share: Any) -> None:
    with pytest.raises(exceptions.Forbidden):
        cloud.manila().shares.update(share, is_public=True)
    cloud.manila("demo_admin").shares.update(share, is_public=True)
    other = cloud.manila("alt_demo")
    assert other.shares.get(share).name == "data"
    assert [found.id for found in other.shares.list(search_opts={"is_public": True})] == [share.id]
    assert other.shares.list(search_opts={"is_public": False}) == []


def test_metadata_of_a_share_is_merged_replaced_and_deleted(cloud: Cloud, share: Any) -> None:
    share.set_metadata({"a": "1", "b": "2"})
    assert share.get_metadata().to_dict() == {"a": "1", "b": "2"}
    share.delete_metadata(["a"])
    share.update_all_metadata({"c": "3"})
    assert share.get_metadata().to_dict() == {"c": "3"}


@needs("share_export_locations.list")
def test_a_share_has_export_locations(cloud: Cloud, share: Any) -> None:
    assert cloud.manila().share_export_locations.list(share)


# Share types


def test_the_types_of_a_new_world(cloud: Cloud) -> None:
    manila = cloud.manila()
    assert {found.name for found in manila.share_types.list()} == {"default", "dhss_true", "dhss_false"}
    default = manila.share_types.get("default")
    assert (default.name, default.is_default) == ("default", True)
    assert default.get_required_keys() == {"driver_handles_share_servers": "False"}


def test_a_type_is_made_changed_and_deleted(cloud: Cloud) -> None:
    types = cloud.manila("admin").share_types
    made = types.create("gold", False, spec_snapshot_support=True, extra_specs={"tier": "gold"}, description="d")
    assert made.get_keys() == {"driver_handles_share_servers": "False", "snapshot_support": "True", "tier": "gold"}
    made.update(name="golden", description="shiny")
    shown = types.get(made)
    assert (shown.name, shown.description, shown.is_public) == ("golden", "shiny", True)
    types.delete(made)
    with pytest.raises(exceptions.NotFound):
        types.get(made)


def test_extra_specs_are_set_and_unset(cloud: Cloud) -> None:
    types = cloud.manila("admin").share_types
    made = types.create("gold", False)
    made.set_keys({"tier": "gold", "snapshot_support": "True"})
    assert types.get(made).get_keys(prefer_resource_data=False)["tier"] == "gold"
    made.unset_keys(["tier"])
    assert "tier" not in types.get(made).get_keys(prefer_resource_data=False)
    with pytest.raises(exceptions.NotFound):
        made.unset_keys(["tier"])


def test_a_required_extra_spec_cannot_be_taken_away(cloud: Cloud) -> None:
    made = cloud.manila("admin").share_types.create("gold", False)
    with pytest.raises(exceptions.Forbidden):
        made.unset_keys(["driver_handles_share_servers"])


def test_a_second_type_of_one_name_is_a_conflict(cloud: Cloud) -> None:
    with pytest.raises(exceptions.Conflict, match="already exists"):
        cloud.manila("admin").share_types.create("default", False)


def test_a_type_in_use_cannot_be_deleted(cloud: Cloud, share: Any) -> None:
    with pytest.raises(exceptions.BadRequest):
        cloud.manila("admin").share_types.delete(share.share_type)


def test_types_are_an_administrators_business(cloud: Cloud) -> None:
    with pytest.raises(exceptions.Forbidden):
        cloud.manila("demo_manager").share_types.create("gold", False)


def test_a_private_type_is_for_the_projects_it_is_given_to(cloud: Cloud) -> None:
    admin, demo, other = cloud.manila("admin"), cloud.manila(), cloud.manila("alt_demo")
    made = admin.share_types.create("secret", False, is_public=False)
    project = cloud.session().get_project_id()
    assert "secret" not in {found.name for found in demo.share_types.list()}
    admin.share_type_access.add_project_access(made, project)
    assert [access.project_id for access in admin.share_type_access.list(made)] == [project]
    assert "secret" in {found.name for found in demo.share_types.list()}
    assert "secret" not in {found.name for found in other.share_types.list()}
    with pytest.raises(exceptions.Conflict):
        admin.share_type_access.add_project_access(made, project)
    admin.share_type_access.remove_project_access(made, project)
    with pytest.raises(exceptions.NotFound):
        demo.shares.create("NFS", 1, share_type=made.id)


def test_a_type_that_wants_a_share_network_is_a_bad_request_without_one(cloud: Cloud) -> None:
    with pytest.raises(exceptions.BadRequest, match="Share network"):
        cloud.manila().shares.create("NFS", 1, share_type="dhss_true")


# Availability zones


def test_every_backend_has_its_zone_and_the_other_services_have_one(cloud: Cloud) -> None:
    zones = {zone.name for zone in cloud.manila().availability_zones.list()}
    assert zones == {"manila-zone-0", "manila-zone-1", "manila-zone-2", "manila-zone-3", "nova"}


def test_a_share_in_a_zone_without_a_backend_ends_in_error(cloud: Cloud) -> None:
    manila = cloud.manila()
    made = manila.shares.create("NFS", 1, availability_zone="nova")
    assert manila.shares.get(made).status == "error"
    manila.shares.delete(made)
    assert manila.shares.list() == []
