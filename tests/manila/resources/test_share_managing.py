"""Shares that are taken over and let go of."""

from __future__ import annotations

from typing import Any

import pytest

from ...api import UNKNOWN, Answer, Api

ALPHA = "oracle@alpha#fake_pool_for_ALPHA"
BETA = "oracle@beta#fake_pool_for_BETA"


def made(api: Api, **fields: Any) -> dict[str, Any]:
    share = api.make_share(availability_zone="manila-zone-0", **fields)
    api.world.settle()
    return share


def path_of(api: Api, share: dict[str, Any]) -> str:
    locations = api.get(f"/v2/shares/{share['id']}/export_locations", user="admin").json["export_locations"]
    return str(locations[0]["path"])


def unmanage(api: Api, share: dict[str, Any], **options: Any) -> Answer:
    return api.action(f"/v2/shares/{share['id']}", "unmanage", user=options.pop("user", "admin"), **options)


def manage(api: Api, path: str, *, user: str = "admin", version: str = "2.99", **fields: Any) -> Answer:
    body = {"protocol": "nfs", "export_path": path, "service_host": ALPHA, **fields}
    return api.post("/v2/shares/manage", {"share": body}, user=user, version=version)


def shown(api: Api, answer: Answer) -> dict[str, Any]:
    share: dict[str, Any] = api.get(f"/v2/shares/{answer.json['share']['id']}", user="admin").json["share"]
    return share


def let_go(**fields: Any) -> tuple[Api, str]:
    """A world with a share on alpha that Manila doesn't know of any more, and its path."""
    api = Api()
    share = made(api, **fields)
    path = path_of(api, share)
    assert unmanage(api, share).status == 202
    assert api.get(f"/v2/shares/{share['id']}").fault == (404, "itemNotFound")
    return api, path


class TestTakingOver:
    def test_what_was_let_go_of_comes_back_with_its_size(self) -> None:
        api, path = let_go(size=3)
        answer = manage(api, path, name="back", description="again")
        assert (answer.status, answer.json["share"]["status"], answer.json["share"]["size"]) == (
            200, "manage_starting", None,
        )  # fmt: skip
        share = shown(api, answer)
        assert (share["status"], share["size"], share["host"]) == ("available", 3, ALPHA)
        assert (share["name"], share["description"], share["share_proto"]) == ("back", "again", "NFS")
        assert share["availability_zone"] == "manila-zone-0"
        assert "__managed_at" in share["metadata"]

    @pytest.mark.parametrize("address", ["10.0.0.10", "10.0.0.20", "anything"])
    def test_any_of_its_addresses_will_do(self, address: str) -> None:
        api, path = let_go()
        assert shown(api, manage(api, f"{address}:{path.partition(':')[2]}"))["status"] == "available"

    def test_a_path_may_be_in_an_object(self) -> None:
        api, path = let_go()
        body = {"share": {"protocol": "nfs", "export_path": {"path": path}, "service_host": ALPHA}}
        assert shown(api, api.post("/v2/shares/manage", body, user="admin"))["status"] == "available"

    @pytest.mark.parametrize("where", [{"export_path": "10.0.0.1:/nothing"}, {"service_host": BETA}])
    def test_what_the_backend_does_not_know_ends_in_an_error(self, where: dict[str, str]) -> None:
        api, path = let_go()
        share = shown(api, manage(api, path, **where))
        assert (share["status"], share["size"]) == ("manage_error", 0)

    def test_a_failed_one_is_let_go_of_and_nothing_is_left(self) -> None:
        api = Api()
        share = shown(api, manage(api, "10.0.0.1:/nothing"))
        assert api.delete(f"/v2/shares/{share['id']}", user="admin").fault == (403, "forbidden")
        assert unmanage(api, share).status == 202
        assert api.get(f"/v2/shares/{share['id']}", user="admin").status == 404
        assert api.records().get("unmanaged_shares") is None

    def test_it_takes_quota_once_its_size_is_known_even_too_much(self) -> None:
        api, path = let_go(size=3)
        api.put(f"/v2/quota-sets/{api.project_id('admin')}", {"quota_set": {"gigabytes": 1}}, user="admin")
        share = shown(api, manage(api, path))
        assert share["status"] == "available"
        usage = api.get(f"/v2/quota-sets/{api.project_id('admin')}/detail", user="admin").json["quota_set"]
        assert (usage["gigabytes"]["in_use"], usage["shares"]["in_use"]) == (3, 1)

    def test_a_failed_one_takes_none(self) -> None:
        api = Api()
        shown(api, manage(api, "10.0.0.1:/nothing"))
        usage = api.get(f"/v2/quota-sets/{api.project_id('admin')}/detail", user="admin").json["quota_set"]
        assert usage["shares"]["in_use"] == 0

    def test_a_saved_world_knows_what_was_let_go_of(self) -> None:
        api, path = let_go(size=3)
        other = Api()
        saved = api.client.get("/_fakemanila/state").get_json()
        assert other.client.put("/_fakemanila/state", json=saved).status_code == 200
        assert shown(other, manage(other, path))["size"] == 3

    def test_what_is_managed_is_in_conflict(self) -> None:
        api = Api()
        assert manage(api, path_of(api, made(api))).fault == (409, "conflictingRequest")

    def test_the_backend_has_to_know_its_protocol_whatever_its_type_says(self) -> None:
        api, path = let_go()
        specs = {"driver_handles_share_servers": "False", "storage_protocol": "NFS_CIFS"}
        api.make_type("any", extra_specs=specs)
        answer = manage(api, path, share_type="any", protocol="telepathy")
        assert shown(api, answer)["status"] == "manage_error"

    def test_the_bounds_of_its_type_hold(self) -> None:
        api, path = let_go(size=3)
        api.make_type("small", extra_specs={"provisioning:max_share_size": "2"})
        assert shown(api, manage(api, path, share_type="small"))["status"] == "manage_error"

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"export_path": ""}, 422),
            ({"export_path": {"a": "b"}}, 422),
            ({"export_path": {"path": 5}}, 422),
            ({"protocol": ""}, 422),
            ({"protocol": None}, 422),
            ({"service_host": ""}, 422),
            ({"service_host": "oracle@alpha"}, 400),
            ({"service_host": "nowhere@alpha#pool"}, 404),
            ({"share_type": "nonsense"}, 404),
            ({"share_type": UNKNOWN}, 404),
            ({"share_type": "dhss_true"}, 400),
            ({"share_type": "dhss_true", "share_server_id": UNKNOWN}, 400),
            ({"share_server_id": UNKNOWN}, 400),
            ({"mount_point_name": "mount"}, 400),
            ({"is_public": "perhaps"}, 400),
            ({"name": "x" * 256}, 400),
        ],
    )
    def test_what_is_refused_changes_nothing(self, fields: dict[str, Any], status: int) -> None:
        api = Api()
        api.token("admin")
        before = api.records()
        assert manage(api, "10.0.0.1:/path", **fields).fault[0] == status
        assert api.records() == before

    @pytest.mark.parametrize("user", ["demo", "demo_reader"])
    def test_it_is_for_administrators(self, user: str) -> None:
        assert manage(Api(), "10.0.0.1:/path", user=user).fault == (403, "forbidden")


