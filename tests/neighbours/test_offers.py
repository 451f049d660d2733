"""Which services beside Manila there are, wherever one says so."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from fakemanila import FakeManila
from fakemanila.cli.program import main
from fakemanila.neighbours.offers import OFFERS, parse
from fakemanila.world.state import document as state

from ..api import Api

NETWORKS = "/network/v2.0/networks"
ALL = frozenset(OFFERS)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("all", ALL),
        ("manila", frozenset()),
        ("network", {"network"}),
        (" network , manila", {"network"}),
        (["network"], {"network"}),
        ([], frozenset()),
        (["manila", "all"], ALL),
    ],
)
def test_are_named_by_their_types(value: Any, found: frozenset[str]) -> None:
    assert parse(value) == found


@pytest.mark.parametrize("value", ["netwerk", ["netwerk"], "network,netwerk"])
def test_that_do_not_exist_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^services: 'netwerk' is not one of all, manila, .*; did you mean 'network'"):
        parse(value)
    with pytest.raises(ValueError, match="'netwerk'"):
        FakeManila(services=value)


def test_are_refused_by_the_command_line() -> None:
    result = CliRunner().invoke(main, ["serve", "--services", "netwerk"])
    assert result.exit_code == 2
    assert "Invalid value for '--services': 'netwerk' is not one of" in result.output


def test_are_an_option_in_python() -> None:
    with FakeManila(services=["network"], serve=False) as manila:
        assert manila.session().get("/v2.0/networks", endpoint_filter={"service_type": "network"}) is not None
        assert [each.id for each in manila.records("network")] == []


def test_are_a_field_of_a_scenario_also_of_one_that_comes_later() -> None:
    api = Api()
    assert api.get(NETWORKS).status == 404
    scenario = {"services": "network", "resources": [{"kind": "network", "name": "a"}]}
    applied = api.post("/_fakemanila/scenario", scenario)
    assert applied.status == 201, applied
    assert [each["name"] for each in api.get(NETWORKS).json["networks"]] == ["a"]
    assert "network" in [each["type"] for each in api.login("demo").json["token"]["catalog"]]
    api.post("/_fakemanila/scenario", {"services": ["manila"]})
    assert api.get(NETWORKS).status == 404
    assert "network" not in [each["type"] for each in api.login("demo").json["token"]["catalog"]]


def test_are_the_servers_whatever_a_world_was_that_is_loaded() -> None:
    with_all, without = Api(services=ALL), Api()
    document = state.dump(without.world)
    state.load(with_all.world, document)
    assert "network" in [each["type"] for each in with_all.login("demo").json["token"]["catalog"]]
    state.load(without.world, state.dump(with_all.world))
    for table in ("services", "endpoints"):
        assert state.dump(without.world)["identity"][table] == document["identity"][table]


def test_are_in_worlds_of_their_own() -> None:
    api = Api(services=ALL).at(version=None)
    other = api.at(world="other")
    other.post(NETWORKS, {"network": {"name": "there"}})
    assert api.get(NETWORKS).json == {"networks": []}
    (link,) = other.get("/network/", user="nobody").json["versions"][0]["links"]
    assert link["href"] == "http://localhost/worlds/other/network/v2.0/"


def test_are_journalled_and_delayed_like_manila() -> None:
    api = Api(services=ALL).at(version=None)
    api.world.faults.add(operation="network.networks.create", do={"delay": "0s"})
    api.post(NETWORKS, {"network": {"name": "a"}})
    entry = list(api.world.journal)[-1]
    assert (entry.operation, entry.status, entry.project_name) == ("network.networks.create", 201, "demo")
    assert len(entry.faults) == 1
    found = api.get("/_fakemanila/requests", query={"operation": "network.*"}).json["requests"]
    assert [each["operation"] for each in found] == ["network.networks.create"]


def test_a_fault_may_be_about_the_resource_that_a_path_names() -> None:
    api = Api(services=ALL).at(version=None)
    made = [api.post(NETWORKS, {"network": {"name": name}}).json["network"]["id"] for name in "ab"]
    api.world.faults.add(resource={"name": "b"}, do={"respond": {"status": 404, "error": "NetworkNotFound"}})
    assert [api.get(f"{NETWORKS}/{id}").status for id in made] == [200, 404]
    assert api.get(f"{NETWORKS}/{made[1]}").json["NeutronError"]["type"] == "NetworkNotFound"


def test_a_bug_of_ours_is_told_in_the_services_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(services=ALL).at(version=None)
    monkeypatch.setattr("fakemanila.neighbours.network.access.sees_network", None)
    api.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    api.post(NETWORKS, {"network": {"name": "a"}})
    assert api.get(NETWORKS).json["NeutronError"]["type"] == "HTTPInternalServerError"


def test_are_on_the_dashboard_with_what_they_keep() -> None:
    api = Api(services=ALL).at(version=None)
    id = api.post(NETWORKS, {"network": {"name": "private"}}).json["network"]["id"]
    api.put(f"/network/v2.0/quotas/{api.project_id()}", {"quota": {"network": 7}}, user="admin")
    listed = api.get("/_fakemanila/ui/resources", query="kind=networks")
    assert "private" in listed.text
    assert "network_quotas" not in listed.text
    assert api.get(f"/_fakemanila/ui/resources/networks/{id}").status == 200
