"""What isn't rendered again: never anything else than what would be rendered now, and never more than is allowed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from fakemanila.contract.model import load
from fakemanila.manila.resources import shares
from fakemanila.world.fragments import LIMIT, MOST_LISTS, SWITCH, Fragments, Reads, limit_of_environment
from fakemanila.world.rows import Row
from fakemanila.world.store import Store

from ..api import NOBODY, Api
from .test_state_machine import SERVED, STEPS, USERS, VERSIONS, CallOf, draw, filled

KEPT = 1 << 20
EXPERIMENTAL = {"X-OpenStack-Manila-API-Experimental": "true"}
OTHERS = (("admin", "2.99"), ("demo", "2.99"), ("demo", "2.65"))


KIND_OF = {"types": "share_types", "share-replicas": "share_instances", "share-access-rules": "share_access_rules"}
LISTS = sorted(
    route.path
    for operation in load().operations.values()
    for route in operation.routes
    if route.method == "GET" and "{" not in route.path and operation.id != "versions.list"
)
SHOWN = [path for path in LISTS if path.count("/") == 1]
"""Of which one record is shown below the path."""


class Twins(RuleBasedStateMachine):
    """Two servers that are asked the same. One keeps what it has rendered."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = Api(delays={"default": "10s"}, render_cache=KEPT)
        self.anew = Api(delays={"default": "10s"}, render_cache=0)

    def both(self, method: str, path: str, **sent: Any) -> None:
        one, other = (api.call(method, path, **sent) for api in (self.kept, self.anew))
        assert one.status == other.status
        assert one.content == other.content, (method, path, sent)

    @rule(data=st.data(), call=st.sampled_from(SERVED), user=st.sampled_from(USERS))
    def ask(self, data: st.DataObject, call: CallOf, user: str) -> None:
        drawn = draw(self.kept.world, data)
        sent: dict[str, Any] = {} if call.body is None else {"body": filled(call.body, drawn)}
        sent["headers"] = EXPERIMENTAL
        self.both(
            call.method, filled(call.path, drawn), user=user, version=data.draw(st.sampled_from(VERSIONS)), **sent
        )

    @rule(user=st.sampled_from(USERS), version=st.sampled_from(VERSIONS), prefix=st.sampled_from(["", "/project"]))
    def look(self, user: str, version: str, prefix: str) -> None:
        """At every list, and at some records of every kind."""
        asked = {"user": user, "version": version, "headers": EXPERIMENTAL}
        base = "/v2" + (prefix and f"/{self.kept.project_id(user)}")
        for path in LISTS:
            self.both("GET", base + path, **asked)
        for path in SHOWN:
            kind = KIND_OF.get(path[1:], path[1:].replace("-", "_"))
            for record in list(self.kept.world.store[kind])[-2:]:
                self.both("GET", f"{base}{path}/{record['id']}", **asked)

    @rule(how=st.sampled_from(STEPS))
    def advance(self, how: dict[str, Any]) -> None:
        self.both("POST", "/_fakemanila/clock/advance", body=how, user=NOBODY)


TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_what_has_not_changed_is_not_rendered_again_and_what_has_is() -> None:
    api = Api()
    share = api.make_share(name="one")
    path = f"/v2/shares/{share['id']}"
    before = api.get(path).content
    kept = api.world.store.fragments
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares.resource, "view", None)  # nothing can be rendered now
        assert api.get(path).content == before
    type_id = share["share_type"]
    assert api.put(f"/v2/types/{type_id}", {"share_type": {"name": "other"}}, user="admin").status == 200
    assert api.get(path).json["share"]["share_type_name"] == "other"
    assert kept is api.world.store.fragments


def test_what_is_found_beside_a_record_is_part_of_it() -> None:
    api = Api(delays={"shares.allow_access": "10s"})
    path = f"/v2/shares/{api.make_share()['id']}"
    assert api.get(path).json["share"]["access_rules_status"] == "active"
    grant = {"allow_access": {"access_type": "ip", "access_to": "10.0.0.1", "access_level": "rw"}}
    assert api.post(f"{path}/action", grant).status == 200
    assert api.get(path).json["share"]["access_rules_status"] == "syncing"
    api.world.advance(timedelta(seconds=10))
    assert api.get(path).json["share"]["access_rules_status"] == "active"