class TestLettingGo:
    @pytest.mark.parametrize("user", ["demo", "demo_reader"])
    def test_it_is_for_administrators(self, user: str) -> None:
        api = Api()
        assert unmanage(api, made(api), user=user).fault == (403, "forbidden")

    def test_not_with_snapshots(self) -> None:
        api = Api()
        share = made(api)
        api.make_snapshot(share["id"])
        assert unmanage(api, share).fault == (403, "forbidden")

    def test_not_while_something_is_under_way(self) -> None:
        api = Api(delays={"shares.create": "10s"})
        assert unmanage(api, api.make_share()).fault == (403, "forbidden")

    def test_not_while_it_is_locked(self) -> None:
        api = Api()
        share = made(api)
        api.make("/v2/resource-locks", "resource_lock", {"resource_id": share["id"], "resource_type": "share"})
        assert unmanage(api, share).fault == (403, "forbidden")

    def test_it_takes_its_time_and_gives_its_quota_back(self) -> None:
        api = Api(delays={"shares.unmanage": "10s"})
        share = made(api)
        unmanage(api, share)
        assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "unmanage_starting"
        api.world.advance_to_idle()
        usage = api.get(f"/v2/quota-sets/{api.project_id()}/detail").json["quota_set"]
        assert usage["shares"]["in_use"] == 0

    def test_a_failed_one_shows_that_it_had_failed(self) -> None:
        api = Api(delays={"shares.unmanage": "10s"})
        share = shown(api, manage(api, "10.0.0.1:/nothing"))
        unmanage(api, share)
        status = api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]["status"]
        assert status == "manage_error_unmanage_starting"


class TestOldPaths:
    def test_up_to_2_6(self) -> None:
        api = Api().at(user="admin", version="2.6")
        share = made(api)
        path = path_of(api.at(version="2.9"), share)
        assert api.post(f"/v2/os-share-unmanage/{share['id']}/unmanage").status == 202
        body = {"share": {"protocol": "nfs", "export_path": path, "service_host": ALPHA}}
        answer = api.post("/v2/os-share-manage", body)
        assert answer.status == 200
        assert shown(api.at(version="2.99"), answer)["status"] == "available"

    def test_not_later(self) -> None:
        api = Api().at(user="admin", version="2.7")
        share = made(api)
        assert api.post(f"/v2/os-share-unmanage/{share['id']}/unmanage").fault == (404, "itemNotFound")
        assert api.post("/v2/os-share-manage", {"share": {}}).fault == (404, "itemNotFound")

    def test_the_old_one_takes_no_body(self) -> None:
        api = Api().at(user="admin", version="2.6")
        share = made(api)
        path = f"/v2/os-share-unmanage/{share['id']}/unmanage"
        assert api.post(path, {"unmanage": None}).fault == (400, "badRequest")
