"""Older releases of OpenStack, as far as callers can tell them from the newest one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fakemanila import FakeManila
from fakemanila.releases import NEWEST, RELEASES, Release, find
from fakemanila.versions import MAXIMUM
from fakemanila.world.world import Settings

from ..api import NOBODY, Api, there

pytestmark = pytest.mark.filterwarnings("ignore")  # the clients warn of what is deprecated in the libraries below them
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "releases.md"


def api(release: str, **settings: Any) -> Api:
    return Api(release=find(release), **settings)


@pytest.mark.parametrize(
    ("name", "cap"), [("2025.1", "2.89"), ("2025.2", "2.91"), ("2026.1", "2.95"), ("2026.2", "2.99")]
)
def test_microversions_end_where_the_release_ends(name: str, cap: str) -> None:
    api_ = api(name)
    api_.version = cap
    assert api_.get("/v2/shares").status == 200
    (document,) = api_.get("/v2/").json["versions"]
    assert (document["version"], document["min_version"]) == (cap, "2.0")
    major, _, minor = cap.partition(".")
    api_.version = f"{major}.{int(minor) + 1}"
    assert api_.get("/v2/shares").status == 406


def test_names_and_code_names_mean_the_same() -> None:
    assert find("Epoxy") is find("epoxy") is find("2025.1") is RELEASES[0]
    assert NEWEST.max_microversion == MAXIMUM == Settings().newest_microversion
    with pytest.raises(
        ValueError, match=r"'Zed' is not a release; there are 2025\.1 \(Epoxy\), .*2026\.2 \(Hibiscus\)"
    ):
        find("Zed")


def test_a_lower_microversion_counts_and_a_higher_one_does_not() -> None:
    with FakeManila(serve=False, release="Epoxy", max_microversion="2.70") as manila:
        assert manila.control.health()["max_microversion"] == "2.70"
    with FakeManila(serve=False, release="Epoxy", max_microversion="2.95") as manila:
        health = manila.control.health()
        assert (health["release"], health["max_microversion"]) == ("2025.1", "2.89")
        assert str(manila.client().api_version.get_string()) == "2.89"
    with pytest.raises(
        ValueError, match=r"min_microversion: 2\.95 is above 2\.89, the newest one of 2025\.1 \(Epoxy\)"
    ):
        FakeManila(release="Epoxy", min_microversion="2.95")


def test_a_scenario_says_it_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_text("release: 2025.1\n")
    with FakeManila(serve=False, scenario=path) as manila:
        assert manila.control.health()["release"] == "2025.1"
    path.write_text("release: 2024.2\n")
    with pytest.raises(ValueError, match=r"old\.yaml:1: release: '2024\.2' is not a release; there are 2025\.1"):
        FakeManila(scenario=path)


@pytest.mark.parametrize(("name", "ids"), [("2025.2", ["v1.0", "v2.0"]), ("2026.1", ["v2.0"])])
def test_the_first_version_is_listed_until_it_was_removed(name: str, ids: list[str]) -> None:
    api_ = api(name)
    api_.version = "2.89"
    found = api_.get("/", user=NOBODY).json["versions"]
    assert [each["id"] for each in found] == ids
    assert [each["id"] for each in api_.get("/v2/").json["versions"]] == ["v2.0"]
    if len(found) > 1:
        first = found[0]
        assert (first["status"], first["version"], first["min_version"]) == ("DEPRECATED", "", "")
        assert first["links"][-1]["href"].endswith("/v1/")


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_clients_find_the_second_version(release: Release) -> None:
    with FakeManila(serve=False, release=release.name) as manila:
        data = there(manila.session().get_endpoint_data(service_type="shared-file-system", region_name="RegionOne"))
        assert (data.min_microversion, data.max_microversion) == ((2, 0), tuple(release.max_microversion))
        assert list(manila.connect().shared_file_system.shares()) == []


@pytest.mark.parametrize(("name", "both"), [("2025.1", False), ("2025.2", True)])
def test_the_id_of_a_request_has_one_name_or_two(name: str, both: bool) -> None:
    api_ = api(name)
    api_.version = "2.89"
    headers = api_.get("/v2/shares").headers
    assert ("x-openstack-request-id" in headers) is both
    assert "x-compute-request-id" in headers


@pytest.mark.parametrize(("name", "shown"), [("2025.2", True), ("2026.1", False)])
def test_what_a_network_is_made_of_is_shown_to_everybody_or_not(name: str, shown: bool) -> None:
    with FakeManila(serve=False, release=name) as manila:
        network = manila.create("share_network", name="net")
        manila.create("share", name="db", share_type="dhss_true", share_network=network, host="gamma")
        client = manila.client()
        (subnet,) = client.share_networks.get(network.id).share_network_subnets
        assert (subnet["network_type"] is not None) is shown
        found = client.share_networks.list(search_opts={"network_type": "no-such"})
        assert [each.id for each in found] == ([] if shown else [network.id])
        (subnet,) = manila.client("admin", project="demo").share_networks.get(network.id).share_network_subnets
        assert subnet["network_type"] is not None


@pytest.mark.parametrize(("name", "collection"), [("2025.1", "share_groups"), ("2025.2", "share-groups")])
def test_links_have_names_that_lead_somewhere_or_not(name: str, collection: str) -> None:
    with FakeManila(serve=False, release=name) as manila:
        session = manila.session()
        group = manila.create("share_group", name="a")
        asked: dict[str, Any] = {"endpoint_filter": {"service_type": "sharev2"}, "microversion": "2.89"}
        found = session.get("/share-groups?limit=1", **asked).json()
        assert found["share_groups_links"][0]["href"].endswith(f"/v2/{collection}?limit=1&marker={group.id}")
        own = session.get(f"/share-groups/{group.id}", **asked).json()["share_group"]["links"][0]["href"]
        assert own.endswith(f"/v2/{collection}/{group.id}")


def test_the_page_has_every_release_and_its_end() -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (\d+) \| (\S+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(each.name, each.code_name, str(each.manila), str(each.max_microversion)) for each in RELEASES]