def test_callers_do_not_see_what_is_for_others() -> None:
    api = Api()
    share = api.make_share()
    path = f"/v2/shares/{share['id']}"
    shown = [api.get(path, user=user, version=version).json["share"] for user, version in OTHERS for _ in range(2)]
    assert shown[::2] == shown[1::2]
    assert "host" in shown[0]
    assert "host" not in shown[2]
    assert "is_soft_deleted" not in shown[4]
    project = api.project_id("demo")
    assert f"/v2/{project}/shares" in api.get(f"/v2/{project}/shares/{share['id']}").text
    assert f"/v2/{project}/shares" not in api.get(path).text


def test_a_world_that_becomes_like_another_release_shows_that_releases_links() -> None:
    api = Api().at(version="2.60")
    path = f"/v2/share-groups/{api.make('/v2/share-groups', 'share_group', {'name': 'g'})['id']}"
    before, in_a_list = api.get(path).text, api.get("/v2/share-groups").text
    assert f"/v2/share-groups/{path.rpartition('/')[2]}" in before
    assert api.post("/_fakemanila/scenario", {"release": "2025.1"}, user=NOBODY).status == 201
    assert api.get(path).text == before.replace("/share-groups/", "/share_groups/")
    assert api.get("/v2/share-groups").text == in_a_list.replace("/share-groups/", "/share_groups/")


def test_a_list_is_put_together_once_until_anything_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()
    first, second = (api.make_share(name=name)["id"] for name in "ab")
    before = api.get("/v2/shares/detail").content
    with monkeypatch.context() as patch:
        patch.setattr(Fragments, "get", None)  # no share can be looked at now
        assert api.get("/v2/shares/detail").content == before
    assert api.put(f"/v2/shares/{second}", {"share": {"display_name": "c"}}).status == 200
    assert [share["name"] for share in api.get("/v2/shares/detail").json["shares"]] == ["c", "a"]
    sorted_ = api.get("/v2/shares/detail?sort_key=created_at&sort_dir=asc").json["shares"]
    assert [share["id"] for share in sorted_] == [first, second]
    assert [share["id"] for share in api.get("/v2/shares/detail?limit=1").json["shares"]] == [second]


def test_so_many_lists_are_kept_and_of_such_a_size() -> None:
    fragments, rows = table(100_000)
    for view in range(10):
        fragments.keep_list(rows[:2], view, b"x")
    assert [view for view in range(10) if fragments.list_of(rows[:2], view)] == [*range(10 - MOST_LISTS, 10)]
    assert fragments.list_of(rows[1:3], 9) is fragments.list_of(rows[:1], 9) is None
    rows[999]["name"] = "other"
    assert fragments.list_of(rows[:2], 9) is None
    fragments.keep_list(rows, "view", b"x" * 10_000)
    assert fragments.list_of(rows, "view") is None


def table(limit: int) -> tuple[Fragments, list[Row]]:
    store = Store(render_cache=limit)
    return store.fragments, [store["things"].add({"id": str(n)}) for n in range(1000)]


def test_no_more_is_kept_than_is_allowed() -> None:
    fragments, rows = table(100_000)
    for row in rows:
        fragments.keep(row, "view", b"x" * 320, Reads())  # a thousand bytes with what Python needs for it
    there = [row for row in rows if fragments.get(row, "view") is not None]
    assert 50 <= len(there) <= 101
    assert there[-1] is rows[-1]


def test_what_is_asked_for_stays() -> None:
    fragments, rows = table(100_000)
    for row in rows:
        fragments.keep(row, "view", b"x" * 100, Reads())
        fragments.get(rows[0], "view")
    assert fragments.get(rows[0], "view") is not None


def test_what_is_too_large_and_what_cannot_be_watched_is_not_kept() -> None:
    fragments, rows = table(1000)
    fragments.keep(rows[0], "view", b"x" * 500, Reads())
    reads = Reads()
    reads.others = True
    fragments.keep(rows[1], "view", b"x", reads)
    assert fragments.get(rows[0], "view") is fragments.get(rows[1], "view") is None


def test_a_variable_of_the_environment_switches_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit_of_environment() == LIMIT
    monkeypatch.setenv(SWITCH, "0")
    api = Api()
    path = f"/v2/shares/{api.make_share()['id']}"
    assert api.get(path).content == api.get(path).content
    assert not api.world.store.fragments._young
