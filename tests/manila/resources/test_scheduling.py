"""Where shares come to live, and what is said when no pool fits."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.manila.backend import backends
from fakemanila.manila.backend.capabilities import matches, satisfied

from ...api import UNKNOWN, Api

ALPHA = "oracle@alpha#fake_pool_for_ALPHA"
BETA = "oracle@beta#fake_pool_for_BETA"
POOLS = [f"oracle@{name}#fake_pool_for_{name.upper()}" for name in ("alpha", "beta", "gamma", "delta")]


@pytest.fixture
def api() -> Api:
    return Api()


def place(api: Api, *, user: str = "demo", **fields: Any) -> dict[str, Any]:
    """A new share as administrators see it once it is made."""
    share = api.make_share(user=user, **fields)
    made: dict[str, Any] = api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]
    return made


def refusal(api: Api, **fields: Any) -> tuple[str, str]:
    """Action and detail of the message that a share leaves which found no place."""
    share = place(api, **fields)
    assert (share["status"], share["host"]) == ("error", "")
    (message,) = api.get(f"/v2/messages?resource_id={share['id']}").json["messages"]
    assert message["resource_type"] == "SHARE"
    return message["action_id"], message["detail_id"]


def make_type(api: Api, **specs: str) -> str:
    """The name of a new type with these extra specs; a ``__`` in a key stands for a colon."""
    named = {key.replace("__", ":"): value for key, value in specs.items()}
    return str(api.make_type("special", extra_specs=named)["name"])


class TestSpreading:
    def test_the_pool_with_the_most_room_is_taken(self, api: Api) -> None:
        backends.set_pool(api.world, ALPHA, total_capacity_gb=100)
        backends.set_pool(api.world, BETA, total_capacity_gb=103)
        hosts = [place(api, size=2)["host"] for _ in range(4)]
        assert hosts == [BETA, BETA, ALPHA, BETA]

    def test_pools_with_as_much_room_take_turns(self, api: Api) -> None:
        assert [place(api)["host"] for _ in range(4)] == [ALPHA, BETA, ALPHA, BETA]

    def test_a_deleted_share_leaves_its_room(self, api: Api) -> None:
        for host in POOLS:
            backends.set_pool(api.world, host, total_capacity_gb=5 if host == ALPHA else 0)
        share = place(api, size=5)
        assert refusal(api, size=1) == ("001", "009")
        assert api.delete(f"/v2/shares/{share['id']}").status == 202
        assert place(api, size=5)["host"] == ALPHA


class TestFilters:
    def test_a_zone_without_a_backend_has_no_place(self, api: Api) -> None:
        assert refusal(api, availability_zone="nova") == ("001", "007")

    def test_the_zone_asked_for_is_taken(self, api: Api) -> None:
        assert place(api, availability_zone="manila-zone-1")["host"] == BETA

    def test_the_zones_of_a_type_hold(self, api: Api) -> None:
        name = make_type(api, availability_zones="manila-zone-1,nova")
        assert {place(api, share_type=name)["host"] for _ in range(3)} == {BETA}

    @pytest.mark.parametrize(("version", "status"), [("2.47", "available"), ("2.48", "error")])
    def test_the_zones_of_a_type_hold_since_2_48(self, api: Api, version: str, status: str) -> None:
        name = make_type(api, availability_zones="nova")
        assert place(api.at(version=version), share_type=name)["status"] == status

    def test_a_size_that_fits_nowhere(self, api: Api) -> None:
        for host in POOLS:
            backends.set_pool(api.world, host, total_capacity_gb=10)
        assert refusal(api, size=11) == ("001", "009")

    def test_what_is_reserved_is_not_given_away(self, api: Api) -> None:
        for host in POOLS:
            backends.set_pool(api.world, host, total_capacity_gb=10, capabilities={"reserved_percentage": 21})
        backends.set_pool(api.world, ALPHA, capabilities={"reserved_percentage": 20})
        assert place(api, size=8)["host"] == ALPHA
        assert refusal(api, size=8) == ("001", "009")

    def test_a_thin_pool_promises_more_than_it_has(self, api: Api) -> None:
        for host in POOLS:
            backends.set_pool(api.world, host, total_capacity_gb=0)
        thin = {"thin_provisioning": True, "max_over_subscription_ratio": 2.0}
        backends.set_pool(api.world, ALPHA, total_capacity_gb=10, capabilities=thin)
        assert [place(api, size=10)["host"] for _ in range(2)] == [ALPHA, ALPHA]
        assert refusal(api, size=1) == ("001", "009")

    def test_pools_of_other_types_with_room_let_a_full_one_look_incapable(self, api: Api) -> None:
        for host in (ALPHA, BETA):
            backends.set_pool(api.world, host, total_capacity_gb=10)
        assert refusal(api, size=11) == ("001", "008")

    @pytest.mark.parametrize(
        "specs",
        [
            {"colour": "red"},
            {"capabilities__colour": "red"},
            {"dedupe": "<is> True"},
            {"replication_type": "dr"},
            {"mount_point_name_support": "True"},
            {"snapshot_inherit_share_access_support": "True"},
            {"storage_protocol": "GLUSTERFS"},
            {"share_backend_name": "GAMMA"},
            {"free_capacity_gb": ">= 99999999"},
        ],
    )
    def test_a_type_that_fits_nowhere(self, api: Api, specs: dict[str, str]) -> None:
        assert refusal(api, share_type=make_type(api, **specs)) == ("001", "008")

    @pytest.mark.parametrize(
        "specs",
        [
            {"vendor__colour": "red"},
            {"share_backend_name": "<or> GAMMA <or> alpha"},
            {"pool_name": "s== fake_pool_for_alpha"},
            {"capabilities__share_backend_name": "ALPHA", "dedupe": "False"},
            {"replication_type": "readable", "share_backend_name": "ALPHA"},
        ],
    )
    def test_a_type_that_fits_the_first_pool(self, api: Api, specs: dict[str, str]) -> None:
        assert place(api, share_type=make_type(api, **specs))["host"] == ALPHA

    def test_what_a_pool_is_said_to_report_counts(self, api: Api) -> None:
        backends.set_pool(api.world, BETA, capabilities={"colour": ["red", "blue"], "disk": {"kind": "ssd"}})
        name = make_type(api, colour="blue", capabilities__disk__kind="SSD")
        assert place(api, share_type=name)["host"] == BETA

    def test_replicated_shares_need_a_replication_domain(self, api: Api) -> None:
        for host in (ALPHA, BETA):
            backends.set_pool(api.world, host, replication_domain=None)
        assert refusal(api, share_type=make_type(api, replication_type="readable")) == ("001", "014")

    def test_without_any_backend_up_nobody_is_ready(self, api: Api) -> None:
        for service in api.world.store["services"]:
            service["state"] = "down"
        assert refusal(api) == ("002", "028")

    def test_a_disabled_backend_gets_no_shares(self, api: Api) -> None:
        body = {"host": "oracle@alpha", "binary": "manila-share"}
        assert api.put("/v2/services/disable", body, user="admin").status == 200
        assert {place(api)["host"] for _ in range(3)} == {BETA}
        assert refusal(api, availability_zone="manila-zone-0") == ("001", "007")
        assert api.put("/v2/services/enable", body, user="admin").status == 200
        assert place(api, availability_zone="manila-zone-0")["host"] == ALPHA

    def test_a_disabled_backend_gets_no_groups(self, api: Api) -> None:
        for backend in ("alpha", "beta"):
            body = {"host": f"oracle@{backend}", "binary": "manila-share"}
            assert api.put("/v2/services/disable", body, user="admin").status == 200
        group = api.post("/v2/share-groups", {"share_group": {}}).json["share_group"]
        assert api.get(f"/v2/share-groups/{group['id']}").json["share_group"]["status"] == "error"


class TestNewPools:
    def test_a_new_pool_brings_its_zone_and_service(self, api: Api) -> None:
        backends.set_pool(api.world, "other@omega#gold", availability_zone="far", total_capacity_gb=7)
        assert place(api, availability_zone="far", size=7)["host"] == "other@omega#gold"
        listed = api.get("/v2/services?zone=far", user="admin").json["services"]
        assert [(service["host"], service["status"]) for service in listed] == [("other@omega", "enabled")]

    @pytest.mark.parametrize("host", ["omega", "other@omega", "other#gold", "@omega#gold"])
    def test_a_pool_has_a_host_a_backend_and_a_name(self, api: Api, host: str) -> None:
        with pytest.raises(ValueError, match="HOST@BACKEND#POOL"):
            backends.set_pool(api.world, host, availability_zone="nova")

    def test_a_new_pool_needs_a_zone(self, api: Api) -> None:
        with pytest.raises(ValueError, match="availability_zone"):
            backends.set_pool(api.world, "other@omega#gold")


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        ("NFS_CIFS", "<in> nfs", True),
        ("NFS_CIFS", "<in> ceph", False),
        (True, "<is> yes", True),
        (False, "<is> True", False),
        (False, "nonsense", False),
        (True, "true", True),
        ("x", "X", True),
        ("b", "<or> a <or> b", True),
        ("c", "<or> a <or> b", False),
        (5.0, ">= 5", True),
        (5.0, "<= 4", False),
        (5.0, "== 5", True),
        (5.0, "!= 5", False),
        ("10", "= 9", True),
        ("abc", "s>= abb", True),
        ("abc", "s< abb", False),
        ("abc", "s!= abc", False),
        ("abc", ">= 5", False),
        (5.0, "<in> 5", False),
        ("x", "==", False),
        ("", "", True),
    ],
)
def test_extra_specs_have_operators(value: Any, wanted: str, fits: bool) -> None:
    assert matches(value, wanted) is fits


def test_one_of_several_values_is_enough_and_all_specs_have_to_fit() -> None:
    capabilities = {"modes": ["a", "b"], "deep": {"er": 3}}
    assert satisfied(capabilities, {"modes": "b", "capabilities:deep:er": "== 3"})
    assert not satisfied(capabilities, {"modes": "b", "absent": "x"})
    assert not satisfied(capabilities, {"modes:below": "b", "capabilities:modes:below": "b"})
    assert satisfied(capabilities, {"availability_zones": "nowhere", "other:scope": "x"})


class TestHints:
    def metadata(self, api: Api, share: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = api.get(f"/v2/shares/{share['id']}/metadata").json["metadata"]
        return found

    def test_a_share_lives_beside_another_one(self, api: Api) -> None:
        first = place(api)
        second = place(api, scheduler_hints={"same_host": first["id"]})
        assert second["host"] == first["host"] == ALPHA
        assert self.metadata(api, second) == {"__affinity_same_host": first["id"]}
        assert self.metadata(api, first) == {"__affinity_same_host": second["id"]}

    def test_a_share_lives_apart_from_others(self, api: Api) -> None:
        first, second = (place(api, availability_zone="manila-zone-1") for _ in range(2))
        apart = place(api, scheduler_hints={"different_host": f"{first['id']},{second['id']}"})
        assert apart["host"] == ALPHA
        nowhere = {"same_host": first["id"], "different_host": second["id"]}
        assert refusal(api, scheduler_hints=nowhere) == ("001", "002")

    def test_a_deleted_share_is_forgotten_by_the_others(self, api: Api) -> None:
        first = place(api)
        second, third = (place(api, scheduler_hints={"same_host": first["id"]}) for _ in range(2))
        assert api.delete(f"/v2/shares/{second['id']}").status == 202
        assert self.metadata(api, first) == {"__affinity_same_host": third["id"]}
        assert api.delete(f"/v2/shares/{third['id']}").status == 202
        assert self.metadata(api, first) == {}

    def test_administrators_choose_the_pool_even_of_a_disabled_backend(self, api: Api) -> None:
        api.put("/v2/services/disable", {"host": "oracle@beta", "binary": "manila-share"}, user="admin")
        assert place(api, user="admin", scheduler_hints={"only_host": BETA})["host"] == BETA
        assert place(api, scheduler_hints={"only_host": BETA})["host"] == ALPHA

    @pytest.mark.parametrize(("version", "status"), [("2.66", "available"), ("2.67", "error")])
    def test_the_choice_of_a_pool_came_with_2_67(self, api: Api, version: str, status: str) -> None:
        share = place(api.at(version=version), user="admin", scheduler_hints={"only_host": "nowhere"})
        assert share["status"] == status

    @pytest.mark.parametrize(
        ("hints", "code"),
        [
            ({"same_host": UNKNOWN}, 404),
            ({"different_host": "nonsense"}, 400),
            ({"same_host": 5}, 400),
            ({"same_host": [UNKNOWN]}, 400),
            ("nonsense", 400),
        ],
    )
    def test_hints_name_shares(self, api: Api, hints: Any, code: int) -> None:
        api.token()
        before = api.records()
        body = {"share": {"share_proto": "NFS", "size": 1, "scheduler_hints": hints}}
        assert api.post("/v2/shares", body).fault[0] == code
        assert api.records() == before

    def test_shares_of_others_are_no_hint(self, api: Api) -> None:
        share = place(api, user="alt_demo")
        body = {"share": {"share_proto": "NFS", "size": 1, "scheduler_hints": {"same_host": share["id"]}}}
        assert api.post("/v2/shares", body).fault == (404, "itemNotFound")

    def test_hints_before_2_65_are_ignored(self, api: Api) -> None:
        assert place(api.at(version="2.64"), scheduler_hints={"same_host": UNKNOWN})["status"] == "available"

    def test_metadata_holds_only_so_many(self, api: Api) -> None:
        first = place(api)
        body = {"share": {"share_proto": "NFS", "size": 1, "scheduler_hints": {"same_host": first["id"]}}}
        made = [api.post("/v2/shares", body) for _ in range(28)]
        assert [answer.status for answer in made] == [200] * 27 + [400]
