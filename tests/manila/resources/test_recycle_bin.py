"""Shares in the recycle bin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import UNKNOWN, Answer, Api

WEEK = timedelta(days=7)
LONG = timedelta(days=30)
"""Longer than any share stays in the bin; so long tokens hold."""


def made(api: Api, **fields: Any) -> dict[str, Any]:
    """A share that is there, not one on its way."""
    share = api.make_share(**fields)
    api.world.settle()
    return share


def act(api: Api, share: dict[str, Any], action: str, **options: Any) -> Answer:
    return api.action(f"/v2/shares/{share['id']}", action, **options)


def listed(api: Api, query: str = "") -> list[str]:
    return [share["id"] for share in api.get(f"/v2/shares{query}").json["shares"]]


def test_a_share_in_the_bin_is_listed_only_there() -> None:
    api = Api()
    share = made(api)
    assert act(api, share, "soft_delete").status == 202
    assert (listed(api), listed(api, "?is_soft_deleted=true")) == ([], [share["id"]])
    assert listed(api.at(version="2.68"), "?is_soft_deleted=true") == []


def test_instances_of_what_is_in_the_bin_are_asked_for_with_any_text_before_the_bin_came() -> None:
    api = Api().at(user="admin")
    share = made(api)
    act(api, share, "soft_delete")

    def found(query: str, version: str) -> int:
        answer = api.get("/v2/share_instances", query=query, version=version)
        return len(answer.json["share_instances"]) if answer.status == 200 else answer.status

    for version, expected in (("2.34", [0, 0, 0]), ("2.35", [1, 1, 0]), ("2.68", [1, 1, 0]), ("2.69", [400, 0, 400])):
        texts = ("7.5", "false", "")
        assert [found(f"is_soft_deleted={text}", version) for text in texts] == expected, version


def test_it_says_when_it_will_be_deleted() -> None:
    api = Api()
    share = made(api)
    act(api, share, "soft_delete")
    shown = api.get(f"/v2/shares/{share['id']}").json["share"]
    due = "2026-01-08T00:00:00.000000"
    assert (shown["status"], shown["is_soft_deleted"], shown["scheduled_to_be_deleted_at"]) == ("available", True, due)
    assert "is_soft_deleted" not in api.get(f"/v2/shares/{share['id']}", version="2.68").json["share"]


def test_it_is_deleted_when_its_time_is_over() -> None:
    api = Api(delays={"shares.delete": "10s"}, token_ttl=LONG)
    share = made(api)
    act(api, share, "soft_delete")
    api.world.advance(WEEK - timedelta(seconds=1))
    assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "available"
    api.world.advance(timedelta(seconds=1))
    assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "deleting"
    api.world.advance(timedelta(seconds=10))
    assert api.get(f"/v2/shares/{share['id']}").fault == (404, "itemNotFound")


def test_being_idle_does_not_wait_for_it() -> None:
    api = Api()
    share = made(api)
    act(api, share, "soft_delete")
    api.world.advance_to_idle()
    assert api.get(f"/v2/shares/{share['id']}").status == 200


def test_a_restored_share_stays() -> None:
    api = Api(token_ttl=LONG)
    share = made(api)
    act(api, share, "soft_delete")
    assert act(api, share, "restore").status == 202
    api.world.advance(2 * WEEK)
    shown = api.get(f"/v2/shares/{share['id']}").json["share"]
    assert (shown["is_soft_deleted"], shown["scheduled_to_be_deleted_at"]) == (False, None)
    assert listed(api) == [share["id"]]


def test_restoring_what_is_not_in_the_bin_changes_nothing() -> None:
    api = Api()
    share = made(api)
    before = api.records()
    assert act(api, share, "restore").status == 200
    assert api.records() == before


def test_what_is_being_deleted_cannot_be_restored() -> None:
    api = Api(delays={"shares.delete": "10s"}, token_ttl=LONG)
    share = made(api)
    act(api, share, "soft_delete")
    api.world.advance(WEEK)
    assert act(api, share, "restore").fault == (403, "forbidden")


def test_its_quota_stays_taken() -> None:
    api = Api(token_ttl=LONG)
    api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {"shares": 1}}, user="admin")
    share = made(api)
    act(api, share, "soft_delete")
    body = {"share": {"size": 1, "share_proto": "NFS"}}
    assert api.post("/v2/shares", body).fault == (413, "overLimit")
    api.world.advance(WEEK)
    assert api.post("/v2/shares", body).status == 200


def test_deleting_out_of_the_bin_leaves_nothing_behind() -> None:
    api = Api()
    share = made(api)
    before = {kind for kind, table in api.records().items() if table}
    act(api, share, "soft_delete")
    assert api.delete(f"/v2/shares/{share['id']}").status == 202
    api.world.settle()
    assert {kind for kind, table in api.records().items() if table} == before - {"shares", "share_instances"}


def test_a_saved_world_knows_when_a_share_goes() -> None:
    api, other = Api(), Api(token_ttl=LONG)
    share = made(api)
    act(api, share, "soft_delete")
    saved = api.client.get("/_fakemanila/state").get_json()
    assert other.client.put("/_fakemanila/state", json=saved).status_code == 200
    assert listed(other, "?is_soft_deleted=true") == [share["id"]]
    other.world.advance(WEEK)
    assert listed(other, "?is_soft_deleted=true") == []


@pytest.mark.parametrize(
    ("action", "argument"),
    [
        ("extend", {"new_size": 3}),
        ("shrink", {"new_size": 1}),
        ("allow_access", {"access_type": "ip", "access_to": "10.0.0.1"}),
        ("soft_delete", None),
        ("unmanage", None),
        ("reset_status", {"status": "error"}),
    ],
)
def test_what_is_refused(action: str, argument: Any) -> None:
    api = Api()
    share = made(api, size=2)
    act(api, share, "soft_delete")
    api.token("admin")
    before = api.records()
    assert api.action(f"/v2/shares/{share['id']}", action, argument, user="admin").fault == (403, "forbidden")
    assert api.records() == before


class TestRefusals:
    def test_with_snapshots(self) -> None:
        api = Api()
        share = made(api)
        api.make_snapshot(share["id"])
        assert act(api, share, "soft_delete").fault == (403, "forbidden")

    def test_while_it_is_locked(self) -> None:
        api = Api()
        share = made(api)
        api.make("/v2/resource-locks", "resource_lock", {"resource_id": share["id"], "resource_type": "share"})
        assert act(api, share, "soft_delete").fault == (403, "forbidden")

    def test_in_another_status(self) -> None:
        api = Api(delays={"shares.create": "10s"})
        assert act(api, api.make_share(), "soft_delete").fault == (403, "forbidden")

    @pytest.mark.parametrize(("user", "status"), [("demo_reader", 403), ("alt_demo", 404), ("admin", 202)])
    def test_who_may(self, user: str, status: int) -> None:
        api = Api()
        assert act(api, made(api), "soft_delete", user=user).status == status

    def test_unknown_and_before_it_came(self) -> None:
        api = Api()
        assert act(api, {"id": UNKNOWN}, "soft_delete").fault == (404, "itemNotFound")
        assert act(api, {"id": UNKNOWN}, "restore").fault == (404, "itemNotFound")
        assert act(api, made(api), "soft_delete", version="2.68").fault == (404, "itemNotFound")
