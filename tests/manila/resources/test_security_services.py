"""Security services: what they are, who sees them, and what may change while a network uses them."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila.scenario.seeding import seed

from ...api import Api
from .serving import add_server, make_network, make_service

PATH = "/v2/security-services"


def put(api: Api, service: dict[str, Any], **fields: Any) -> Any:
    return api.call("PUT", f"{PATH}/{service['id']}", body={"security_service": fields})


def attached(api: Api, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A service, and a network that it was added to."""
    service, network = make_service(api, **fields), make_network(api)
    body = {"add_security_service": {"security_service_id": service["id"]}}
    assert api.post(f"/v2/share-networks/{network['id']}/action", body).status == 200
    return service, network


def test_the_password_is_shown_to_its_project_alone(api: Api) -> None:
    service = make_service(api, password="hidden")
    assert api.get(f"{PATH}/{service['id']}").json["security_service"]["password"] == "hidden"
    assert api.get(f"{PATH}/{service['id']}", user="alt_demo").fault == (403, "forbidden")


@pytest.mark.parametrize(("version", "shown"), [("2.43", False), ("2.44", True)])
def test_an_ou_is_shown_since_2_44_but_taken_before(api: Api, version: str, shown: bool) -> None:
    answer = api.post(PATH, {"security_service": {"type": "ldap", "ou": "OU=early"}}, version=version)
    assert ("ou" in answer.json["security_service"]) is shown
    id = answer.json["security_service"]["id"]
    assert api.get(f"{PATH}/{id}").json["security_service"]["ou"] == "OU=early"


def test_an_active_directory_has_a_server_or_a_site(api: Api) -> None:
    body = {"security_service": {"type": "active_directory", "server": "10.0.0.1", "default_ad_site": "here"}}
    assert api.post(PATH, body).fault == (400, "badRequest")
    body["security_service"]["type"] = "ldap"
    assert api.post(PATH, body).status == 200


def test_one_that_a_network_has_cannot_go(api: Api) -> None:
    service, network = attached(api)
    assert api.call("DELETE", f"{PATH}/{service['id']}").fault == (403, "forbidden")
    assert api.get(f"{PATH}/detail").json["security_services"][0]["share_networks"] == [network["id"]]
    assert api.call("DELETE", f"/v2/share-networks/{network['id']}").status == 202
    assert api.call("DELETE", f"{PATH}/{service['id']}").status == 202


def test_share_servers_keep_all_but_its_name_from_changing(api: Api) -> None:
    service, network = attached(api)
    assert put(api, service, dns_ip="10.0.0.1").status == 200
    add_server(api, network)
    assert put(api, service, dns_ip="10.0.0.2").fault == (403, "forbidden")
    assert put(api, service, name="renamed", description="new").status == 200


def test_what_stays_as_it_is_is_not_dated(api: Api) -> None:
    service = make_service(api, name="one")
    assert put(api, service, name="one").json["security_service"]["updated_at"] is None
    assert put(api, service, name="two").json["security_service"]["updated_at"] is not None


def test_administrators_filter_by_anything(api: Api) -> None:
    attached(api)
    assert len(api.get(f"{PATH}?all_tenants=1&limit=1").json["security_services"]) == 1
    # Every parameter is compared with something, and there is no attribute of this name.
    assert api.get(f"{PATH}?all_tenants=1&limit=1", user="admin").json["security_services"] == []


def test_one_can_be_seeded(api: Api) -> None:
    seeded = seed(api.world, "security_service", name="directory", type="kerberos", login="clerk")
    found = api.get(f"{PATH}/{seeded['id']}").json["security_service"]
    assert (found["name"], found["type"], found["user"]) == ("directory", "kerberos", "clerk")
