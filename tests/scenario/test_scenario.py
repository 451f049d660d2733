"""Scenario files and documents: what they say is done, and what is wrong with them is said, with the line."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakemanila.all_resources import SEEDS
from fakemanila.contract.documents import properties
from fakemanila.scenario.scenario import Scenario, ScenarioError
from fakemanila.scenario.seeding import schema_of
from fakemanila.world.state import document as state
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

from ..api import Api, there

START = datetime(2026, 1, 1)


def started(*sources: str | Path | dict[str, Any], **settings: Any) -> Api:
    """A server whose worlds start from scenarios."""
    base = Settings(**{"rate": 0.0, "start": START, **settings})
    api = Api()
    api.worlds.settings = Scenario.load(*sources).settings(base)
    return api


def names(api: Api, path: str, **options: Any) -> list[str]:
    answer = api.get(path, **options)
    assert answer.status == 200, answer
    (found,) = [value for value in answer.json.values() if isinstance(value, list)]
    return [each["name"] for each in found]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# What they say is done

TENANT = """
projects:
  acme: {description: A customer.}
users:
  alice: {password: s3cret, roles: {acme: manager}}
  bob: {project: acme}
pools:
  alpha: {total_capacity_gb: 10}
resources:
  - {kind: share_type, name: gold, extra_specs: {snapshot_support: "True"}}
  - {kind: share, name: db, size: 5, share_type: gold, user: alice, metadata: {tier: gold}}
  - kind: snapshot
    repeat: 3
    share: db
    name: nightly-{n}
    metadata: {number: "{n}"}
    status: error
  - {kind: access_rule, share: db, access_to: 10.0.0.1}
quotas:
  - {limits: {shares: 7}}
  - {project: acme, limits: {snapshots: 4}}
  - {project: acme, user: bob, limits: {snapshots: 3}}
  - {project: acme, share_type: gold, limits: {gigabytes: 20}}
delays: {snapshots.create: 30s}
faults:
  - {preset: "quota:snapshots", match: {project: acme}}
