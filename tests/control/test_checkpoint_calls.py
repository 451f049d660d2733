"""Checkpoints, forks and differences over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakemanila.control.components import SCHEMAS
from fakemanila.world.state import document as state
from fakemanila.world.world import World

from ..api import NOBODY, Answer, Api


@pytest.fixture
def api() -> Api:
    api = Api()
    api.token()
    return api


def control(api: Api, method: str, path: str, body: Any = None) -> Answer:
    options: dict[str, Any] = {} if body is None else {"body": body}
    return api.call(method, f"/_fakemanila{path}", user=NOBODY, **options)


def diff(api: Api, before: str, after: str | None = None) -> dict[str, Any]:
    answer = control(api, "GET", f"/diff?from={before}" + ("" if after is None else f"&to={after}"))
    assert answer.status == 200, answer
    check("Diff", answer.json)
    found: dict[str, Any] = answer.json
    return found


def check(schema: str, value: object) -> None:
    components: Any = {"components": {"schemas": SCHEMAS}}
    Draft202012Validator({**components, "$ref": f"#/components/schemas/{schema}"}).validate(value)


def dump(world: World) -> dict[str, Any]:
    """A world once what is due has run, whatever it is called."""
    with world.lock:
        world.settle()
        return {**state.dump(world), "name": ""}


# Checkpoints


def test_a_world_goes_back_to_what_was_saved_as_often_as_one_likes(api: Api) -> None:
    api.make_share(name="kept")
    saved = control(api, "POST", "/checkpoints/before")
    assert (saved.status, saved.json["name"], saved.json["pending"]) == (201, "before", 0)
    before = dump(api.world)
    first = None
    for _ in range(2):
        api.make_share(name="later")
        first = first or dump(api.world)
        assert dump(api.world) == first
        answer = control(api, "POST", "/checkpoints/before/restore")
        assert answer.json == control(api, "GET", "/clock").json
        assert dump(api.world) == before
    assert control(api, "GET", "/checkpoints").json == {"checkpoints": [saved.json]}
    check("Checkpoints", {"checkpoints": [saved.json]})


def test_a_name_that_is_taken_gets_the_new_one(api: Api) -> None:
    control(api, "POST", "/checkpoints/here")
    api.make_share()
    here = dump(api.world)
    control(api, "POST", "/checkpoints/here")
    control(api, "POST", "/reset")
    control(api, "POST", "/checkpoints/here/restore")
    assert dump(api.world) == here
    assert control(api, "DELETE", "/checkpoints/here").status == 204
    assert control(api, "GET", "/checkpoints").json == {"checkpoints": []}


def test_each_world_has_its_own(api: Api) -> None:
    control(api, "POST", "/checkpoints/mine")
    other = api.at(world="other")
    assert control(other, "GET", "/checkpoints").json == {"checkpoints": []}
    assert control(other, "POST", "/checkpoints/mine/restore").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("POST", "/checkpoints/a:b", 400, "checkpoint: 'a:b' is not a valid name"),
        ("DELETE", "/checkpoints/none", 404, "there is no checkpoint 'none' in the world 'default'"),
        ("POST", "/checkpoints/none/restore", 404, "there is no checkpoint 'none' in the world 'default'"),
        ("GET", "/diff", 400, "from: it is missing; expected 'checkpoint:NAME' or 'world:NAME'"),
        ("GET", "/diff?from=nonsense", 400, "from: 'nonsense' is neither a checkpoint nor a world"),
        ("GET", "/diff?from=befor", 400, "did you mean 'before'?"),
        ("GET", "/diff?from=point:before", 400, "from: 'point:before' is neither 'checkpoint:NAME' nor 'world:NAME'"),
        (
            "GET",
            "/diff?from=checkpoint:x",
            400,
            "from: the world 'default' has no checkpoint 'x'; there are before, both",
        ),
        ("GET", "/diff?from=before&to=world:x", 400, "to: there is no world 'x'; there are both, default"),
        ("GET", "/diff?from=both", 400, "write 'checkpoint:both' or 'world:both'"),
    ],
)
def test_what_is_wrong_is_named(api: Api, method: str, path: str, status: int, message: str) -> None:
    api.worlds.get("both")
    for name in ("before", "both"):
        control(api, "POST", f"/checkpoints/{name}")
    answer = control(api, method, path)
    assert (answer.status, message in answer.json["error"]) == (status, True), answer
    assert list(api.worlds) == ["both", "default"]


# Forks


def test_a_fork_goes_on_as_the_other_one_does(api: Api) -> None:
    api.world.delays.patch({"shares.create": {"uniform": ["1s", "1m"]}})
    api.make_share(name="common")
    answer = control(api, "POST", "/worlds/branch", {"from": "default"})
    assert answer.status == 201
    check("Forked", answer.json)
    assert (answer.json["name"], answer.json["from"], answer.json["pending"]) == ("branch", "world:default", 1)
    branch = api.at(world="branch")
    branch._tokens["/worlds/branch", "demo"] = api._login("demo")  # the same token is good in both
    assert dump(branch.world) == dump(api.world)
    one, other = (each.make_share(name="next") for each in (api, branch))
    assert one["id"] == other["id"]
    assert one["created_at"] == other["created_at"]
    assert other["links"][0]["href"].startswith("http://localhost/worlds/branch/v2/")
    assert dump(branch.world) == dump(api.world)
    branch.delete(f"/v2/shares/{one['id']}")
    assert api.get(f"/v2/shares/{one['id']}").json["share"]["status"] == "creating"


def test_a_fork_has_a_journal_and_checkpoints_of_its_own(api: Api) -> None:
    control(api, "POST", "/checkpoints/before")
    control(api, "POST", "/worlds/branch", {"from": "default"})
    branch = api.at(world="branch")
    assert branch.journal == []
    assert control(branch, "GET", "/checkpoints").json == {"checkpoints": []}
    control(branch, "POST", "/reset")
    assert branch.world.seed == "0/branch"


def test_a_fork_is_of_a_checkpoint_too_and_of_the_paths_world_where_none_is_named(api: Api) -> None:
    control(api, "POST", "/checkpoints/empty")
    api.make_share()
    control(api, "POST", "/worlds/then", {"from": "checkpoint:empty"})
    control(api, "POST", "/worlds/now")
    assert len(api.at(world="then").world.store["shares"]) == 0
    assert len(api.at(world="now").world.store["shares"]) == 1


def test_a_fork_starts_from_what_the_other_was_reset_to(api: Api) -> None:
    control(api, "POST", "/reset", {"max_microversion": "2.40"})
    control(api, "POST", "/worlds/branch")
    branch = api.at(world="branch")
    assert str(branch.world.settings.max_microversion) == "2.40"
    control(branch, "POST", "/reset")
    assert str(branch.world.settings.max_microversion) == "2.40"


def test_a_world_that_is_there_is_replaced_only_when_that_is_said(api: Api) -> None:
    there = api.at(world="there")
    there.make_share(name="precious")
    refused = control(api, "POST", "/worlds/there", {"from": "default"})
    assert refused.status == 409
    assert "drop it, or send 'replace': true" in refused.json["error"]
    assert len(there.world.store["shares"]) == 1
    assert control(api, "POST", "/worlds/there", {"from": "default", "replace": True}).status == 201
    assert len(there.world.store["shares"]) == 0


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("a:b", {"from": "default"}, "world: 'a:b' is not a valid name"),
        (
            "new",
            {"from": "defalt"},
            "from: 'defalt' is neither a checkpoint nor a world; did you mean 'default'?",
        ),
        ("new", {"from": 7}, "from: 7 does not name a world"),
        ("new", {"from": "default", "replace": "yes"}, "replace: 'yes' is neither true nor false"),
        ("new", {"form": "default"}, "body: 'form' is not a known field; did you mean 'from'?"),
    ],
)
def test_a_fork_that_is_wrong_makes_nothing(api: Api, name: str, body: Any, message: str) -> None:
    answer = control(api, "POST", f"/worlds/{name}", body)
    assert (answer.status, message in answer.json["error"]) == (400, True), answer
    assert list(api.worlds) == ["default"]


def test_a_fork_that_would_be_too_much_is_refused(api: Api) -> None:
    api.worlds.limit = 1
    answer = control(api, "POST", "/worlds/more")
    assert (answer.status, "one more than the 1 allowed" in answer.json["error"]) == (400, True)


# Differences


def test_nothing_differs_of_a_world_that_stands_still(api: Api) -> None:
    control(api, "POST", "/checkpoints/before")
    nothing: dict[str, Any] = {"made": [], "gone": [], "changed": []}
    assert diff(api, "before") == {
        "from": "checkpoint:before",
        "to": "world:default",
        "records": nothing,
        "transitions": nothing,
        "faults": nothing,
        "delays": {},
        "clock": {},
    }


def test_it_tells_what_was_made_changed_and_is_gone(api: Api) -> None:
    changed, gone = api.make_share(name="db", size=1), api.make_share(name="old")
    api.world.delays.patch({"snapshots.create": "30s"})
    control(api, "POST", "/checkpoints/before")
    api.put(f"/v2/shares/{changed['id']}", {"share": {"display_description": "new"}})
    api.delete(f"/v2/shares/{gone['id']}")
    made = api.make_snapshot(changed["id"], name="nightly")
    control(api, "POST", "/clock/advance", {"seconds": 5})
    found = diff(api, "before")
    of = {what: {each["kind"]: each for each in found["records"][what]} for what in found["records"]}
    assert of["made"]["snapshots"]["id"] == made["id"]
    assert of["made"]["snapshots"]["name"] == "nightly"
    assert of["made"]["snapshots"]["record"]["share_id"] == changed["id"]
    assert of["gone"]["shares"]["id"] == gone["id"]
    assert of["changed"]["shares"]["changes"] == {"description": [None, "new"]}
    (begun,) = found["transitions"]["made"]
    assert (begun["operation"], begun["resource_id"]) == ("snapshots.create", made["id"])
    assert found["clock"] == {"now": ["2026-01-01T00:00:00.000000", "2026-01-01T00:00:05.000000"]}
    back = diff(api, "world:default", "checkpoint:before")
    assert back["records"]["gone"] == found["records"]["made"]
    assert back["transitions"]["gone"] == found["transitions"]["made"]


def test_it_tells_which_faults_and_delays_differ(api: Api) -> None:
    rule = control(api, "POST", "/faults", {"preset": "quota:shares"}).json
    control(api, "POST", "/checkpoints/before")
    api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}})
    control(api, "POST", "/faults", {"preset": "lb-502", "name": "down"})
    control(api, "PATCH", "/delays", {"shares.*": "5s"})
    found = diff(api, "before")
    assert found["delays"] == {"shares.*": [None, "5s"]}
    assert [each["name"] for each in found["faults"]["made"]] == ["down"]
    (changed,) = found["faults"]["changed"]
    assert changed["id"] == rule["id"]
    assert changed["changes"] == {"matched": [0, 1], "fired": [0, 1]}


def test_secrets_are_masked_and_tokens_left_out(api: Api) -> None:
    fields = {"type": "ldap", "name": "one", "password": "before"}
    made = api.make("/v2/security-services", "security_service", fields)
    control(api, "POST", "/checkpoints/before")
    path = f"/v2/security-services/{made['id']}"
    assert api.put(path, {"security_service": {"password": "after"}}).status == 200
    user = {"user": {"original_password": "secret", "password": "new"}}
    assert api.post(f"/identity/v3/users/{api.user_id()}/password", user).status == 204
    api.login("alt_demo")
    found = diff(api, "before")
    (service, demo) = found["records"]["changed"]
    assert service["changes"]["password"] == ["***", "***"]
    assert (demo["kind"], demo["name"], demo["changes"]) == ("identity.users", "demo", {"password": ["***", "***"]})
    assert found["records"]["made"] == []


def test_grants_are_told(api: Api) -> None:
    control(api, "POST", "/checkpoints/before")
    roles = {each["name"]: each["id"] for each in api.get("/identity/v3/roles", user="admin").json["roles"]}
    path = f"/identity/v3/projects/{api.project_id()}/users/{api.user_id('alt_demo')}/roles/{roles['reader']}"
    assert api.put(path, user="admin").status == 204
    (made,) = diff(api, "before")["records"]["made"]
    assert (made["kind"], made["record"]["roles"]) == ("identity.grants", [roles["reader"]])
    assert made["id"] == f"user:{api.user_id('alt_demo')}@project:{api.project_id()}"


def test_a_world_differs_from_its_fork_by_what_it_did_since(api: Api) -> None:
    control(api, "POST", "/worlds/branch")
    share = api.make_share(name="here")
    found = diff(api, "branch")
    assert (found["from"], found["to"]) == ("world:branch", "world:default")
    assert {each["kind"] for each in found["records"]["made"]} == {"shares", "share_instances"}
    assert diff(api, "default", "branch")["records"]["gone"][0]["id"] == share["id"]


def test_looking_changes_nothing(api: Api) -> None:
    control(api, "POST", "/checkpoints/before")
    api.make_share()
    before = dump(api.world), len(api.journal)
    diff(api, "before")
    assert (dump(api.world), len(api.journal)) == before


def test_who_watches_a_world_is_told_that_it_is_another_one(api: Api) -> None:
    share = api.make_share(name="db")
    dump(api.world)
    control(api, "POST", "/checkpoints/before")
    api.delete(f"/v2/shares/{share['id']}")
    control(api, "POST", "/checkpoints/before/restore")
    told = control(api, "GET", "/events?format=json&since=0").json["events"]
    assert told[0]["world"] == {"change": "restored"}
    assert {"made"} == {each["record"]["change"] for each in told[1:]}
    assert share["id"] in [each["record"]["id"] for each in told[1:]]
    control(api, "POST", "/worlds/branch")
    told = control(api.at(world="branch"), "GET", "/events?format=json&since=0").json["events"]
    assert told[0]["world"] == {"change": "forked"}


def test_looking_at_a_state_tells_nobody(api: Api) -> None:
    doc = state.dump(api.world)
    before = api.world.events.last, len(api.world.events)
    assert control(api, "PUT", "/state?dry_run=true", doc).status == 200
    assert (api.world.events.last, len(api.world.events)) == before


def test_a_state_tells_what_it_would_change(api: Api) -> None:
    empty = state.dump(api.world)
    share = api.make_share(name="db")
    before = dump(api.world)
    answer = control(api, "PUT", "/state?dry_run=true", empty)
    check("Diff", answer.json)
    assert (answer.json["from"], answer.json["to"]) == ("world:default", "state")
    assert [each["id"] for each in answer.json["records"]["gone"] if each["kind"] == "shares"] == [share["id"]]
    assert dump(api.world) == before
    assert control(api, "PUT", "/state?dry_run=false", empty).json["records"] == empty["records"]
    assert control(api, "PUT", "/state?dry_run=yes", before).json == {
        "error": "dry_run: 'yes' is not one of true, false"
    }
    assert control(api, "PUT", "/state?dry_run=true", {**empty, "version": 9}).status == 400
