"""Share servers: they come with the first share on a network, and go by themselves when nothing is on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.scenario.seeding import seed

from ...api import Api
from .networking import DELTA, GAMMA, make_network, make_served, server_of, servers, share


@pytest.fixture
def network(api: Api) -> dict[str, Any]:
    return make_network(api)


class TestComing:
    def test_shares_of_a_network_in_one_zone_are_on_one_server(self, api: Api, network: dict[str, Any]) -> None:
        first, second = make_served(api, network), make_served(api, network)
        assert share(api, first)["share_server_id"] == share(api, second)["share_server_id"]
        (server,) = servers(api)
        assert (server["host"], server["status"], server["share_network_id"]) == (GAMMA, "active", network["id"])

    def test_each_backend_and_each_network_has_its_own(self, api: Api, network: dict[str, Any]) -> None:
        other = make_network(api, name="other")
        made = [
            make_served(api, network),
            make_served(api, network, availability_zone="manila-zone-3"),
            make_served(api, other),
        ]
        assert len({share(api, each)["share_server_id"] for each in made}) == 3
        assert sorted(server["host"] for server in servers(api)) == [DELTA, GAMMA, GAMMA]

    def test_a_server_has_addresses_of_its_own_under_which_its_shares_are_found(
        self, api: Api, network: dict[str, Any]
    ) -> None:
        seen = []
        for made in (make_served(api, network), make_served(api, make_network(api, name="other"))):
            locations = api.get(f"/v2/shares/{made['id']}/export_locations", user="admin").json["export_locations"]
            seen += [location["path"].partition(":")[0] for location in locations]
            details = server_of(api, made)["backend_details"]
            assert details["service_ip"] in seen
        assert len(set(seen)) == len(seen) == 6

    def test_a_server_in_error_gets_no_more_shares(self, api: Api, network: dict[str, Any]) -> None:
        old = server_of(api, make_served(api, network))
        api.action(f"/v2/share-servers/{old['id']}", "reset_status", {"status": "error"}, user="admin")
        assert share(api, make_served(api, network))["share_server_id"] != old["id"]

    def test_it_can_be_seen_coming(self, network: dict[str, Any]) -> None:
        api = Api(delays={"shares.create": "30s"})
        made = make_served(api, make_network(api))
        seen = []
        for _ in range(3):
            api.world.advance(timedelta(seconds=10))
            seen.append((share(api, made)["status"], servers(api)[0]["status"]))
        assert seen == [("creating", "creating"), ("creating", "active"), ("available", "active")]

    @pytest.mark.parametrize(
        ("preset", "detail"),
        [
            ("server-setup-error", "004"),
            ("security-service-refused", "023"),
            ("share-create-error:port-quota", "027"),
            ("share-create-error:subnet-full", "033"),
        ],
    )
    def test_what_goes_wrong_with_it_is_told(self, api: Api, network: dict[str, Any], preset: str, detail: str) -> None:
        api.world.faults.add(preset)
        made = make_served(api, network)
        assert share(api, made)["status"] == server_of(api, made)["status"] == "error"
        (message,) = api.get("/v2/messages", query={"resource_id": made["id"]}).json["messages"]
        assert (message["action_id"], message["detail_id"]) == ("002", detail)

    def test_a_server_outlives_a_share_that_could_not_be_made(self, api: Api, network: dict[str, Any]) -> None:
        api.world.faults.add("share-create-error:001")
        made = make_served(api, network)
        assert (share(api, made)["status"], server_of(api, made)["status"]) == ("error", "active")

    def test_backends_without_servers_take_no_share_of_a_network(self, api: Api, network: dict[str, Any]) -> None:
        made = api.make_share(share_type="dhss_false", share_network_id=network["id"])
        assert share(api, made)["status"] == "error"
        (message,) = api.get("/v2/messages", query={"resource_id": made["id"]}).json["messages"]
        assert message["detail_id"] == "003"

    def test_the_network_of_another_project_is_not_found(self, api: Api, network: dict[str, Any]) -> None:
        body = {
            "share": {"size": 1, "share_proto": "NFS", "share_type": "dhss_true", "share_network_id": network["id"]}
        }
        assert api.post("/v2/shares", body, user="alt_demo").fault == (404, "itemNotFound")


class TestGoing:
    def test_an_empty_server_goes_after_ten_minutes(self, api: Api, network: dict[str, Any]) -> None:
        made = make_served(api, network)
        assert servers(api)
        api.delete(f"/v2/shares/{made['id']}")
        api.world.advance(timedelta(minutes=9, seconds=59))
        assert servers(api)
        api.world.advance(timedelta(seconds=1))
        assert not servers(api)

    def test_it_goes_with_the_last_share_if_it_is_told_to(self) -> None:
        api = Api(delays={"share_servers.reclaim": 0})
        network = make_network(api)
        first, second = make_served(api, network), make_served(api, network)
        api.delete(f"/v2/shares/{first['id']}")
        assert servers(api)
        api.delete(f"/v2/shares/{second['id']}")
        assert not servers(api)

    def test_a_new_share_keeps_it(self, api: Api, network: dict[str, Any]) -> None:
        made = make_served(api, network)
        api.delete(f"/v2/shares/{made['id']}")
        api.world.advance(timedelta(minutes=5))
        server = share(api, make_served(api, network))["share_server_id"]
        api.world.advance(timedelta(minutes=30))
        assert [each["id"] for each in servers(api)] == [server]

    def test_it_is_no_work_that_somebody_waits_for(self, api: Api, network: dict[str, Any]) -> None:
        made = make_served(api, network)
        api.delete(f"/v2/shares/{made['id']}")
        api.get("/v2/shares")
        api.world.advance_to_idle()
        assert servers(api)

    def test_a_server_that_has_lost_a_share_to_nobody_stays(self, api: Api, network: dict[str, Any]) -> None:
        made = make_served(api, network)
        server = server_of(api, made)
        assert api.action(f"/v2/shares/{made['id']}", "unmanage", user="admin").status == 202
        api.world.advance(timedelta(minutes=30))
        assert [(each["id"], each["is_auto_deletable"]) for each in servers(api)] == [(server["id"], False)]

    def test_a_backend_may_fail_to_delete_it(self, api: Api, network: dict[str, Any]) -> None:
        made = make_served(api, network)
        server = server_of(api, made)
        api.delete(f"/v2/shares/{made['id']}")
        api.get("/v2/shares")
        api.world.faults.add("server-delete-error", times=1)
        api.delete(f"/v2/share-servers/{server['id']}", user="admin")
        assert servers(api)[0]["status"] == "error"
        api.delete(f"/v2/share-servers/{server['id']}", user="admin")
        assert not servers(api)

    def test_the_addresses_of_one_that_is_gone_are_free(self, api: Api, network: dict[str, Any]) -> None:
        made = make_served(api, network)
        before = server_of(api, made)["backend_details"]["service_ip"]
        api.delete(f"/v2/shares/{made['id']}")
        api.world.advance(timedelta(minutes=10))
        assert server_of(api, make_served(api, network))["backend_details"]["service_ip"] == before


class TestManaging:
    def test_a_server_that_was_let_go_of_is_taken_over_with_what_it_was(
        self, api: Api, network: dict[str, Any]
    ) -> None:
        made = make_served(api, network)
        server = server_of(api, made)
        api.action(f"/v2/shares/{made['id']}", "unmanage", user="admin")
        assert api.action(f"/v2/share-servers/{server['id']}", "unmanage", user="admin").status == 202
        assert not servers(api)
        fields = {"host": GAMMA, "identifier": server["id"], "share_network_id": network["id"]}
        managed = api.make("/v2/share-servers/manage", "share_server", fields, user="admin")
        again = api.get(f"/v2/share-servers/{managed['id']}", user="admin").json["share_server"]
        assert (again["status"], again["identifier"]) == ("active", server["id"])
        assert again["backend_details"] == server["backend_details"]

    def test_one_that_no_backend_knows_ends_in_error(self, api: Api, network: dict[str, Any]) -> None:
        fields = {"host": GAMMA, "identifier": "nobody's", "share_network_id": network["id"]}
        managed = api.make("/v2/share-servers/manage", "share_server", fields, user="admin")
        assert managed["status"] == "manage_starting"
        assert servers(api)[0]["status"] == "manage_error"


class TestSeeding:
    def test_a_share_brings_its_server(self, api: Api) -> None:
        seed(api.world, "share_network", name="net")
        made = seed(api.world, "share", name="db", share_type="dhss_true", share_network="net", host="delta")
        assert server_of(api, made)["host"] == DELTA

    def test_a_server_can_be_named(self, api: Api) -> None:
        seed(api.world, "share_network", name="net")
        server = seed(api.world, "share_server", share_network="net", host="gamma", is_auto_deletable=False)
        made = seed(api.world, "share", share_type="dhss_true", share_server=server["id"])
        assert share(api, made)["share_server_id"] == server["id"]
        assert share(api, made)["share_network_id"] == servers(api)[0]["share_network_id"]

    def test_a_group_is_on_a_network(self, api: Api) -> None:
        seed(api.world, "share_network", name="net")
        seed(api.world, "share_group_type", name="groups", share_types=["dhss_true"])
        group = seed(
            api.world, "share_group", share_group_type="groups", share_types=["dhss_true"], share_network="net"
        )
        assert group["share_server_id"] == servers(api)[0]["id"]

    @pytest.mark.parametrize(
        ("fields", "complaint"),
        [
            ({"share_type": "dhss_true"}, "share_type: shares of 'dhss_true' need a share_network"),
            ({"share_network": "net"}, "share_network: shares of 'default' are on no share_network"),
            ({"share_type": "dhss_true", "share_network": "net", "host": "alpha"}, "host: .* has no share servers"),
            (
                {"share_type": "dhss_true", "share_network": "zoned", "host": "gamma"},
                "share_network: 'zoned' has no subnet for manila-zone-2",
            ),
        ],
    )
    def test_what_doesnt_go_together_is_refused(self, api: Api, fields: dict[str, Any], complaint: str) -> None:
        seed(api.world, "share_network", name="net")
        seed(api.world, "share_network", name="zoned", availability_zone="manila-zone-3")
        with pytest.raises(ValueError, match=complaint):
            seed(api.world, "share", **fields)


class TestEncryption:
    KEY, OTHER = "11111111-2222-4333-8444-555555555551", "11111111-2222-4333-8444-555555555552"

    @pytest.fixture
    def encrypted(self, api: Api) -> str:
        specs = {"driver_handles_share_servers": "True", "encryption_support": "share_server"}
        return str(api.make_type("encrypted", extra_specs=specs)["id"])

    def test_shares_with_one_key_are_on_one_server(self, api: Api, network: dict[str, Any], encrypted: str) -> None:
        keys = (self.KEY, self.OTHER, self.KEY, None)
        made = [make_served(api, network, share_type=encrypted, encryption_key_ref=key) for key in keys]
        found = [server_of(api, each) for each in made]
        assert [server["encryption_key_ref"] for server in found] == list(keys)
        assert found[0]["id"] == found[2]["id"]
        assert len({server["id"] for server in found}) == 3

    def test_a_key_counts_once(self, api: Api, network: dict[str, Any], encrypted: str) -> None:
        quota = {"quota_set": {"encryption_keys": 1}}
        assert api.put(f"/v2/quota-sets/{api.project_id()}", quota, user="admin").status == 200
        for _ in range(2):
            make_served(api, network, share_type=encrypted, encryption_key_ref=self.KEY)
        fields = {"size": 1, "share_proto": "NFS", "share_type": encrypted, "share_network_id": network["id"]}
        assert api.post("/v2/shares", {"share": {**fields, "encryption_key_ref": self.OTHER}}).fault[0] == 413

    @pytest.mark.parametrize(("share_type", "key"), [("encrypted", "x"), ("dhss_true", KEY)], ids=["no uuid", "plain"])
    @pytest.mark.usefixtures("encrypted")
    def test_wrong_keys_are_refused(self, api: Api, network: dict[str, Any], share_type: str, key: str) -> None:
        fields = {"size": 1, "share_proto": "NFS", "share_type": share_type, "share_network_id": network["id"]}
        assert api.post("/v2/shares", {"share": {**fields, "encryption_key_ref": key}}).fault == (400, "badRequest")

    def test_an_encrypted_server_stays_where_it_is(self, api: Api, network: dict[str, Any], encrypted: str) -> None:
        made = make_served(api, network, share_type=encrypted, encryption_key_ref=self.KEY)
        path = f"/v2/share-servers/{server_of(api, made)['id']}"
        assert api.action(path, "unmanage", user="admin").fault == (400, "badRequest")
