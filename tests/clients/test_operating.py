"""What operators look at: services, pools, user messages, access to types."""

from __future__ import annotations

from typing import Any

import pytest
from manilaclient import exceptions

from .cloud import Cloud


@pytest.fixture
def lost(cloud: Cloud) -> Any:
    """A share of demo's that no pool fits."""
    return cloud.manila().shares.create("NFS", 1, name="lost", availability_zone="nova")


class TestMessages:
    def test_a_share_that_found_no_place_says_so(self, cloud: Cloud, lost: Any) -> None:
        manila = cloud.manila()
        assert manila.shares.get(lost).status == "error"
        (message,) = manila.messages.list(search_opts={"resource_id": lost.id})
        assert (message.action_id, message.detail_id, message.resource_type) == ("001", "007", "SHARE")
        assert "No storage could be allocated for this share request" in message.user_message
        manila.messages.delete(message)
        with pytest.raises(exceptions.NotFound):
            manila.messages.get(message.id)

    def test_lists_are_sorted_and_paged(self, cloud: Cloud, lost: Any) -> None:
        manila = cloud.manila()
        later = manila.shares.create("NFS", 1, availability_zone="nova")
        newest_first = manila.messages.list(sort_key="created_at", sort_dir="desc")
        assert [message.resource_id for message in newest_first] == [later.id, lost.id]
        (first,) = manila.messages.list(search_opts={"limit": 1, "offset": 1})
        assert first.resource_id == lost.id
        assert manila.messages.list(search_opts={"created_since": "2100-01-01"}) == []

    def test_the_command_shows_and_deletes_them(self, cloud: Cloud, lost: Any) -> None:
        (row,) = cloud.shown("share", "message", "list", "--resource-id", lost.id)
        assert (row["Action ID"], row["Detail ID"]) == ("001", "007")
        shown = cloud.shown("share", "message", "show", row["ID"])
        assert (shown["resource_id"], shown["message_level"]) == (lost.id, "ERROR")
        assert cloud.run("share", "message", "delete", row["ID"]).status == 0
        assert cloud.shown("share", "message", "list") == []


class TestServices:
    def test_a_disabled_backend_gets_no_more_shares(self, cloud: Cloud) -> None:
        services = cloud.manila("admin").services
        services.disable("oracle@alpha", "manila-share", disable_reason="tea")
        (disabled,) = services.list(search_opts={"status": "disabled"})
        assert (disabled.host, disabled.disabled_reason) == ("oracle@alpha", "tea")
        share = cloud.manila().shares.create("NFS", 1)
        assert cloud.manila().shares.get(share).availability_zone == "manila-zone-1"
        services.enable("oracle@alpha", "manila-share")
        assert services.list(search_opts={"status": "disabled"}) == []

    def test_the_command_switches_them(self, cloud: Cloud) -> None:
        service = ("oracle@beta", "manila-share")
        assert cloud.run("share", "service", "set", "--disable", *service, user="admin").status == 0
        rows = cloud.shown("share", "service", "list", "--status", "disabled", user="admin")
        assert [row["Host"] for row in rows] == ["oracle@beta"]
        assert cloud.run("share", "service", "set", "--enable", *service, user="admin").status == 0
        assert len(cloud.shown("share", "service", "list", "--status", "enabled", user="admin")) == 6

    def test_they_are_none_of_a_members_business(self, cloud: Cloud) -> None:
        with pytest.raises(exceptions.Forbidden):
            cloud.manila().services.list()


class TestPools:
    def test_pools_are_listed_with_what_they_can(self, cloud: Cloud) -> None:
        (pool,) = cloud.manila("admin").pools.list(search_opts={"backend": "alpha"})
        assert pool.name == "oracle@alpha#fake_pool_for_ALPHA"
        assert pool.capabilities["driver_handles_share_servers"] is False
        found = cloud.manila("admin").pools.list(detailed=False, search_opts={"share_type": "dhss_true"})
        assert [pool.backend for pool in found] == ["gamma", "delta"]

    def test_the_command_filters_them(self, cloud: Cloud) -> None:
        rows = cloud.shown("share", "pool", "list", "--pool", "fake_pool_for_BETA", user="admin")
        assert [row["Backend"] for row in rows] == ["beta"]
        rows = cloud.shown("share", "pool", "list", "--detail", "--share-type", "default", user="admin")
        assert [row["Capabilities"]["total_capacity_gb"] > 0 for row in rows] == [True, True]


class TestTypes:
    def test_a_private_type_is_for_the_projects_that_were_let_in(self, cloud: Cloud) -> None:
        admin = cloud.manila("admin")
        made = admin.share_types.create("gold", False, is_public=False)
        with pytest.raises(exceptions.NotFound):
            cloud.manila().shares.create("NFS", 1, share_type="gold")
        project = cloud.manila().shares.create("NFS", 1).project_id
        admin.share_type_access.add_project_access(made, project)
        assert [access.project_id for access in admin.share_type_access.list(made)] == [project]
        assert cloud.manila().shares.create("NFS", 1, share_type="gold").share_type_name == "gold"
        admin.share_type_access.remove_project_access(made, project)
        assert admin.share_type_access.list(made) == []

    def test_shares_are_kept_together_and_apart(self, cloud: Cloud, share: Any) -> None:
        admin = cloud.manila("admin").shares
        near = cloud.manila().shares.create("NFS", 1, scheduler_hints={"same_host": share.id})
        far = cloud.manila().shares.create("NFS", 1, scheduler_hints={"different_host": share.id})
        host = admin.get(share).host
        assert (admin.get(near).host == host, admin.get(far).host == host) == (True, False)


class TestSdk:
    def test_messages_are_found_and_deleted(self, cloud: Cloud, lost: Any) -> None:
        files = cloud.connect().shared_file_system
        (message,) = files.user_messages(resource_id=lost.id)
        assert (message.action_id, message.detail_id) == ("001", "007")
        files.delete_user_message(message.id)
        assert list(files.user_messages()) == []

    def test_pools_and_zones_are_listed(self, cloud: Cloud) -> None:
        files = cloud.connect("admin").shared_file_system
        pools = list(files.storage_pools(backend="alpha"))
        assert [pool.name for pool in pools] == ["oracle@alpha#fake_pool_for_ALPHA"]
        assert pools[0].capabilities["storage_protocol"] == "NFS_CIFS"
        assert "nova" in {zone.name for zone in files.availability_zones()}
