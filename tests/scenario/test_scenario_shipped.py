"""The scenarios that come with fakemanila do what their descriptions promise."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from fakemanila.contract.documents import properties
from fakemanila.manila.resources import HANDLERS
from fakemanila.scenario.files import find, read, shipped
from fakemanila.scenario.scenario import Scenario, ScenarioError
from fakemanila.world.state import document as state
from fakemanila.world.world import Settings

from ..api import NOBODY, Answer, Api


def started(*names: str) -> Api:
    api = Api()
    base = Settings(rate=0.0, start=datetime(2026, 1, 1))
    api.worlds.settings = Scenario.load(*names).settings(base)
    return api


def details(api: Api, kind: str, **options: Any) -> dict[str, dict[str, Any]]:
    """What there is of a kind, by name."""
    answer = api.get(f"/v2/{kind}/detail", **options)
    assert answer.status == 200, answer
    return {each["name"]: each for each in answer.json[kind]}


def status(api: Api, kind: str, id: str) -> str:
    answer = api.get(f"/v2/{kind}s/{id}", user="admin")
    if answer.status == 404:
        return "gone"
    assert answer.status == 200, answer
    return str(answer.json[kind]["status"])


@pytest.mark.parametrize("name", shipped())
def test_each_says_what_it_is_and_makes_a_world_that_can_be_kept(name: str) -> None:
    assert read(find(name)).value["description"].endswith(".")
    world = started(name).world
    doc = state.dump(world)
    state.load(world, doc)
    assert state.dump(world) == doc


def test_they_go_together() -> None:
    api = started("tight-quota", "slow-cloud", "expired-token")
    assert "fast" in details(api, "shares")
    assert api.world.delays.to_json()["shares.create"] == {"lognormal": {"median": "45s", "sigma": 0.5}}


@pytest.mark.parametrize(("name", "near"), [("full-pol", "full-pool"), ("slow_cloud", "slow-cloud")])
def test_a_name_that_there_isnt_gets_the_nearest_one(name: str, near: str) -> None:
    with pytest.raises(ScenarioError, match=f"did you mean '{near}'"):
        find(name)


def test_devstack_networks() -> None:
    found = started("devstack-networks").get("/network/v2.0/networks", version=None).json["networks"]
    assert {each["name"]: len(each["subnets"]) for each in found} == {"public": 1, "private": 1, "shared": 1}


def test_full_pool() -> None:
    api = started("full-pool")
    small, large = api.make_share(size=5), api.make_share(size=6)
    api.world.advance_to_idle()
    assert status(api, "share", small["id"]) == "available"
    assert status(api, "share", large["id"]) == "error"
    (message,) = api.world.store["messages"]
    assert (message["resource_id"], message["detail_id"]) == (large["id"], "009")


def test_flaky_backend() -> None:
    api = started("flaky-backend")
    shares = [api.make_share()["id"] for _ in range(30)]
    api.world.advance_to_idle()
    made = Counter(status(api, "share", id) for id in shares)
    assert made.keys() == {"available", "error"}
    assert 5 <= made["error"] <= 15
    for id in shares:
        assert api.delete(f"/v2/shares/{id}").status == 202
    api.world.advance_to_idle()
    gone = Counter(status(api, "share", id) for id in shares)
    assert gone.keys() == {"gone", "error_deleting"}
    assert 5 <= gone["error_deleting"] <= 15


@pytest.mark.skipif("shares.extend" not in HANDLERS, reason="shares can't be extended yet")
def test_flaky_backend_extends_every_other_time() -> None:
    api = started("flaky-backend")
    made = (settled(api, api.make_share()) for _ in range(50))
    shares = [share for share in made if share["status"] == "available"][:4]
    ended = []
    for share in shares:
        assert api.action(f"/v2/shares/{share['id']}", "extend", {"new_size": 2}).status == 202
        ended.append(settled(api, share)["status"])
    assert ended == ["available", "extending_error"] * 2


def settled(api: Api, share: dict[str, Any]) -> dict[str, Any]:
    """A share as it is when nothing is under way."""
    api.world.advance_to_idle()
    found: dict[str, Any] = api.get(f"/v2/shares/{share['id']}").json["share"]
    return found


def test_slow_cloud() -> None:
    api = started("slow-cloud")
    shares = [api.make_share()["id"] for _ in range(20)]
    api.world.advance(timedelta(seconds=5))
    assert {status(api, "share", id) for id in shares} == {"creating"}
    api.world.advance(timedelta(seconds=45))
    assert {status(api, "share", id) for id in shares} == {"creating", "available"}
    api.world.advance_to_idle()
    snapshot = api.make_snapshot(shares[0], name="late")
    assert details(api, "snapshots") == {}
    api.world.advance(timedelta(seconds=15))
    assert status(api, "snapshot", snapshot["id"]) == "available"
    assert details(api, "snapshots")["late"]["status"] == "creating"
    api.world.advance(timedelta(seconds=5))
    assert details(api, "snapshots")["late"]["status"] == "available"


def test_old_release() -> None:
    api = started("old-release")
    assert api.get("/v2/shares", version="2.66").status == 406
    assert api.get("/v2/", version="2.65").json["versions"][0]["version"] == "2.65"
    assert details(api, "shares", version="2.65")["legacy"]["metadata"] == {"since": "xena"}
    assert "metadata" not in details(api, "snapshots", version="2.65")["before-upgrade"]


def test_expired_token() -> None:
    api = started("expired-token")
    answers = [listed(api, token := new_token(api))]
    answers += [listed(api, token) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 401]
    assert listed(api, token).status == 401
    token = new_token(api)
    assert listed(api, token).status == 200
    api.world.advance(timedelta(minutes=5, seconds=1))
    assert listed(api, token).status == 401


def new_token(api: Api) -> str:
    return api.login("demo").headers["X-Subject-Token"]


def listed(api: Api, token: str) -> Answer:
    return api.get("/v2/shares", user=NOBODY, headers={"X-Auth-Token": token})


def test_rate_limited_proxy() -> None:
    api = started("rate-limited-proxy")
    body = {"share": {"size": 1, "share_proto": "NFS"}}
    answers = [api.post("/v2/shares", body) for _ in range(10)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 200, 200, 200, 429, 200, 504]
    assert answers[3].headers["Retry-After"]
    assert "<html>" in answers[3].text
    assert len(api.world.store["shares"]) == 8  # the one that was answered with 504, too


def test_stuck_delete_day() -> None:
    api = started("stuck-delete-day")
    assert api.world.now() == datetime(2026, 1, 2, 9)
    shares, snapshots = details(api, "shares"), details(api, "snapshots")
    assert {name: each["status"] for name, each in shares.items()} == {
        "stuck-1": "deleting",
        "stuck-2": "deleting",
        "failed": "error_deleting",
        "in-use": "available",
    }
    share = settled(api, api.make_share())
    assert api.delete(f"/v2/shares/{share['id']}").status == 202
    for name in ("nightly", "old"):
        api.action(f"/v2/snapshots/{snapshots[name]['id']}", "reset_status", {"status": "available"}, user="admin")
        assert api.delete(f"/v2/snapshots/{snapshots[name]['id']}").status == 202
    api.world.advance(timedelta(minutes=30))
    assert status(api, "share", share["id"]) == "deleting"
    assert {each["status"] for each in details(api, "snapshots").values()} == {"error_deleting"}
    usage = api.get(f"/v2/quota-sets/{api.project_id()}/detail").json["quota_set"]
    assert (usage["shares"]["in_use"], usage["snapshots"]["in_use"]) == (5, 2)
    for kind, id in (("share", share["id"]), ("share", shares["stuck-1"]["id"]), ("snapshot", snapshots["old"]["id"])):
        assert api.action(f"/v2/{kind}s/{id}", "force_delete", user="admin").status == 202
        api.world.advance_to_idle()
        assert status(api, kind, id) == "gone"


def test_big_tenant() -> None:
    api = started("big-tenant")
    page = api.get("/v2/snapshots", query={"limit": 1000, "with_count": True, "sort_key": "name"}).json
    assert (len(page["snapshots"]), page["count"]) == (1000, 10_000)
    assert len(details(api, "shares")) == 10
    wiki = details(api, "shares")["wiki"]
    assert (
        api.get("/v2/snapshots", query={"share_id": wiki["id"], "limit": 1, "with_count": True}).json["count"] == 1000
    )
    api.make_snapshot(wiki["id"])  # there is room in the quotas for more
    api.make_share()


def test_every_status() -> None:
    api = started("every-status")
    for kind in ("share", "snapshot"):
        statuses = properties(f"scenario.json#/$defs/{kind}")["status"]["enum"]
        shown = details(api, f"{kind}s", user="demo_admin")
        assert {name: each["status"] for name, each in shown.items()} == {status: status for status in statuses}
    share = details(api, "shares")["available"]
    rules = api.get("/v2/share-access-rules", query={"share_id": share["id"]}).json["access_list"]
    states = properties("scenario.json#/$defs/access_rule")["status"]["enum"]
    assert {rule["metadata"]["status"]: rule["state"] for rule in rules} == {state: state for state in states}


def test_tight_quota() -> None:
    api = started("tight-quota")
    gold = {"size": 1, "share_proto": "NFS", "share_type": "gold"}
    assert api.post("/v2/shares", {"share": gold}).fault == (413, "overLimit")
    assert api.post("/v2/shares", {"share": {"size": 6, "share_proto": "NFS"}}).fault == (413, "overLimit")
    assert api.post("/v2/shares", {"share": {**gold, "share_type": None}}, user="demo_manager").status == 413
    api.make_share(size=5)
    assert api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}}).fault == (413, "overLimit")
    share = details(api, "shares")["data-1"]
    api.make_snapshot(share["id"])
    assert api.post("/v2/snapshots", {"snapshot": {"share_id": share["id"]}}).fault == (413, "overLimit")
