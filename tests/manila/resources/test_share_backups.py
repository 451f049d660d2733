"""Share backups: made, restored, deleted; what becomes of the share meanwhile, and when something goes wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.versions import EXPERIMENTAL_HEADER

from ...api import Answer, Api

PATH = "/v2/share-backups"
BY_BACKEND = {"backup_options": {"backup_type": "fast"}}


def call(api: Api, method: str, path: str, body: Any = None, **options: Any) -> Answer:
    sent = {} if body is None else {"body": body}
    return api.call(method, path, headers={EXPERIMENTAL_HEADER: "true"}, **sent, **options)


def keep(api: Api, share: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = call(api, "POST", PATH, {"share_backup": {"share_id": share["id"], **fields}})
    assert answer.status == 202, answer
    made: dict[str, Any] = answer.json["share_backup"]
    return made


def restore(api: Api, backup: dict[str, Any], into: dict[str, Any] | None = None, **options: Any) -> Answer:
    return call(api, "POST", f"{PATH}/{backup['id']}/action", {"restore": into and into["id"]}, **options)


def shown(api: Api, backup: dict[str, Any], **options: Any) -> dict[str, Any]:
    record: dict[str, Any] = call(api, "GET", f"{PATH}/{backup['id']}", **options).json["share_backup"]
    return record


def share_of(api: Api, share: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = api.get(f"/v2/shares/{share['id']}").json["share"]
    return record


class TestMaking:
    @pytest.mark.parametrize("fields", [{}, BY_BACKEND])
    def test_the_share_is_busy_until_it_is_made(self, fields: dict[str, Any]) -> None:
        api = Api(delays={"share_backups.create": "10s"})
        share = api.make_share()
        backup = keep(api, share, **fields)
        assert (backup["status"], backup["progress"], backup["updated_at"]) == ("creating", "0", None)
        assert share_of(api, share)["status"] == "backup_creating"
        api.world.advance(timedelta(seconds=10))
        made = shown(api, backup)
        assert (made["status"], made["progress"], made["size"]) == ("available", "100", 1)
        assert share_of(api, share)["status"] == "available"

    def test_nothing_else_is_done_with_the_share_meanwhile(self) -> None:
        api = Api(delays={"share_backups.create": "10s"})
        share = api.make_share()
        backup = keep(api, share)
        before = api.records()
        body = {"share_backup": {"share_id": share["id"]}}
        assert call(api, "POST", PATH, body).fault == (400, "badRequest")
        assert api.post("/v2/snapshots", {"snapshot": {"share_id": share["id"]}}).fault == (400, "badRequest")
        rule = {"access_type": "ip", "access_to": "10.0.0.1"}
        assert api.action(f"/v2/shares/{share['id']}", "allow_access", rule).fault == (400, "badRequest")
        assert api.delete(f"/v2/shares/{share['id']}").fault == (403, "forbidden")
        assert restore(api, backup).fault == (400, "badRequest")
        assert call(api, "DELETE", f"{PATH}/{backup['id']}").fault == (400, "badRequest")
        assert api.records() == before

    def test_a_backup_that_fails_gives_the_share_back(self) -> None:
        api = Api(delays={"share_backups.create": "10s"})
        share = api.make_share()
        backup = keep(api, share)
        (pending,) = api.world.scheduler.pending()
        api.world.decide(pending.id, "error")
        assert (shown(api, backup)["status"], shown(api, backup)["progress"]) == ("error", "0")
        assert share_of(api, share)["status"] == "available"

    def test_who_keeps_it_depends_on_the_options(self, api: Api) -> None:
        first, second = keep(api, api.make_share()), keep(api, api.make_share(), **BY_BACKEND)
        generic, driven = shown(api, first, user="admin"), shown(api, second, user="admin")
        assert (generic["topic"], generic["host"], generic["backup_type"]) == ("manila-data", "oracle", None)
        assert (driven["topic"], driven["backup_type"]) == ("manila-share", "fast")
        assert driven["host"].startswith("oracle@")
        assert "#" not in driven["host"]
        assert "host" not in shown(api, first)

    def test_a_share_keeps_to_one_type_of_backup(self, api: Api) -> None:
        share = api.make_share()
        backup = keep(api, share, **BY_BACKEND)
        body = {"share_backup": {"share_id": share["id"], "backup_options": {"backup_type": "slow"}}}
        assert call(api, "POST", PATH, body).fault == (400, "badRequest")
        call(api, "DELETE", f"{PATH}/{backup['id']}")
        assert call(api, "POST", PATH, body).status == 202

    def test_the_data_service_mounts_nfs_alone(self, api: Api) -> None:
        share = api.make_share(share_proto="CIFS")
        assert call(api, "POST", PATH, {"share_backup": {"share_id": share["id"]}}).fault == (400, "badRequest")
        keep(api, share, **BY_BACKEND)

    def test_a_share_in_the_recycle_bin_cannot_be_kept(self, api: Api) -> None:
        share = api.make_share()
        share_of(api, share)
        api.world.store["shares"].get(share["id"])["is_soft_deleted"] = True  # type: ignore[index]
        assert call(api, "POST", PATH, {"share_backup": {"share_id": share["id"]}}).status == 403

    def test_a_share_with_replicas_cannot_be_kept(self, api: Api) -> None:
        share = api.make_replicated_share()
        api.make_replica(share["id"])
        assert call(api, "POST", PATH, {"share_backup": {"share_id": share["id"]}}).status == 400

    def test_snapshots_are_in_the_way(self, api: Api) -> None:
        share = api.make_share()
        api.make_snapshot(share["id"])
        assert call(api, "POST", PATH, {"share_backup": {"share_id": share["id"]}}).fault == (400, "badRequest")

    def test_a_migrating_share_is_busy(self, api: Api) -> None:
        share = api.make_share()
        api.action(f"/v2/shares/{share['id']}", "reset_task_state", {"task_state": "migration_starting"}, user="admin")
        answer = call(api, "POST", PATH, {"share_backup": {"share_id": share["id"]}})
        assert answer.fault == (409, "conflictingRequest")

    def test_a_share_with_backups_stays(self, api: Api) -> None:
        share = api.make_share()
        backup = keep(api, share)
        assert api.delete(f"/v2/shares/{share['id']}").fault == (403, "forbidden")
        assert api.action(f"/v2/shares/{share['id']}", "force_delete", user="admin").fault == (400, "badRequest")
        call(api, "DELETE", f"{PATH}/{backup['id']}")
        assert api.delete(f"/v2/shares/{share['id']}").status == 202


class TestQuotas:
    @pytest.mark.parametrize(("quota", "limit"), [("backups", 1), ("backup_gigabytes", 3)])
    def test_number_and_size_are_limited(self, api: Api, quota: str, limit: int) -> None:
        api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {quota: limit}}, user="admin")
        first, second = api.make_share(size=2), api.make_share(size=2)
        backup = keep(api, first)
        body = {"share_backup": {"share_id": second["id"]}}
        assert call(api, "POST", PATH, body).fault == (413, "overLimit")
        assert share_of(api, second)["status"] == "available"
        call(api, "DELETE", f"{PATH}/{backup['id']}")
        assert call(api, "POST", PATH, body).status == 202

    def test_limits_show_what_is_used(self, api: Api) -> None:
        keep(api, api.make_share(size=2))
        absolute = api.get("/v2/limits").json["limits"]["absolute"]
        assert (absolute["totalShareBackupsUsed"], absolute["totalBackupGigabytesUsed"]) == (1, 2)


class TestRestoring:
    def test_the_share_is_busy_until_it_is_restored(self) -> None:
        api = Api(delays={"share_backups.restore": "10s"})
        share = api.make_share()
        backup = keep(api, share)
        assert restore(api, backup).json == {"restore": {"backup_id": backup["id"], "share_id": share["id"]}}
        assert share_of(api, share)["status"] == "backup_restoring"
        assert (shown(api, backup)["status"], shown(api, backup)["restore_progress"]) == ("restoring", "0")
        assert restore(api, backup).fault == (400, "badRequest")
        api.world.advance(timedelta(seconds=10))
        assert (shown(api, backup)["status"], shown(api, backup)["restore_progress"]) == ("available", "100")
        restored = share_of(api, share)
        assert (restored["status"], restored["source_backup_id"]) == ("available", backup["id"])

    @pytest.mark.parametrize(("version", "goes_elsewhere"), [("2.90", False), ("2.91", True)])
    def test_into_another_share_since_2_91(self, api: Api, version: str, goes_elsewhere: bool) -> None:
        share, other = api.make_share(), api.make_share()
        backup = keep(api, share)
        answer = restore(api, backup, other, version=version)
        assert answer.json["restore"]["share_id"] == (other if goes_elsewhere else share)["id"]
        sources = [share_of(api, one)["source_backup_id"] for one in (share, other)]
        assert sources == ([None, backup["id"]] if goes_elsewhere else [backup["id"], None])

    def test_backends_restore_only_where_it_came_from(self, api: Api) -> None:
        share, other = api.make_share(), api.make_share()
        backup = keep(api, share, **BY_BACKEND)
        assert restore(api, backup, other).status == 202
        assert shown(api, backup)["status"] == "error"
        assert share_of(api, other)["status"] == "backup_restoring_error"
        (message,) = api.get("/v2/messages").json["messages"]
        assert (message["action_id"], message["detail_id"]) == ("028", "032")
        assert (message["resource_type"], message["resource_id"]) == ("SHARE", other["id"])

    def test_a_restore_that_fails_spoils_the_share(self) -> None:
        api = Api(delays={"share_backups.restore": "10s"})
        share = api.make_share()
        backup = keep(api, share)
        restore(api, backup)
        (pending,) = api.world.scheduler.pending()
        api.world.decide(pending.id, "error")
        assert share_of(api, share)["status"] == "backup_restoring_error"

    def test_a_share_that_is_too_small_is_refused(self, api: Api) -> None:
        backup = keep(api, api.make_share(size=2))
        assert restore(api, backup, api.make_share(size=1)).fault == (400, "badRequest")


class TestLists:
    def test_any_value_of_all_tenants_means_yes(self, api: Api) -> None:
        backup = keep(api, api.make_share())
        for user, query, found in (
            ("demo", {}, 1),
            ("alt_demo", {"all_tenants": "1"}, 0),
            ("admin", {}, 0),
            ("admin", {"all_tenants": "0"}, 1),
            ("admin", {"all_projects": "yes", "host": "oracle"}, 1),
            ("admin", {"all_tenants": "1", "host": "elsewhere"}, 0),
            ("demo", {"host": "elsewhere"}, 1),
        ):
            listed = call(api, "GET", PATH, query=query, user=user).json["share_backups"]
            assert [one["id"] for one in listed] == [backup["id"]] * found, (user, query)

    def test_the_status_can_be_put_right(self, api: Api) -> None:
        backup = keep(api, api.make_share())
        reset = {"reset_status": {"status": "error"}}
        assert call(api, "POST", f"{PATH}/{backup['id']}/action", reset, user="admin").status == 202
        assert shown(api, backup)["status"] == "error"
        assert call(api, "DELETE", f"{PATH}/{backup['id']}").status == 202
        assert call(api, "GET", PATH).json == {"share_backups": []}


class TestWithoutItsShare:
    def test_a_backend_never_gets_to_remove_it(self, api: Api) -> None:
        share = api.make_share()
        backup = keep(api, share, **BY_BACKEND)
        shown(api, backup)
        (instance,) = api.world.store["share_instances"]
        api.post(f"/v2/share_instances/{instance['id']}/action", {"force_delete": None}, user="admin")
        assert api.get(f"/v2/shares/{share['id']}").status == 404
        assert call(api, "DELETE", f"{PATH}/{backup['id']}").status == 202
        assert shown(api, backup)["status"] == "deleting"
