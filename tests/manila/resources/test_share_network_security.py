"""Security services of share networks: added, removed, replaced; with servers on the network, after a check."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ...api import Answer, Api
from .serving import SLOW, add_server, fail, make_network, make_service, server, shown


def act(api: Api, network: dict[str, Any], action: str, **options: Any) -> Answer:
    user, version = options.pop("user", "demo"), options.pop("version", "2.99")
    return api.post(f"/v2/share-networks/{network['id']}/action", {action: options}, user=user, version=version)


def add(api: Api, network: dict[str, Any], service: dict[str, Any], **options: Any) -> Answer:
    return act(api, network, "add_security_service", security_service_id=service["id"], **options)


def check_adding(api: Api, network: dict[str, Any], service: dict[str, Any], **options: Any) -> Answer:
    return act(api, network, "add_security_service_check", security_service_id=service["id"], **options)


def ids(api: Api, network: dict[str, Any]) -> set[str]:
    found = api.get(f"/v2/security-services?share_network_id={network['id']}").json["security_services"]
    return {service["id"] for service in found}


def test_a_network_has_one_of_each_type(api: Api) -> None:
    network, ldap, kerberos = make_network(api), make_service(api), make_service(api, "kerberos")
    assert add(api, network, ldap).status == 200
    assert add(api, network, make_service(api)).fault == (409, "conflictingRequest")
    assert add(api, network, kerberos).status == 200
    assert ids(api, network) == {ldap["id"], kerberos["id"]}


def test_one_is_replaced_by_one_of_its_type(api: Api) -> None:
    network, old, new = make_network(api), make_service(api), make_service(api)
    add(api, network, old)
    other = make_service(api, "kerberos")
    wrong = {"current_service_id": old["id"], "new_service_id": other["id"]}
    assert act(api, network, "update_security_service", **wrong).fault == (409, "conflictingRequest")
    right = {"current_service_id": old["id"], "new_service_id": new["id"]}
    assert act(api, network, "update_security_service", **right).status == 202
    assert ids(api, network) == {new["id"]}
    assert act(api, network, "update_security_service", **right).fault == (409, "conflictingRequest")


def test_one_is_removed_unless_servers_are_there(api: Api) -> None:
    network, service = make_network(api), make_service(api)
    add(api, network, service)
    id = add_server(api, network)
    assert act(api, network, "remove_security_service", security_service_id=service["id"]).fault == (403, "forbidden")
    api.world.store["share_servers"].remove(id)
    assert act(api, network, "remove_security_service", security_service_id=service["id"]).status == 200
    assert ids(api, network) == set()


def test_a_network_that_changes_takes_none(api: Api) -> None:
    network = make_network(api)
    act(api, network, "reset_status", user="admin", status="network_change")
    assert add(api, network, make_service(api)).fault == (400, "badRequest")


def test_backends_are_asked_before_their_servers_get_one() -> None:
    api = Api(delays=SLOW)
    network, service = make_network(api), make_service(api, name="directory")
    id = add_server(api, network)
    assert add(api, network, service, version="2.62").fault == (403, "forbidden")
    assert add(api, network, service).fault == (400, "badRequest")
    asked = check_adding(api, network, service, user="admin").json
    assert (asked["compatible"], asked["hosts_check_result"]) == (None, {"oracle@gamma": None})
    assert add(api, network, service).fault == (400, "badRequest")
    api.world.advance_to_idle()
    said = check_adding(api, network, service).json
    assert (said["compatible"], "hosts_check_result" in said) == (True, False)
    assert add(api, network, service).json["share_network"]["status"] == "network_change"
    assert server(api, id)["status"] == "network_change"
    api.world.advance_to_idle()
    assert shown(api, network)["status"] == "active"
    assert server(api, id)["status"] == "active"
    assert json.loads(server(api, id)["backend_details"]["security_service_ldap"])["name"] == "directory"


def test_a_check_of_one_service_says_nothing_of_another(api: Api) -> None:
    network, service = make_network(api), make_service(api)
    add_server(api, network)
    check_adding(api, network, service)
    api.world.advance_to_idle()
    assert add(api, network, make_service(api, "kerberos")).fault == (400, "badRequest")


def test_a_backend_that_refuses_one(api: Api) -> None:
    network, service = make_network(api), make_service(api)
    add_server(api, network)
    fail(api, "share_networks.add_security_service_check")
    check_adding(api, network, service)
    api.world.advance_to_idle()
    assert check_adding(api, network, service).json["compatible"] is False
    assert add(api, network, service).fault == (400, "badRequest")


@pytest.mark.parametrize("replaces", [False, True])
def test_a_server_that_fails_takes_its_shares_along_only_where_a_service_was_replaced(api: Api, replaces: bool) -> None:
    network, old, new = make_network(api), make_service(api), make_service(api)
    if replaces:
        add(api, network, old)
    id = add_server(api, network)
    share = api.make_share()
    (instance,) = api.world.store["share_instances"].where(share_id=share["id"])
    instance.update(share_network_id=network["id"], share_server_id=id)
    action, sent = "add_security_service", {"security_service_id": new["id"]}
    if replaces:
        action, sent = "update_security_service", {"current_service_id": old["id"], "new_service_id": new["id"]}
    act(api, network, f"{action}_check", **sent)
    api.world.advance_to_idle()
    fail(api, f"share_networks.{action}")
    assert act(api, network, action, **sent).status < 300
    api.world.advance_to_idle()
    assert (shown(api, network)["status"], server(api, id)["status"]) == ("active", "error")
    assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == ("error" if replaces else "available")


@pytest.mark.parametrize("status", ["error", "creating"])
def test_servers_and_shares_have_to_be_at_rest(api: Api, status: str) -> None:
    network, service = make_network(api), make_service(api)
    id = add_server(api, network)
    server(api, id)["status"] = status
    assert check_adding(api, network, service).fault == (400, "badRequest")
    server(api, id)["status"] = "active"
    share = api.make_share()
    api.world.advance_to_idle()
    (instance,) = api.world.store["share_instances"].where(share_id=share["id"])
    instance.update(share_network_id=network["id"], share_server_id=id, status=status)
    assert check_adding(api, network, service).fault == (400, "badRequest")


def test_what_is_no_boolean_is_refused(api: Api) -> None:
    network, service = make_network(api), make_service(api)
    assert check_adding(api, network, service, reset_operation="perhaps").fault == (400, "badRequest")
    assert check_adding(api, network, service, reset_operation="yes").json["compatible"] is True
