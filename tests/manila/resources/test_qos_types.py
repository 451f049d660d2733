"""QoS types, and what share types that name one do."""

from __future__ import annotations

from typing import Any

import pytest

from ...api import UNKNOWN, Api


@pytest.fixture
def qos(api: Api) -> dict[str, Any]:
    return api.make("/v2/qos-types", "qos_type", {"name": "fast", "specs": {"iops": "100"}}, user="admin")


def test_anybody_may_look_and_only_administrators_change(api: Api, qos: dict[str, Any]) -> None:
    path = f"/v2/qos-types/{qos['id']}"
    assert api.get(path).json["qos_type"]["specs"] == {"iops": "100"}
    assert api.put(path, {"qos_type": {"description": "x"}}).fault == (403, "forbidden")
    assert api.delete(path).fault == (403, "forbidden")
    assert api.get(f"{path}/specs").fault == (403, "forbidden")


def test_names_are_taken_once_however_they_are_written(api: Api, qos: dict[str, Any]) -> None:
    assert api.post("/v2/qos-types", {"qos_type": {"name": "FAST"}}, user="admin").fault == (409, "conflictingRequest")


def test_specs_are_added_changed_and_deleted(api: Api, qos: dict[str, Any]) -> None:
    path = f"/v2/qos-types/{qos['id']}/specs"
    assert api.post(path, {"specs": {"size": "big", "flag": True}}, user="admin").json == {
        "specs": {"size": "big", "flag": True}
    }
    assert api.put(f"{path}/size", {"size": "small"}, user="admin").status == 200
    assert api.delete(f"{path}/iops", user="admin").status == 204
    assert api.get(path, user="admin").json == {"specs": {"size": "small", "flag": "1"}}


@pytest.mark.parametrize(
    ("key", "body"),
    [("size", {"size": 5}), ("size", {"other": "x"}), ("size", {"size": "x", "other": "x"}), ("size", {})],
)
def test_a_wrong_spec_changes_nothing(api: Api, qos: dict[str, Any], key: str, body: dict[str, Any]) -> None:
    path = f"/v2/qos-types/{qos['id']}/specs"
    assert api.put(f"{path}/{key}", body, user="admin").fault == (400, "badRequest")
    assert api.get(path, user="admin").json == {"specs": {"iops": "100"}}


def test_the_share_of_a_type_that_names_one_keeps_it_in_use(api: Api, qos: dict[str, Any]) -> None:
    api.make_type("gold", extra_specs={"default_qos_type": "fast"})
    share = api.make_share(share_type="gold")
    assert api.delete(f"/v2/qos-types/{qos['id']}", user="admin").fault == (400, "badRequest")
    assert api.delete(f"/v2/shares/{share['id']}").status == 202
    assert api.delete(f"/v2/qos-types/{qos['id']}", user="admin").status == 204


def test_a_type_that_names_none_makes_no_shares(api: Api) -> None:
    api.make_type("gold", extra_specs={"default_qos_type": "missing"})
    body = {"share": {"size": 1, "share_proto": "NFS", "share_type": "gold"}}
    assert api.post("/v2/shares", body).fault == (400, "badRequest")
    assert not list(api.world.store["shares"])


def test_unknown_ones_are_404(api: Api) -> None:
    assert api.get(f"/v2/qos-types/{UNKNOWN}").fault == (404, "itemNotFound")
    assert api.get(f"/v2/qos-types/{UNKNOWN}/specs", user="admin").fault == (404, "itemNotFound")
