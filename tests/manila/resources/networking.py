"""What tests of share networks and share servers have in common."""

from __future__ import annotations

from typing import Any

from ...api import Api

GAMMA, DELTA = "oracle@gamma", "oracle@delta"
EXPERIMENTAL = {"X-OpenStack-Manila-API-Experimental": "true"}


def make_network(api: Api, **fields: Any) -> dict[str, Any]:
    return api.make("/v2/share-networks", "share_network", {"name": "net", **fields})


def make_served(api: Api, network: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A share on a network, on gamma unless told otherwise."""
    place = {"availability_zone": "manila-zone-2", "share_type": "dhss_true", "share_network_id": network["id"]}
    return api.make_share(**{**place, **fields})


def share(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    """As administrators see it."""
    found: dict[str, Any] = api.get(f"/v2/shares/{made['id']}", user="admin").json["share"]
    return found


def servers(api: Api, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/v2/share-servers", user="admin", query=filters).json["share_servers"]
    return found


def server_of(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    """The server that a share is on."""
    found: dict[str, Any] = api.get(f"/v2/share-servers/{share(api, made)['share_server_id']}", user="admin").json[
        "share_server"
    ]
    return found
