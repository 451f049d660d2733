"""Manila's services, the pools behind them, and extensions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.manila.backend import backends

from ...api import Api

ALPHA = "oracle@alpha#fake_pool_for_ALPHA"
DATA = {"host": "oracle", "binary": "manila-data"}


@pytest.fixture
def api() -> Api:
    return Api().at(user="admin")


def services(api: Api, query: str = "", **options: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/v2/services?{query}", **options)
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.json["services"]
    return found


class TestServices:
    def test_the_services_of_a_deployment_are_up_and_enabled(self, api: Api) -> None:
        found = services(api)
        assert [service["id"] for service in found] == [1, 2, 3, 4, 5, 6]
        assert {(service["status"], service["state"]) for service in found} == {("enabled", "up")}
        assert [service["host"] for service in found if service["binary"] == "manila-share"] == [
            "oracle@alpha", "oracle@beta", "oracle@gamma", "oracle@delta",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("host=ORACLE", 2),
            ("binary=manila-share", 4),
            ("zone=nova", 2),
            ("zone=nowhere", 0),
            ("state=down", 0),
            ("status=enabled", 6),
            ("status=bogus", 0),
            ("ensuring=no", 6),
            ("ensuring=maybe", 0),
            ("topic=manila-data", 1),
            ("bogus=1", 6),
        ],
    )
    def test_lists_are_filtered(self, api: Api, query: str, count: int) -> None:
        assert len(services(api, query)) == count

    def test_only_administrators_see_and_switch_services(self, api: Api) -> None:
        for user in ("demo", "demo_manager", "demo_reader"):
            assert api.get("/v2/services", user=user).fault == (403, "forbidden")
            assert api.put("/v2/services/disable", DATA, user=user).fault == (403, "forbidden")

    def test_a_service_is_disabled_for_a_reason_and_enabled_again(self, api: Api) -> None:
        disabled = api.put("/v2/services/disable", {**DATA, "disabled_reason": " tea "})
        assert disabled.json == {**DATA, "status": "disabled", "disabled_reason": "tea", "ensuring": None}
        (listed,) = services(api, "status=disabled")
        assert listed["disabled_reason"] == "tea"
        assert api.put("/v2/services/enable", DATA).json["status"] == "enabled"
        assert services(api, "status=disabled") == []
        assert {service["disabled_reason"] for service in services(api)} == {None}

    def test_names_are_compared_as_the_database_does_and_echoed_as_they_came(self, api: Api) -> None:
        body = {"host": "ORACLE", "binary": "Manila-Data"}
        assert api.put("/v2/services/disable", body, version="2.7").json == {**body, "status": "disabled"}
        (listed,) = services(api, "status=disabled")
        assert (listed["host"], listed["binary"]) == ("oracle", "manila-data")

    def test_zones_are_those_of_enabled_services(self, api: Api) -> None:
        def zones() -> set[str]:
            return {zone["name"] for zone in api.get("/v2/availability-zones", user="demo").json["availability_zones"]}

        assert zones() == {"nova", "manila-zone-0", "manila-zone-1", "manila-zone-2", "manila-zone-3"}
        api.put("/v2/services/disable", {"host": "oracle@alpha", "binary": "manila-share"})
        api.put("/v2/services/disable", DATA)
        assert zones() == {"nova", "manila-zone-1", "manila-zone-2", "manila-zone-3"}

    def test_reasons_came_with_2_83(self, api: Api) -> None:
        body = {**DATA, "disabled_reason": "tea"}
        assert api.put("/v2/services/disable", body, version="2.82").fault == (400, "badRequest")
        assert services(api, "status=disabled") == []
        assert api.put("/v2/services/disable", body, version="2.83").status == 200
        assert api.put("/v2/services/enable", DATA, version="2.82").json == {**DATA, "status": "enabled"}
        (kept,) = services(api, "binary=manila-data")
        assert kept["disabled_reason"] == "tea", "only those who know of reasons take them away"

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"host": "nowhere"}, 404),
            ({"binary": "manila-share"}, 404),
            ({"host": None}, 404),
            ({"host": 5}, 404),
            ({"host": ["oracle"]}, 400),
            ({"disabled_reason": "  "}, 400),
            ({"disabled_reason": "x" * 256}, 400),
            ({"disabled_reason": 5}, 400),
        ],
    )
    def test_what_cannot_be_disabled_is_refused(self, api: Api, fields: dict[str, Any], code: int) -> None:
        api.token()
        before = api.records()
        assert api.put("/v2/services/disable", {**DATA, **fields}).fault[0] == code
        assert api.records() == before

    @pytest.mark.parametrize("body", [{}, {"host": "oracle"}, {"binary": "manila-data"}, [], "text"])
    def test_host_and_binary_are_wanted(self, api: Api, body: Any) -> None:
        assert api.put("/v2/services/enable", body).fault == (400, "badRequest")

    def test_the_old_path_is_for_old_versions(self, api: Api) -> None:
        assert len(api.get("/v2/os-services", version="2.6").json["services"]) == 6
        assert api.put("/v2/os-services/disable", DATA, version="2.6").json == {**DATA, "status": "disabled"}
        assert api.get("/v2/os-services", version="2.7").fault == (404, "itemNotFound")
        assert api.get("/v2/services", version="2.6").fault == (404, "itemNotFound")


class TestEnsuringShares:
    def test_shares_of_a_backend_are_ensured(self) -> None:
        api = Api(delays={"services.ensure_shares": "10s"})
        mine, other = api.make_share(availability_zone="manila-zone-0"), api.make_share()
        body = {"ensure_shares": {"host": "oracle@alpha"}}
        assert api.post("/v2/services/ensure-shares", body, user="admin").status == 202
        statuses = {share["id"]: share["status"] for share in api.get("/v2/shares/detail").json["shares"]}
        assert statuses == {mine["id"]: "ensuring", other["id"]: "available"}
        admin = api.at(user="admin")
        assert [service["host"] for service in services(admin, "ensuring=true")] == ["oracle@alpha"]
        api.world.clock.advance(timedelta(seconds=10))
        assert api.get(f"/v2/shares/{mine['id']}").json["share"]["status"] == "available"
        assert services(admin, "ensuring=true") == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"ensure_shares": {"host": "nowhere"}}, 404),
            ({"ensure_shares": {"host": "oracle"}}, 404),
            ({"ensure_shares": {}}, 400),
            ({"ensure_shares": {"host": None}}, 400),
            ({"ensure_shares": None}, 400),
            ({"host": "oracle@alpha"}, 400),
            ({"ensure_shares": {"host": "oracle@alpha", "zone": "nova"}}, 400),
            ({"ensure_shares": {"host": "oracle@alpha"}, "zone": "nova"}, 400),
        ],
    )
    def test_it_wants_a_backend(self, api: Api, body: Any, code: int) -> None:
        assert api.post("/v2/services/ensure-shares", body).fault[0] == code

    def test_a_backend_that_is_down_cannot(self, api: Api) -> None:
        for service in api.world.store["services"]:
            service["state"] = "down"
        body = {"ensure_shares": {"host": "oracle@alpha"}}
        assert api.post("/v2/services/ensure-shares", body).fault == (409, "conflictingRequest")

    def test_it_came_with_2_86_and_is_for_administrators(self, api: Api) -> None:
        body = {"ensure_shares": {"host": "oracle@alpha"}}
        assert api.post("/v2/services/ensure-shares", body, version="2.85").fault == (404, "itemNotFound")
        assert api.post("/v2/services/ensure-shares", body, user="demo").fault == (403, "forbidden")


class TestPools:
    def names(self, api: Api, query: str, **options: Any) -> list[str]:
        answer = api.get(f"/v2/scheduler-stats/pools?{query}", **options)
        assert answer.status == 200, answer
        return [pool["backend"] for pool in answer.json["pools"]]

    @pytest.mark.parametrize(
        ("query", "backends"),
        [
            ("", ["alpha", "beta", "gamma", "delta"]),
            ("pool=fake_pool_for_ALPHA", ["alpha"]),
            ("pool=.*(ALPHA|BETA)", ["alpha", "beta"]),
            ("pool=ALPHA", []),
            ("host=oracle&backend=.*lta", ["delta"]),
            ("name=oracle@gamma", ["gamma"]),
            ("share_type=dhss_true", ["gamma", "delta"]),
            ("share_type=default&backend=beta", ["beta"]),
            ("bogus=1", []),
            ("pool_name=fake_pool_for_ALPHA", []),
        ],
    )
    def test_lists_are_filtered(self, api: Api, query: str, backends: list[str]) -> None:
        assert self.names(api, query) == backends

    def test_types_are_a_filter_since_2_23(self, api: Api) -> None:
        assert len(self.names(api, "share_type=default", version="2.23")) == 2
        assert self.names(api, "share_type=default", version="2.22") == []

    @pytest.mark.parametrize("query", ["share_type=bogus", "pool=(", "capabilities=%7B%7D"])
    def test_what_makes_no_sense_is_refused(self, api: Api, query: str) -> None:
        assert api.get(f"/v2/scheduler-stats/pools?{query}").fault == (400, "badRequest")

    def test_room_goes_with_the_shares_that_come(self, api: Api) -> None:
        def free() -> float:
            (pool,) = api.get("/v2/scheduler-stats/pools/detail?backend=alpha").json["pools"]
            return float(pool["capabilities"]["free_capacity_gb"])

        backends.set_pool(api.world, ALPHA, total_capacity_gb=100)
        assert free() == 100
        share = api.make_share(size=7, availability_zone="manila-zone-0")
        api.get("/v2/shares")
        assert free() == 93
        api.action(f"/v2/shares/{share['id']}", "extend", {"new_size": 10}, user="admin")
        api.delete(f"/v2/shares/{share['id']}")
        api.get("/v2/shares")
        assert free() == 100

    def test_a_thin_pool_says_what_it_has_promised(self, api: Api) -> None:
        backends.set_pool(api.world, ALPHA, total_capacity_gb=100, capabilities={"thin_provisioning": True})
        api.make_share(size=7, availability_zone="manila-zone-0")
        api.get("/v2/shares")
        (pool,) = api.get("/v2/scheduler-stats/pools/detail?backend=alpha").json["pools"]
        shown = pool["capabilities"]
        assert (shown["free_capacity_gb"], shown["allocated_capacity_gb"], shown["provisioned_capacity_gb"]) == (
            100,
            7,
            7,
        )

    def test_disabled_backends_are_left_out(self, api: Api) -> None:
        api.put("/v2/services/disable", {"host": "oracle@alpha", "binary": "manila-share"})
        assert self.names(api, "") == ["beta", "gamma", "delta"]

    @pytest.mark.parametrize("path", ["pools", "pools/detail"])
    def test_pools_are_for_administrators(self, api: Api, path: str) -> None:
        assert api.get(f"/v2/scheduler-stats/{path}", user="demo_manager").fault == (403, "forbidden")


def test_there_are_no_extensions(api: Api) -> None:
    assert api.get("/v2/extensions", user="demo_reader").json == {"extensions": []}
    assert api.get("/v2/extensions/os-share-manage", user="demo").fault == (404, "itemNotFound")
