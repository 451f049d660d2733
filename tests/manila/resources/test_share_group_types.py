"""Share group types: made, listed, granted, with specs of their own."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.versions import EXPERIMENTAL_HEADER

from ...api import Api

PATH = "/v2/share-group-types"


def make(api: Api, name: str = "trio", **fields: Any) -> dict[str, Any]:
    types = fields.pop("share_types", ["default"])
    return api.make(PATH, "share_group_type", {"name": name, "share_types": types, **fields}, user="admin")


def names(api: Api, **options: Any) -> list[str]:
    return [one["name"] for one in api.get(PATH, **options).json["share_group_types"]]


def test_there_is_a_default(api: Api) -> None:
    found = api.get(f"{PATH}/default").json["share_group_type"]
    assert (found["name"], found["is_default"], found["is_public"]) == ("default", True, True)
    assert found["share_types"] == [api.get("/v2/types/default").json["share_type"]["id"]]


@pytest.mark.parametrize(("version", "shown"), [("2.45", False), ("2.46", True)])
def test_which_one_it_is_is_said_since_2_46(api: Api, version: str, shown: bool) -> None:
    answer = api.get(f"{PATH}/default", version=version, headers={EXPERIMENTAL_HEADER: "true"})
    assert ("is_default" in answer.json["share_group_type"]) is shown


def test_types_are_named_or_given_by_id(api: Api) -> None:
    kind = api.make_type("gold")
    assert make(api, share_types=["gold"])["share_types"] == [kind["id"]]
    assert make(api, "other", share_types=[kind["id"]])["share_types"] == [kind["id"]]
    body = {"share_group_type": {"name": "none", "share_types": ["silver"]}}
    assert api.post(PATH, body, user="admin").fault == (404, "itemNotFound")


def test_a_name_is_there_once(api: Api) -> None:
    body = {"share_group_type": {"name": "default", "share_types": ["default"]}}
    assert api.post(PATH, body, user="admin").fault == (409, "conflictingRequest")


def test_private_ones_are_for_who_was_granted_them(api: Api) -> None:
    made = make(api, is_public=False)
    path = f"{PATH}/{made['id']}"
    assert (names(api), api.get(path).status) == (["default"], 404)
    grant = {"project": api.project_id()}
    assert api.action(path, "addProjectAccess", grant, user="admin").status == 202
    assert api.action(path, "addProjectAccess", grant, user="admin").fault == (409, "conflictingRequest")
    assert (names(api), api.get(path).status) == (["default", "trio"], 200)
    listed = api.get(f"{path}/access", user="admin").json["share_group_type_access"]
    assert listed == [{"share_group_type_id": made["id"], "project_id": api.project_id()}]
    assert api.action(path, "removeProjectAccess", grant, user="admin").status == 202
    assert api.action(path, "removeProjectAccess", grant, user="admin").fault == (404, "itemNotFound")
    assert names(api) == ["default"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["default"]),
        ({"is_public": "all"}, ["default", "trio"]),
        ({"is_public": "false"}, ["trio"]),
        ({"is_public": "all", "group_specs": "{'tier': 'gold'}"}, ["trio"]),
        ({"is_public": "all", "group_specs": "{'tier': 'silver'}"}, []),
    ],
)
def test_administrators_filter(api: Api, query: dict[str, str], found: list[str]) -> None:
    make(api, is_public=False, group_specs={"tier": "gold"})
    assert names(api, query=query, user="admin") == found
    assert not api.warnings


def test_specs_come_and_go(api: Api) -> None:
    path = f"{PATH}/{make(api)['id']}/group-specs"
    sent = {"group_specs": {"tier": "gold", "fast": True}}
    assert api.post(path, sent, user="admin").json == sent
    assert api.get(path, user="admin").json == {"group_specs": {"tier": "gold", "fast": "1"}}
    assert api.put(f"{path}/tier", {"tier": "silver"}, user="admin").json == {"tier": "silver"}
    assert api.get(f"{path}/tier", user="admin").json == {"tier": "silver"}
    assert api.delete(f"{path}/fast", user="admin").status == 204
    assert api.delete(f"{path}/fast", user="admin").fault == (404, "itemNotFound")
    assert api.get(path, user="admin").json == {"group_specs": {"tier": "silver"}}


def test_a_share_type_of_a_group_type_stays(api: Api) -> None:
    kind = api.make_type("gold")
    made = make(api, share_types=["gold"])
    assert api.delete(f"/v2/types/{kind['id']}", user="admin").fault == (400, "badRequest")
    assert api.delete(f"{PATH}/{made['id']}", user="admin").status == 204
    assert api.delete(f"/v2/types/{kind['id']}", user="admin").status == 202
