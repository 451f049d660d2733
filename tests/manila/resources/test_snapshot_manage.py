"""Taking snapshots over from a backend, and giving them back."""

from __future__ import annotations

from typing import Any

from ...api import Api


def managed(api: Api, share: dict[str, Any], location: str) -> dict[str, Any]:
    """A snapshot as it is after it was taken over."""
    body = {"snapshot": {"share_id": share["id"], "provider_location": location}}
    answer = api.post("/v2/snapshots/manage", body, user="admin")
    assert answer.status == 202, answer
    return dict(api.get(f"/v2/snapshots/{answer.json['snapshot']['id']}", user="admin").json["snapshot"])


def test_what_was_unmanaged_can_be_managed_again(api: Api) -> None:
    share = api.make_share()
    snapshot = api.make_snapshot(share["id"])
    location = api.get(f"/v2/snapshots/{snapshot['id']}", user="admin").json["snapshot"]["provider_location"]
    assert api.action(f"/v2/snapshots/{snapshot['id']}", "unmanage", user="admin").status == 202
    assert managed(api, share, location)["status"] == "available"


def test_unmanaging_what_could_not_be_managed_leaves_nothing_behind(api: Api) -> None:
    share = api.make_share()
    snapshot = managed(api, share, "nowhere")
    assert snapshot["status"] == "manage_error"
    assert api.action(f"/v2/snapshots/{snapshot['id']}", "unmanage", user="admin").status == 202
    assert managed(api, share, "nowhere")["status"] == "manage_error"


def test_one_whose_share_is_gone_cannot_be_let_go(api: Api) -> None:
    share = api.make_share()
    snapshot = api.make_snapshot(share["id"])
    (instance,) = api.world.store["share_instances"]
    path = f"/v2/share_instances/{instance['id']}/action"
    assert api.post(path, {"force_delete": None}, user="admin").status == 202
    assert api.get(f"/v2/shares/{share['id']}", user="admin").status == 404
    answer = api.post(f"/v2/snapshots/{snapshot['id']}/action", {"unmanage": None}, user="admin")
    assert answer.fault == (404, "itemNotFound")


def test_one_whose_share_is_gone_has_no_export_locations(api: Api) -> None:
    share = api.make_share()
    snapshot = api.make_snapshot(share["id"])
    (copy,) = api.world.store["snapshot_instances"]
    (instance,) = api.world.store["share_instances"]
    paths = (
        f"/v2/snapshots/{snapshot['id']}/export-locations",
        f"/v2/snapshot-instances/{copy['id']}/export-locations",
    )
    assert [api.get(path, user="admin").status for path in paths] == [200, 200]
    api.post(f"/v2/share_instances/{instance['id']}/action", {"force_delete": None}, user="admin")
    api.get(f"/v2/shares/{share['id']}")
    assert [api.get(path, user="admin").fault for path in paths] == [(404, "itemNotFound")] * 2


def test_metadata_of_one_is_not_that_of_another(api: Api) -> None:
    changed, other = (api.make_snapshot(api.make_share()["id"]) for _ in range(2))
    path = f"/v2/snapshots/{changed['id']}/metadata"
    api = api.at(version="2.73")
    assert api.post(path, {"metadata": {"a": "1"}}).status == 200
    assert api.put(path, {"metadata": {"b": "2"}}).status == 200
    assert api.delete(f"{path}/a").status == 404
    assert api.get(path).json == {"metadata": {"b": "2"}}
    for id in (other["id"], api.make_snapshot(changed["share_id"])["id"]):
        assert api.get(f"/v2/snapshots/{id}").json["snapshot"]["metadata"] == {}