"""


def test_a_world_starts_with_all_that_its_scenario_has(tmp_path: Path) -> None:
    api = started(write(tmp_path / "tenant.yaml", TENANT))
    login = api.login("alice", password="s3cret")
    assert login.status == 401  # in demo; she works in acme
    identity = api.world.identity
    acme, alice, bob = identity.find_project("acme"), identity.find_user("alice"), identity.find_user("bob")
    assert acme is not None
    assert alice is not None
    assert bob is not None
    assert (alice["default_project_id"], bob["default_project_id"]) == (acme["id"], acme["id"])
    assert names(api, "/v2/snapshots?all_tenants=1", user="admin") == ["nightly-3", "nightly-2", "nightly-1"]
    (share,) = api.get("/v2/shares/detail?all_tenants=1", user="admin").json["shares"]
    assert (share["name"], share["size"], share["share_type_name"], share["project_id"]) == (
        "db",
        5,
        "gold",
        acme["id"],
    )
    quota = api.get(f"/v2/quota-sets/{acme['id']}", user="admin").json["quota_set"]
    assert (quota["shares"], quota["snapshots"], quota["gigabytes"]) == (7, 4, 1000)
    assert api.world.delays.to_json() == {"default": 0, "snapshots.create": "30s"}
    assert [rule.preset for rule in api.world.faults] == ["quota:snapshots"]


def test_every_world_and_every_reset_start_from_it() -> None:
    api = started({"resources": [{"kind": "share", "name": "db"}], "faults": ["lb-502"]})
    worlds = (api.world, api.at(world="other").world)
    api.world.faults.clear()
    api.world.store["shares"].remove(next(iter(api.world.store["shares"]))["id"])
    api.world.reset()
    for world in worlds:
        assert [rule.preset for rule in world.faults] == ["lb-502"]
        assert [share["name"] for share in world.store["shares"]] == ["db"]


def test_the_same_seed_gives_the_same_world() -> None:
    document = {"resources": [{"kind": "share", "repeat": 3, "name": "db-{n}"}]}
    one, two = started(document, seed=7), started(document, seed=7)
    assert state.dump(one.world) == state.dump(two.world)
    assert state.dump(started(document, seed=8).world) != state.dump(one.world)


def test_settings_of_a_scenario_are_those_of_its_worlds() -> None:
    document = {
        "seed": 7,
        "clock": {"start": "2030-01-01T00:00:00", "mode": "manual"},
        "identity": "open",
        "token_ttl": "5m",
        "strict": True,
        "min_microversion": "2.7",
        "max_microversion": "2.60",
    }
    settings = Scenario.load(document).settings(Settings())
    assert (settings.seed, settings.identity, settings.strict) == (7, "open", True)
    assert settings.token_ttl == timedelta(minutes=5)
    assert (str(settings.min_microversion), str(settings.max_microversion)) == ("2.7", "2.60")
    world = Worlds(settings).get()
    assert (world.now(), world.clock.rate) == (datetime(2030, 1, 1), 0.0)


@pytest.mark.parametrize(
    ("clock", "rate"),
    [({"mode": "manual"}, 0.0), ({"mode": "real"}, 1.0), ({"rate": 60}, 60), ({"mode": "real", "rate": 60}, 60)],
    ids=str,
)
def test_a_clock_stands_still_or_runs(clock: dict[str, Any], rate: float) -> None:
    assert Worlds(Scenario.load({"clock": clock}).settings(Settings())).get().clock.rate == rate


def test_of_several_scenarios_the_later_one_wins_and_lists_are_appended(tmp_path: Path) -> None:
    first = write(
        tmp_path / "first.yaml",
        """
        max_microversion: 2.70
        delays: {default: 1s, shares.create: 2s}
        pools: {alpha: {total_capacity_gb: 10}}
        resources: [{kind: share, name: one, project: late}]
        """,
    )
    second = write(
        tmp_path / "second.json",
        json.dumps(
            {
                "max_microversion": "2.80",
                "delays": {"shares.create": "3s"},
                "projects": {"late": {}},
                "pools": {"alpha": {"total_capacity_gb": 20}},
                "resources": [{"kind": "share", "name": "two", "project": "late"}],
            }
        ),
    )
    api = started(first, second)
    assert names(api, "/v2/shares?all_tenants=1", user="admin", version="2.80") == ["two", "one"]
    assert api.world.delays.to_json() == {"default": "1s", "shares.create": "3s"}
    assert str(api.world.settings.max_microversion) == "2.80"
    assert there(api.world.store["pools"].first(lambda pool: "alpha" in pool["host"]))["total_capacity_gb"] == 20
    assert str(Scenario.load(first).settings(Settings()).max_microversion) == "2.70"


def test_plain_words_of_yaml_1_1_are_texts(tmp_path: Path) -> None:
    text = "resources: [{kind: share, name: yes, created_at: 2020-01-01T00:00:00, description: 010, metadata: {a: no}}]"
    api = started(write(tmp_path / "words.yaml", text))
    (share,) = api.get("/v2/shares/detail").json["shares"]
    assert (share["name"], share["description"], share["metadata"]) == ("yes", "010", {"a": "no"})
    assert share["created_at"] == "2020-01-01T00:00:00.000000"


def test_a_field_with_nothing_in_it_is_none(tmp_path: Path) -> None:
    api = started(write(tmp_path / "bare.yaml", "users:\n  bob:\nprojects:\n  acme:\nresources:\n  # none yet\n"))
    assert api.login("bob").status == 201
    assert api.world.identity.find_project("acme") is not None


def test_an_empty_file_is_a_scenario(tmp_path: Path) -> None:
    assert names(started(write(tmp_path / "empty.yaml", "# nothing\n")), "/v2/shares") == []


# On a world as it is


def test_a_running_world_is_given_what_a_scenario_says(api: Api) -> None:
    api.make_share(name="before")
    document = {**yaml.safe_load(TENANT), "clock": {"start": "2030-01-01T00:00:00"}, "max_microversion": "2.80"}
    made = Scenario.load(document).apply(api.world)
    assert [kind for kind, _ in made] == ["share_type", "share", "snapshot", "snapshot", "snapshot", "access_rule"]
    assert {record["created_at"] for _, record in made} == {"2030-01-01T00:00:00.000000"}
    assert api.world.now() == datetime(2030, 1, 1)
    assert str(api.world.settings.max_microversion) == "2.80"
    api.world.reset()
    assert str(api.world.settings.max_microversion) == "2.99"
    assert api.records() == Api().records()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"resources": [{"kind": "share", "name": "a"}, {"kind": "share", "siz": 1}]},
            "resources[1].siz: 'siz' is not a known",
        ),
        ({"resources": [{"kind": "shar"}]}, "resources[0].kind: 'shar' is not one of the allowed values; did you mean"),
        ({"resources": [{"name": "db"}]}, "resources[0].kind: is missing"),
        ({"resources": [{"kind": "share"}, {"kind": "snapshot", "share": "x"}]}, "resources[1].share: there is no"),
        ({"resources": [{"kind": "share", "repeat": 5.0}]}, "resources[0].repeat: 5.0 is not an integer"),
        ({"resources": [{"kind": "share", "name": "x" * 250 + "{n}{n}{n}{n}", "repeat": 15}]}, "resources[0].name: "),
        ({"resources": [{"kind": "share"}], "quotas": [{"project": "x", "limits": {}}]}, "quotas[0].project: there"),
        ({"resources": [{"kind": "share"}], "quotas": [{"limits": {"share": 1}}]}, "quotas[0].limits.share: "),
        ({"quotas": [{"user": "demo", "limits": {}}]}, "quotas[0].project: is missing"),
        ({"quotas": [{"project": "demo", "share_type": "default", "user": "demo", "limits": {}}]}, "quotas[0].share_t"),
        (
            {"quotas": [{"project": "demo", "share_type": "default", "limits": {"share_networks": 1}}]},
            "quotas[0].limits.share_networks: ",
        ),
        ({"projects": {"p": {}}, "users": {"u": {"roles": {"p": "membr"}}}}, "users.u.roles.p: there is no role"),
        ({"projects": {"p": {}}, "users": {"u": {"project": "q"}}}, "users.u.project: there is no project 'q'"),
        ({"users": {"u": {"roles": {"p": 1}}}}, "users.u.roles.p: 1 is not valid: a role's name or a list of them"),
        ({"pools": {"alpha": {"total_capacity_gb": 1}, "omega": {}}}, "pools.omega: there is no pool 'omega'"),
        ({"pools": {"a@b#c": {}}}, "pools.a@b#c.availability_zone: is missing"),
        ({"pools": {"alpha": {"availability_zone": "manila-zone-9"}}}, "pools.alpha.availability_zone: there is no"),
        ({"pools": {"alpha": {"capacity": 1}}}, "pools.alpha.capacity: 'capacity' is not a known field; did you mean"),
        ({"delays": {"snapshot.create": "1s"}}, "delays: no operation is called 'snapshot.create'"),
        ({"delays": {"snapshots.create": "soon"}}, "delays['snapshots.create']: 'soon'"),
        ({"faults": [{"preset": "lb-502", "when": {"times": 0}}]}, "faults[0].when.times: 0"),
        ({"faults": ["lb-50"]}, "faults[0].preset: no preset is called 'lb-50'; did you mean 'lb-5"),
        ({"clock": {"start": "noon"}}, "clock.start: 'noon' is not a valid time"),
        ({"clock": {"rate": 0}}, "clock.rate: 0 would stop the clock"),
        ({"clock": {"rate": 5, "mode": "manual"}}, "clock.rate: 5 is not a valid rate for a manual clock"),
        ({"token_ttl": "soon"}, "token_ttl: 'soon' is not a valid duration"),
        ({"max_microversion": "2.100"}, "max_microversion: '2.100'"),
        ({"max_microversion": 2.6}, "max_microversion: 2.6 is not a string"),
        ({"min_microversion": "2.50", "max_microversion": "2.7"}, "min_microversion: 2.50 is above max_microversion"),
        ({"clock": {"rate": float("nan")}}, "clock.rate: nan"),
        ({"pools": {"alpha": {"total_capacity_gb": float("nan")}}}, "pools.alpha.total_capacity_gb: nan"),
        ({"users": {"": {}}}, "users: "),
        ({"seed": 7}, "seed: 7 comes too late"),
        ({"resource": []}, "resource: 'resource' is not a known field; did you mean 'resources'?"),
        ([], "[] is not a scenario: expected a mapping"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named_and_nothing_changes(api: Api, document: Any, message: str) -> None:
    api.make_share(name="before")
    api.world.settle()
    before = state.dump(api.world)
    answer = api.post("/_fakemanila/scenario", document)
    assert answer.status == 400
    assert answer.json["error"].startswith(message)
    assert state.dump(api.world) == before


# Files


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "resources:\n  - kind: share\n    name: db\n  - kind: share\n    size: 0\n",
            ":5: resources[1].size: 0 is out of range",
        ),
        ("resources:\n  - kind: share\n  - kind: snapshot\n    share: bd\n", ":4: resources[1].share: there is no"),
        (
            '{\n "resources": [\n  {"kind": "share",\n   "siz": 1}\n ]\n}',
            ":4: resources[0].siz: 'siz' is not a known field",
        ),
        ("resources:\n  - name: db\n", ":2: resources[0].kind: is missing"),
        ("\nusers:\n  u:\n    roles: {demo: membr}\n", ":4: users.u.roles.demo: there is no role 'membr'"),
        ("faults:\n  - lb-502\n  - preset: lb-502\n    when:\n      times: 0\n", ":5: faults[1].when.times: 0"),
        ("delays:\n  default: 1s\n  shares.create: soon\n", ":3: delays['shares.create']: 'soon'"),
        ("delays: {}\ndelay: {}\n", ":2: delay: 'delay' is not a known field; did you mean 'delays'?"),
        ("- delays\n", ":1: ['delays'] is not a scenario"),
        ("seed: 1\nseed: 2\n", ":2: 'seed' is given twice"),
        ("1: 2\n", ":1: '1' is not a string"),
        ("delays: {\n", ":2: "),
        ("clock:\n  start: noon\n", ":2: clock.start: 'noon' is not a valid time"),
    ],
)
def test_an_error_says_file_line_and_field(tmp_path: Path, text: str, place: str) -> None:
    path = write(tmp_path / "slow.yaml", text)
    with pytest.raises(ScenarioError) as caught:
        started(path).world  # noqa: B018
    assert str(caught.value).startswith(f"{path}{place}")


def test_an_error_says_which_of_several_files_it_is_in(tmp_path: Path) -> None:
    fine = write(tmp_path / "fine.yaml", "resources: [{kind: share, name: db}]\n")
    wrong = write(tmp_path / "wrong.yaml", "# a comment\nresources:\n - {kind: snapshot, share: bd}\n")
    with pytest.raises(ScenarioError, match=r"wrong\.yaml:3: resources\[0\]\.share: .*did you mean 'db'"):
        started(fine, wrong).world  # noqa: B018


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff\xfe\x00", "it is not UTF-8"), (b"[" * 10_000, "too deeply"), (b"a: &x [*x]", "too deeply")],
    ids=["no text", "too deep", "a circle"],
)
def test_what_is_no_scenario_at_all_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=message):
        Scenario.load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="does not exist"):
        Scenario.load(tmp_path / "no-such-file.yaml")
    with pytest.raises(ScenarioError, match="Is a directory"):
        Scenario.load(tmp_path)


# Whatever comes

WORDS = st.sampled_from(["", "db", "demo", "default", "alpha", "1s", "2.65", "10.0.0.1", "{n}", "lb-502", "🐘"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**33) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


NAMES = {
    "share": "db",
    "snapshot": "before",
    "share_type": "default",
    "share_group_type": "default",
    "share_group": "app",
    "project": "alt_demo",
    "user": "demo",
    "pool": "alpha",
    "availability_zone": "manila-zone-0",
}
EXAMPLES = {"size": 2, "metadata": {"tier": "gold-{n}"}, "access_to": "10.0.0.{n}", "repeat": 3, "name": "n-{n}"}


def mostly_right(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    right: Any = EXAMPLES.get(name, NAMES.get(schema.get("x-of", "")))
    good = st.sampled_from(schema["enum"]) if "enum" in schema else WORDS if right is None else st.just(right)
    return st.integers(0, 9).flatmap(lambda luck: VALUES if luck == 0 else good)


def fields_of(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    schemas = dict(properties(schema_of(kind)))
    known = {name: mostly_right(name, schema) for name, schema in schemas.items() if name not in ("kind", "id")}
    needed = {"share", "share_group", "access_to", "name"} & known.keys() if kind != "share" else {"name"}
    # Not all of them at once: one wrong field hides the others.
    chosen = st.lists(st.sampled_from(sorted(known.keys() - needed)), unique=True, max_size=3)
    return chosen.flatmap(
        lambda names: st.fixed_dictionaries(
            {"kind": st.just(kind), **{name: known[name] for name in (*needed, *names)}}
        )
    )


RESOURCES = st.sampled_from(sorted(SEEDS)).flatmap(fields_of)
DOCUMENTS = st.fixed_dictionaries({"resources": st.lists(RESOURCES, max_size=3)}) | st.fixed_dictionaries(
    {}, optional=dict.fromkeys(properties("scenario.json#"), VALUES)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=DOCUMENTS)
def test_any_document_is_done_or_refused_as_a_whole(api: Api, document: dict[str, Any]) -> None:
    world = api.worlds.get("any")
    world.reset()
    there = [
        {"kind": "share", "name": "db"},
        {"kind": "snapshot", "share": "db", "name": "before"},
        {"kind": "share_group", "name": "app"},
    ]
    Scenario.load({"resources": there}).apply(world)
    before = state.dump(world)
    try:
        Scenario.load(document).apply(world)
    except ScenarioError:
        assert state.dump(world) == before
    doc = state.dump(world)
    state.load(world, json.loads(json.dumps(doc)))
    assert state.dump(world) == doc
