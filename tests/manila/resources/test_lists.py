"""What lists find, in which order, and records by ids in another spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...api import Answer, Api


def names(answer: Answer) -> list[str]:
    return [record["name"] for record in next(iter(answer.json.values()))]


@pytest.fixture
def shares(api: Api) -> list[dict[str, Any]]:
    return [api.make_share(name=name, size=size) for name, size in (("db-1", 1), ("db_1", 2), ("web-1", 1))]


@pytest.mark.parametrize(
    ("pattern", "found"), [("^db", ["db_1", "db-1"]), ("d.-1", ["db-1"]), ("DB-1$", ["db-1"]), ("db|web", [])]
)
def test_parts_of_the_names_of_shares_are_regular_expressions(
    api: Api, shares: list[dict[str, Any]], pattern: str, found: list[str]
) -> None:
    assert names(api.get(f"/v2/shares?name~={pattern}")) == found


@pytest.mark.parametrize("pattern", ["(", "*", "%F0%9F%98%80"])
def test_a_broken_expression_is_refused(api: Api, shares: list[dict[str, Any]], pattern: str) -> None:
    assert api.get(f"/v2/shares?name~={pattern}").fault == (400, "badRequest")


def test_parts_of_the_names_of_snapshots_have_wildcards(api: Api, shares: list[dict[str, Any]]) -> None:
    for name in ("SnAp", "snip"):
        api.make_snapshot(shares[0]["id"], name=name)
    assert names(api.get("/v2/snapshots?name=snap")) == ["SnAp"]
    assert names(api.get("/v2/snapshots?name~=N_P")) == ["snip", "SnAp"]
    assert names(api.get("/v2/snapshots?name~=s%25a")) == ["SnAp"]
    assert names(api.get("/v2/snapshots?name~=%5Esn")) == []


def test_metadata_is_found_in_another_spelling(api: Api) -> None:
    api.make_share(name="marked", metadata={"Key": "v"})
    assert names(api.get("/v2/shares?metadata={'key':'V'}")) == ["marked"]


def test_specs_of_types_are_compared_exactly_in_their_list_and_not_in_that_of_shares(api: Api) -> None:
    api.make_type("gold", extra_specs={"Mark": "Me"})
    api.make_share(name="golden", share_type="GOLD")
    assert names(api.get("/v2/types?extra_specs={'Mark':'Me'}", user="admin")) == ["gold"]
    assert names(api.get("/v2/types?extra_specs={'mark':'me'}", user="admin")) == []
    assert names(api.get("/v2/shares?all_tenants=1&extra_specs={'mark':'me'}", user="admin")) == ["golden"]


@pytest.mark.parametrize("spell", [str.upper, "{} ".format])
def test_an_id_is_found_in_another_spelling(api: Api, shares: list[dict[str, Any]], spell: Callable[..., Any]) -> None:
    id = shares[0]["id"]
    spelled = spell(id).replace(" ", "%20")
    assert api.get(f"/v2/shares/{spelled}").json["share"]["id"] == id
    assert api.get(f"/v2/shares/{spelled}/export_locations").json["export_locations"]
    snapshot = api.make_snapshot(spell(id))
    assert snapshot["share_id"] == id
    assert [each["id"] for each in api.get(f"/v2/snapshots?share_id={spelled}").json["snapshots"]] == [snapshot["id"]]
    assert api.get(f"/v2/shares/{id.replace('-', '')}").status == 404


def test_a_lock_is_on_the_share_that_its_id_means(api: Api, shares: list[dict[str, Any]]) -> None:
    id = shares[0]["id"]
    lock = api.make("/v2/resource-locks", "resource_lock", {"resource_id": id.upper(), "resource_type": "share"})
    assert lock["resource_id"] == id.upper()
    assert api.delete(f"/v2/shares/{id}").status == 403


def test_equal_ones_are_in_the_order_of_their_ids(api: Api) -> None:
    ids = [api.make_share()["id"] for _ in range(5)]
    for direction, expected in (("asc", sorted(ids)), ("desc", sorted(ids, reverse=True))):
        listed = api.get(f"/v2/shares?sort_key=size&sort_dir={direction}").json["shares"]
        assert [share["id"] for share in listed] == expected


def test_what_was_made_at_the_same_instant_is_in_the_order_in_which_it_was_made(api: Api) -> None:
    ids = [api.make_share()["id"] for _ in range(5)]
    listed = api.get("/v2/shares?sort_key=created_at&sort_dir=asc").json["shares"]
    assert [share["id"] for share in listed] == ids


def test_a_share_server_without_an_id_means_all_shares_there_are(api: Api, shares: list[dict[str, Any]]) -> None:
    assert len(api.get("/v2/shares?share_server_id=", user="admin").json["shares"]) == 3
    assert api.get("/v2/shares?share_server_id=").status == 403


@pytest.mark.parametrize("version", ["2.27", "2.79"])
def test_a_count_that_is_no_boolean_is_refused_before_there_are_counts(api: Api, version: str) -> None:
    assert api.get("/v2/snapshots?with_count=x", version=version).fault == (400, "badRequest")


@pytest.mark.parametrize("where", ["name", "description"])
def test_what_the_database_cannot_store_is_refused_and_leaves_nothing(api: Api, where: str) -> None:
    body = {"share": {"size": 1, "share_proto": "NFS", where: "a😀"}}
    assert api.post("/v2/shares", body).fault == (400, "badRequest")
    assert not list(api.world.store["shares"])
    assert not list(api.world.store["share_instances"])


def test_a_share_that_is_not_available_has_one_location_and_no_list_of_them(
    api: Api, shares: list[dict[str, Any]]
) -> None:
    path = f"/v2/shares/{shares[0]['id']}"
    before = api.get(path, version="2.8").json["share"]
    assert before["export_locations"][0] == before["export_location"]
    api.action(path, "reset_status", {"status": "error"}, user="admin")
    after = api.get(path, version="2.8").json["share"]
    assert (after["export_location"], after["export_locations"]) == (before["export_location"], [])
