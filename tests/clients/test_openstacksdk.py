"""Shares and snapshots through openstacksdk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openstack
import pytest
from click.testing import CliRunner
from openstack import exceptions

from fakemanila.cli.program import main

from .cloud import UNKNOWN, Cloud


def make_share(connection: Any, **attributes: Any) -> Any:
    return connection.share.create_share(**{"share_protocol": "NFS", "size": 1, "name": "data", **attributes})


def make_snapshot(connection: Any, share: Any, **attributes: Any) -> Any:
    return connection.share.create_share_snapshot(share_id=share.id, **{"name": "monday", **attributes})


def test_a_clouds_file_leads_to_the_world(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: Any
) -> None:
    printed = CliRunner().invoke(main, ["env", "--format", "clouds", "--url", cloud.url])
    (tmp_path / "clouds.yaml").write_text(printed.output)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    connection = openstack.connect("fakemanila")
    assert [found.id for found in connection.share.shares()] == [share.id]


def test_a_snapshot_from_the_first_to_the_last_call(cloud: Cloud) -> None:
    connection = cloud.connect()
    share = make_share(connection)
    made = make_snapshot(connection, share, description="d")
    assert made.status == "creating"
    shown = connection.share.get_share_snapshot(made.id)
    assert (shown.status, shown.name, shown.description) == ("available", "monday", "d")
    assert (shown.share_id, shown.share_proto, shown.share_size, shown.size) == (share.id, "NFS", 1, 1)
    assert shown.project_id == connection.current_project_id
    connection.share.update_share_snapshot(made.id, display_name="tuesday", display_description="e")
    shown = connection.share.get_share_snapshot(made.id)
    assert (shown.name, shown.description) == ("tuesday", "e")
    connection.share.delete_share_snapshot(made.id)
    with pytest.raises(exceptions.NotFoundException):
        connection.share.get_share_snapshot(made.id)


def test_snapshots_are_listed_with_and_without_details(cloud: Cloud, snapshot: Any) -> None:
    share = cloud.connect().share
    (detailed,) = share.share_snapshots()
    assert (detailed.id, detailed.name, detailed.status) == (snapshot.id, "monday", "available")
    (plain,) = share.share_snapshots(details=False)
    assert (plain.id, plain.name, plain.status) == (snapshot.id, "monday", None)


def test_a_page_of_a_list(cloud: Cloud) -> None:
    connection = cloud.connect()
    for name in "abc":
        make_share(connection, name=name)
    assert [found.name for found in connection.share.shares(limit=2, paginated=False)] == ["c", "b"]
    assert [found.name for found in connection.share.shares(limit=2, offset=1, paginated=False)] == ["b", "a"]


def test_a_limit_without_an_end_to_the_pages_loops_as_with_real_manila(cloud: Cloud) -> None:
    """Manila knows offsets and no markers: openstacksdk asks for the next page and is given the first one again."""
    connection = cloud.connect()
    make_share(connection)
    with pytest.raises(exceptions.SDKException, match="Endless"):
        list(connection.share.shares(limit=1))


def test_metadata_of_a_snapshot(cloud: Cloud, snapshot: Any) -> None:
    share = cloud.connect().share
    assert share.fetch_share_snapshot_metadata(snapshot.id).metadata == {"tier": "gold"}
    share.set_share_snapshot_metadata(snapshot.id, owner="ann")
    assert share.fetch_share_snapshot_metadata(snapshot.id).metadata == {"tier": "gold", "owner": "ann"}
    assert share.fetch_share_snapshot_metadata_item(snapshot.id, "owner").metadata == {"owner": "ann"}
    share.delete_share_snapshot_metadata(snapshot.id, ["tier"])
    assert share.fetch_share_snapshot_metadata(snapshot.id).metadata == {"owner": "ann"}
    share.set_share_snapshot_metadata(snapshot.id, replace=True, only="this")
    assert share.fetch_share_snapshot_metadata(snapshot.id).metadata == {"only": "this"}
    with pytest.raises(exceptions.NotFoundException):
        share.fetch_share_snapshot_metadata_item(snapshot.id, "owner")


def test_an_administrator_resets_force_deletes_and_moves_snapshots(cloud: Cloud, snapshot: Any) -> None:
    admin = cloud.connect("admin").share
    admin.reset_share_snapshot_status(snapshot.id, "error")
    assert admin.get_share_snapshot(snapshot.id).status == "error"
    location = admin.get_share_snapshot(snapshot.id).to_dict(original_names=True).get("provider_location")
    location = location or cloud.manila("admin").share_snapshots.get(snapshot).provider_location
    admin.reset_share_snapshot_status(snapshot.id, "available")
    admin.unmanage_share_snapshot(snapshot.id)
    again = admin.manage_share_snapshot(snapshot.share_id, location, name="again")
    assert admin.get_share_snapshot(again.id).status == "available"
    admin.reset_share_snapshot_status(again.id, "creating")
    with pytest.raises(exceptions.BadRequestException):
        admin.delete_share_snapshot(again.id)
    admin.delete_share_snapshot(again.id, force=True)
    with pytest.raises(exceptions.NotFoundException):
        admin.get_share_snapshot(again.id)


def test_waiting_for_a_status_passes_the_worlds_time(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.delay(shares__create="5s", snapshots__create="30s", snapshots__delete="7s")
    monkeypatch.setattr("openstack.utils.time", cloud.clock)
    connection = cloud.connect()
    share = connection.share.wait_for_status(make_share(connection), "available", ["error"], interval=2, wait=120)
    assert share.status == "available"
    made = make_snapshot(connection, share)
    waited = connection.share.wait_for_status(made, "available", ["error"], interval=10, wait=120)
    assert waited.status == "available"
    assert len(cloud.asked("snapshots.show")) == 4
    connection.share.delete_share_snapshot(made)
    connection.share.wait_for_delete(made, interval=2, wait=120)


def test_waiting_ends_when_the_snapshot_fails(cloud: Cloud, snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openstack.utils.time", cloud.clock)
    share = cloud.connect().share
    held = share.get_share_snapshot(snapshot.id)
    cloud.manila("admin").share_snapshots.reset_state(snapshot, "error")
    with pytest.raises(exceptions.ResourceFailure):
        share.wait_for_status(held, "deleted", ["error"], interval=1, wait=10)


def test_a_share_is_made_of_a_snapshot_and_reverted_to_it(cloud: Cloud, snapshot: Any) -> None:
    connection = cloud.connect()
    copy = make_share(connection, snapshot_id=snapshot.id, name="copy")
    assert connection.share.get_share(copy.id).snapshot_id == snapshot.id
    connection.share.revert_share_to_snapshot(snapshot.share_id, snapshot.id)
    assert connection.share.get_share(snapshot.share_id).status == "available"
    assert len(cloud.asked("shares.revert")) == 1


def test_shares_are_listed_filtered_changed_and_deleted(cloud: Cloud) -> None:
    connection = cloud.connect()
    made = make_share(connection, metadata={"tier": "gold"})
    make_share(connection, name="other")
    assert [found.name for found in connection.share.shares(name="data")] == ["data"]
    assert {found.name for found in connection.share.shares()} == {"data", "other"}
    assert connection.share.find_share("data").id == made.id
    connection.share.update_share(made.id, display_description="text")
    assert connection.share.get_share(made.id).description == "text"
    connection.share.set_share_metadata(made.id, owner="ann")
    assert connection.share.get_share_metadata(made.id).metadata == {"tier": "gold", "owner": "ann"}
    connection.share.delete_share_metadata(made.id, ["tier"])
    assert connection.share.get_share_metadata(made.id).metadata == {"owner": "ann"}
    connection.share.delete_share(made.id)
    assert [found.name for found in connection.share.shares()] == ["other"]


def test_an_administrator_lists_the_shares_of_all_projects(cloud: Cloud, share: Any) -> None:
    admin = cloud.connect("admin").share
    assert list(admin.shares()) == []
    assert [found.id for found in admin.shares(all_projects=True)] == [share.id]


def test_share_types_and_their_extra_specs(cloud: Cloud) -> None:
    admin = cloud.connect("admin").share
    made = admin.create_share_type("gold", extra_specs={"driver_handles_share_servers": "False"}, description="d")
    admin.update_share_type_extra_specs(made.id, tier="gold")
    assert admin.get_share_type(made.id).extra_specs["tier"] == "gold"
    admin.delete_share_type_extra_spec_property(made.id, "tier")
    assert "tier" not in admin.get_share_type(made.id).extra_specs
    admin.update_share_type(made.id, name="golden")
    assert {found.name for found in admin.share_types()} == {"default", "dhss_true", "dhss_false", "golden"}
    admin.delete_share_type(made.id)
    assert "golden" not in {found.name for found in admin.share_types()}


def test_availability_zones(cloud: Cloud) -> None:
    assert {zone.name for zone in cloud.connect().share.availability_zones()} >= {"manila-zone-0", "manila-zone-1"}


def test_a_refusal_is_an_exception_of_its_kind(cloud: Cloud, snapshot: Any) -> None:
    share = cloud.connect().share
    with pytest.raises(exceptions.NotFoundException) as missing:
        share.get_share_snapshot(UNKNOWN)
    assert missing.value.status_code == 404
    assert missing.value.request_id == cloud.asked("snapshots.show")[-1].id
    with pytest.raises(exceptions.NotFoundException):
        share.delete_share_snapshot(UNKNOWN, ignore_missing=False)
    with pytest.raises(exceptions.ForbiddenException, match="share_snapshot:reset_status"):
        share.reset_share_snapshot_status(snapshot.id, "error")
    with pytest.raises(exceptions.ForbiddenException, match="dependent snapshots"):
        share.delete_share(snapshot.share_id, ignore_missing=False)
    with pytest.raises(exceptions.BadRequestException):
        make_share(cloud.connect(), share_protocol="FTP")
    with pytest.raises(exceptions.ConflictException, match="already exists"):
        cloud.connect("admin").share.create_share_type("default", extra_specs={"driver_handles_share_servers": "False"})


def test_a_reader_may_look_and_nothing_more(cloud: Cloud, snapshot: Any) -> None:
    share = cloud.connect("demo_reader").share
    assert [found.id for found in share.share_snapshots()] == [snapshot.id]
    with pytest.raises(exceptions.ForbiddenException):
        share.create_share_snapshot(share_id=snapshot.share_id)


def test_an_expired_token_is_renewed_without_a_word(cloud: Cloud, snapshot: Any) -> None:
    share = cloud.connect().share
    assert len(list(share.share_snapshots())) == 1
    cloud.advance(2 * 3600)
    assert len(list(share.share_snapshots())) == 1
    assert [entry.status for entry in cloud.world.journal if entry.path == "/v2/snapshots/detail"] == [200, 401, 200]


def test_without_a_version_the_connection_uses_the_oldest(cloud: Cloud, snapshot: Any) -> None:
    shown = cloud.connect(version=None).share.get_share_snapshot(snapshot.id)
    assert (shown.name, shown.project_id) == ("monday", None)
    assert cloud.asked("snapshots.show")[-1].version == "2.0"


@pytest.mark.parametrize("version", ["2.7", "2.60", "2.98"])
def test_a_connection_at_one_microversion(cloud: Cloud, snapshot: Any, version: str) -> None:
    shown = cloud.connect(version=version).share.get_share_snapshot(snapshot.id)
    assert (shown.project_id is None) == (version == "2.7")
    assert cloud.asked("snapshots.show")[-1].version == version


def test_projects_users_and_roles(cloud: Cloud) -> None:
    identity = cloud.connect("admin").identity
    project = identity.create_project(name="research", description="d")
    user = identity.create_user(name="ann", password="pw", default_project_id=project.id)
    role = identity.find_role("member")
    identity.assign_project_role_to_user(project, user, role)
    assert [found.id for found in identity.role_assignments_filter(project=project, user=user)] == [role.id]
    manila = cloud.manila(session=cloud.session("ann", password="pw", project="research"))
    assert manila.shares.create("NFS", 1).project_id == project.id
    identity.unassign_project_role_from_user(project, user, role)
    identity.delete_user(user)
    identity.delete_project(project)
    assert identity.find_user("ann") is None
    assert identity.find_project("research") is None
