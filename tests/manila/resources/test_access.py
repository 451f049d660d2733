"""Access rules of shares and snapshots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.manila.backend import backends

from ...api import UNKNOWN, Api

ALPHA = "oracle@alpha#fake_pool_for_ALPHA"

SLOW = {"shares.allow_access": "10s", "shares.deny_access": "10s", "share_access_rules.update": "10s"}


def allow(api: Api, share: dict[str, Any], to: str = "10.0.0.1", type: str = "ip", **fields: Any) -> dict[str, Any]:
    answer = api.action(f"/v2/shares/{share['id']}", "allow_access", {"access_type": type, "access_to": to, **fields})
    assert answer.status == 200, answer
    rule: dict[str, Any] = answer.json["access"]
    return rule


def state(api: Api, rule: dict[str, Any]) -> str:
    return str(api.get(f"/v2/share-access-rules/{rule['id']}").json["access"]["state"])


def rules_status(api: Api, share: dict[str, Any]) -> str:
    return str(api.get(f"/v2/shares/{share['id']}").json["share"]["access_rules_status"])


class TestStates:
    def test_a_rule_is_queued_then_applied_then_active(self) -> None:
        api = Api(delays=SLOW)
        share = api.make_share()
        rule = allow(api, share)
        assert (rule["state"], rule["updated_at"]) == ("queued_to_apply", None)
        assert (state(api, rule), rules_status(api, share)) == ("applying", "syncing")
        api.world.clock.advance(timedelta(seconds=10))
        assert (state(api, rule), rules_status(api, share)) == ("active", "active")

    def test_a_revoked_rule_is_denied_then_gone(self) -> None:
        api = Api(delays=SLOW)
        share = api.make_share()
        rule = allow(api, share)
        api.world.clock.advance(timedelta(seconds=10))
        assert api.action(f"/v2/shares/{share['id']}", "deny_access", {"access_id": rule["id"]}).status == 202
        assert (state(api, rule), rules_status(api, share)) == ("denying", "syncing")
        api.world.clock.advance(timedelta(seconds=10))
        assert api.get(f"/v2/share-access-rules/{rule['id']}").fault == (404, "itemNotFound")
        assert rules_status(api, share) == "active"

    def test_a_changed_rule_is_updated_then_active(self) -> None:
        api = Api(delays=SLOW)
        rule = allow(api, api.make_share())
        api.world.clock.advance(timedelta(seconds=10))
        changed = api.put(f"/v2/share-access-rules/{rule['id']}", {"update_access": {"access_level": "ro"}})
        assert changed.json["access"]["access_level"] == "ro"
        assert state(api, rule) == "updating"
        api.world.clock.advance(timedelta(seconds=10))
        assert state(api, rule) == "active"

    def test_a_level_that_it_has_already_changes_nothing(self) -> None:
        api = Api(delays=SLOW)
        rule = allow(api, api.make_share())
        api.world.clock.advance(timedelta(seconds=10))
        assert api.put(f"/v2/share-access-rules/{rule['id']}", {"update_access": {"access_level": "rw"}}).status == 200
        assert state(api, rule) == "active"

    @pytest.mark.parametrize(("version", "shown"), [("2.27", "new"), ("2.28", "applying"), ("2.44", "applying")])
    def test_up_to_2_27_a_rule_shows_the_state_of_all_rules(self, version: str, shown: str) -> None:
        api = Api(delays=SLOW)
        share = api.make_share()
        allow(api, share)
        listed = api.action(f"/v2/shares/{share['id']}", "access_list", version=version).json["access_list"]
        assert [rule["state"] for rule in listed] == [shown]

    def test_each_rule_takes_its_own_time(self) -> None:
        api = Api(delays=SLOW)
        share = api.make_share()
        first = allow(api, share)
        api.world.clock.advance(timedelta(seconds=6))
        second = allow(api, share, "10.0.0.2")
        api.world.clock.advance(timedelta(seconds=6))
        assert (state(api, first), state(api, second), rules_status(api, share)) == ("active", "applying", "syncing")

    @pytest.mark.parametrize(
        ("protocol", "type", "to", "ends"),
        [
            ("NFS", "ip", "10.0.0.1", "active"),
            ("NFS", "user", "alice", "error"),
            ("NFS", "cert", "common", "error"),
            ("CIFS", "user", "alice", "active"),
            ("CIFS", "ip", "10.0.0.1", "error"),
            ("CIFS", "cephx", "alice", "error"),
        ],
    )
    def test_a_backend_takes_one_type_for_each_protocol(self, protocol: str, type: str, to: str, ends: str) -> None:
        api = Api()
        share = api.make_share(share_proto=protocol)
        rule = allow(api, share, to, type)
        assert (state(api, rule), rules_status(api, share)) == (ends, ends)

    def test_a_failed_rule_is_in_the_way_until_2_28(self) -> None:
        api = Api()
        share = api.make_share()
        failed = allow(api, share, "alice", "user")
        path, body = f"/v2/shares/{share['id']}", {"access_type": "ip", "access_to": "10.0.0.1"}
        assert api.action(path, "allow_access", body, version="2.27").fault == (400, "badRequest")
        assert api.action(path, "allow_access", body, version="2.28").status == 200
        assert rules_status(api, share) == "error"
        api.action(path, "deny_access", {"access_id": failed["id"]})
        assert rules_status(api, share) == "active"


class TestTargets:
    def test_the_same_target_is_refused_however_it_is_masked(self, api: Api) -> None:
        share = api.make_share()
        allow(api, share)
        for to in ("10.0.0.1", "10.0.0.1/32"):
            body = {"access_type": "ip", "access_to": to, "access_level": "ro"}
            assert api.action(f"/v2/shares/{share['id']}", "allow_access", body).fault == (400, "badRequest")
        allow(api, share, "10.0.0.10")

    @pytest.mark.parametrize("version", ["2.37", "2.38"])
    def test_v6_since_2_38(self, api: Api, version: str) -> None:
        body = {"access_type": "ip", "access_to": "fd00::1"}
        answer = api.action(f"/v2/shares/{api.make_share()['id']}", "allow_access", body, version=version)
        assert answer.status == (200 if version == "2.38" else 400)

    @pytest.mark.parametrize("version", ["2.12", "2.13"])
    def test_cephx_since_2_13(self, api: Api, version: str) -> None:
        body = {"access_type": "cephx", "access_to": "alice"}
        answer = api.action(f"/v2/shares/{api.make_share()['id']}", "allow_access", body, version=version)
        assert answer.status == (200 if version == "2.13" else 400)


class TestShares:
    @pytest.mark.parametrize("version", ["2.73", "2.74"])
    def test_a_share_in_error_takes_rules_since_2_74(self, api: Api, version: str) -> None:
        share = api.make_share()
        api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "error"}, user="admin")
        body = {"access_type": "ip", "access_to": "10.0.0.1"}
        answer = api.action(f"/v2/shares/{share['id']}", "allow_access", body, version=version)
        assert answer.status == (200 if version == "2.74" else 400)

    def test_a_share_in_the_making_takes_none(self) -> None:
        api = Api(delays={"shares.create": "10s"})
        body = {"access_type": "ip", "access_to": "10.0.0.1"}
        answer = api.action(f"/v2/shares/{api.make_share()['id']}", "allow_access", body)
        assert answer.fault == (400, "badRequest")

    def test_rules_go_with_their_share(self, api: Api) -> None:
        share = api.make_share()
        rule = allow(api, share)
        assert api.delete(f"/v2/shares/{share['id']}").status == 202
        assert api.get(f"/v2/share-access-rules/{rule['id']}").fault == (404, "itemNotFound")
        kept = api.records()
        assert not {"shares", "share_instances", "share_access_rules"} & kept.keys()

    def test_a_rule_of_another_share_is_not_found(self, api: Api) -> None:
        rule = allow(api, api.make_share())
        other = api.make_share()
        answer = api.action(f"/v2/shares/{other['id']}", "deny_access", {"access_id": rule["id"]})
        assert answer.fault == (404, "itemNotFound")

    def test_rules_of_what_is_not_ones_own_are_hidden(self, api: Api) -> None:
        share = api.make_share()
        rule = allow(api, share)
        alt = api.at(user="alt_demo")
        assert alt.get(f"/v2/share-access-rules/{rule['id']}").fault == (404, "itemNotFound")
        assert alt.get("/v2/share-access-rules", query={"share_id": share["id"]}).fault == (400, "badRequest")


class TestMetadata:
    def test_is_added_to_and_removed(self, api: Api) -> None:
        rule = allow(api, api.make_share(), metadata={"tier": "gold"})
        path = f"/v2/share-access-rules/{rule['id']}"
        assert api.put(f"{path}/metadata", {"metadata": {"colour": "red"}}).json == {"metadata": {"colour": "red"}}
        assert api.get(path).json["access"]["metadata"] == {"tier": "gold", "colour": "red"}
        assert api.delete(f"{path}/metadata/tier").status == 200
        assert api.delete(f"{path}/metadata/tier").fault == (404, "itemNotFound")

    def test_filters_rules(self, api: Api) -> None:
        share = api.make_share()
        allow(api, share)
        marked = allow(api, share, "10.0.0.2", metadata={"tier": "gold"})
        query = {"share_id": share["id"], "metadata": "{'tier': 'gold'}"}
        found = api.get("/v2/share-access-rules", query=query).json["access_list"]
        assert [rule["id"] for rule in found] == [marked["id"]]


class TestLocks:
    def test_a_hidden_target_is_for_its_owner_and_administrators(self, api: Api) -> None:
        share = api.make_share()
        rule = allow(api, share, lock_visibility=True)
        path = f"/v2/share-access-rules/{rule['id']}"
        shown = {
            user: api.get(path, user=user).json["access"]["access_to"] for user in ("demo", "demo_reader", "admin")
        }
        assert shown == {"demo": "10.0.0.1", "demo_reader": "******", "admin": "10.0.0.1"}
        query = {"share_id": share["id"], "access_type": "ip", "access_to": "10.0.0.1"}
        assert api.get("/v2/share-access-rules", user="demo_reader", query=query).json == {"access_list": []}

    def test_a_locked_rule_and_its_share_stay(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}"
        rule = allow(api, share, lock_deletion=True, lock_reason="mounted")
        assert api.action(path, "deny_access", {"access_id": rule["id"]}).fault == (403, "forbidden")
        assert api.delete(path).fault == (403, "forbidden")
        assert api.action(path, "force_delete", user="admin").fault == (400, "badRequest")

    def test_unrestricting_removes_all_locks(self, api: Api) -> None:
        share = api.make_share()
        path = f"/v2/shares/{share['id']}"
        rule = allow(api, share, lock_deletion=True, lock_visibility=True)
        body = {"access_id": rule["id"], "unrestrict": True}
        assert api.action(path, "deny_access", body).status == 202
        assert api.delete(path).status == 202
        api.get("/v2/shares")
        assert "resource_locks" not in api.records()

    def test_an_administrators_lock_is_not_for_members_to_remove(self, api: Api) -> None:
        share = api.make_share()
        rule = allow(api.at(user="admin"), share, lock_deletion=True)
        body = {"access_id": rule["id"], "unrestrict": True}
        assert api.action(f"/v2/shares/{share['id']}", "deny_access", body).fault == (403, "forbidden")

    def test_a_reason_wants_a_lock(self, api: Api) -> None:
        body = {"access_type": "ip", "access_to": "10.0.0.1", "lock_reason": "because"}
        path = f"/v2/shares/{api.make_share()['id']}"
        assert api.action(path, "allow_access", body).fault == (400, "badRequest")
        assert api.action(path, "allow_access", body, version="2.81").status == 200


class TestSnapshots:
    def test_a_rule_comes_and_goes(self) -> None:
        api = Api(delays={"snapshots.allow_access": "10s", "snapshots.deny_access": "10s"})
        path = f"/v2/snapshots/{api.make_snapshot()['id']}"
        made = api.action(path, "allow_access", {"access_type": "ip", "access_to": "10.0.0.1"})
        assert (made.status, made.json["snapshot_access"]["state"]) == (202, "queued_to_apply")

        def states() -> list[str]:
            return [rule["state"] for rule in api.get(f"{path}/access-list").json["snapshot_access_list"]]

        assert states() == ["applying"]
        api.world.clock.advance(timedelta(seconds=10))
        assert states() == ["active"]
        assert api.action(path, "deny_access", {"access_id": made.json["snapshot_access"]["id"]}).status == 202
        assert states() == ["denying"]
        api.world.clock.advance(timedelta(seconds=10))
        assert states() == []

    def test_a_share_that_cannot_mount_its_snapshots_has_no_rules(self, api: Api) -> None:
        api.make_type("unmounted", extra_specs={"snapshot_support": "True"})
        snapshot = api.make_snapshot(api.make_share(share_type="unmounted")["id"])
        path = f"/v2/snapshots/{snapshot['id']}"
        assert api.get(f"{path}/access-list").fault == (400, "badRequest")
        body = {"access_type": "ip", "access_to": "10.0.0.1"}
        assert api.action(path, "allow_access", body).fault == (400, "badRequest")
        assert api.get(f"{path}/export-locations").json == {"share_snapshot_export_locations": []}

    def test_inherited_rules_cannot_be_changed(self, api: Api) -> None:
        supports = ("snapshot_support", "mount_snapshot_support", "snapshot_inherit_share_access_support")
        backends.set_pool(api.world, ALPHA, capabilities={"snapshot_inherit_share_access_support": True})
        api.make_type("inheriting", extra_specs=dict.fromkeys(supports, "True"))
        snapshot = api.make_snapshot(api.make_share(share_type="inheriting")["id"])
        body = {"access_type": "ip", "access_to": "10.0.0.1"}
        assert api.action(f"/v2/snapshots/{snapshot['id']}", "allow_access", body).fault == (400, "badRequest")

    def test_rules_go_with_their_snapshot(self, api: Api) -> None:
        path = f"/v2/snapshots/{api.make_snapshot()['id']}"
        api.action(path, "allow_access", {"access_type": "ip", "access_to": "10.0.0.1"})
        assert api.delete(path).status == 202
        api.get("/v2/snapshots")
        assert "snapshot_access_rules" not in api.records()

    def test_an_unknown_rule_is_not_found(self, api: Api) -> None:
        path = f"/v2/snapshots/{api.make_snapshot()['id']}"
        assert api.action(path, "deny_access", {"access_id": UNKNOWN}).fault == (404, "itemNotFound")
