"""Metadata that are for administrators, and limits of what is kept."""

from __future__ import annotations

import pytest

from ...api import Api

KEY = "__affinity_same_host"


@pytest.fixture
def path(api: Api) -> str:
    share = api.make_share(metadata={"tier": "gold"})["id"]
    answer = api.post(f"/v2/shares/{share}/metadata", {"metadata": {KEY: "x"}}, user="admin")
    assert answer.status == 200, answer
    return f"/v2/shares/{share}/metadata"


def test_a_member_neither_sets_nor_deletes_them(api: Api, path: str) -> None:
    assert api.delete(f"{path}/{KEY}").status == 403
    assert api.post(path, {"metadata": {KEY: "y"}}).status == 403
    assert api.put(path, {"metadata": {KEY: "y"}}).status == 403
    assert api.get(path).json["metadata"] == {"tier": "gold", KEY: "x"}


def test_a_members_replacement_leaves_them(api: Api, path: str) -> None:
    assert api.put(path, {"metadata": {}}).status == 200
    assert api.get(path).json["metadata"] == {KEY: "x"}


def test_an_administrator_deletes_them(api: Api, path: str) -> None:
    assert api.delete(f"{path}/{KEY}", user="admin").status == 200
    assert api.get(path).json["metadata"] == {"tier": "gold"}


def test_a_member_deletes_them_under_another_spelling(api: Api, path: str) -> None:
    assert api.delete(f"{path}/{KEY.upper()}").status == 200
    assert api.get(path).json["metadata"] == {"tier": "gold"}


def test_a_member_sets_them_under_another_spelling(api: Api, path: str) -> None:
    answer = api.post(path, {"metadata": {KEY.upper(): "y"}})
    assert answer.json["metadata"] == {"tier": "gold", KEY: "x", KEY.upper(): "y"}
    assert api.get(path).json["metadata"] == {"tier": "gold", KEY: "y"}


@pytest.mark.parametrize("user", ["demo", "admin"])
def test_a_replacement_spells_them_otherwise_and_leaves_their_value(api: Api, path: str, user: str) -> None:
    answer = api.put(path, {"metadata": {KEY.upper(): "y"}}, user=user)
    assert answer.json["metadata"] == {KEY.upper(): "y", KEY: "x"}
    assert api.get(path).json["metadata"] == {KEY.upper(): "x"}


@pytest.mark.parametrize(("length", "status"), [(1023, 200), (1024, 400)])
def test_a_reason_of_a_lock_has_a_limit(api: Api, length: int, status: int) -> None:
    share = api.make_share()["id"]
    rule = {"access_type": "ip", "access_to": "10.0.0.1", "lock_deletion": True, "lock_reason": "x" * length}
    assert api.action(f"/v2/shares/{share}", "allow_access", rule).status == status
