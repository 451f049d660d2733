"""The service catalog, and the version documents that clients find it by."""

from __future__ import annotations

from ..http.reply import Reply
from .builtin import BASE
from .tables import Record, State

V3 = "/identity/v3"


def render(state: State, base_url: str, *, user_id: str, project_id: str | None) -> list[Record]:
    """The enabled services with their enabled endpoints, every URL below `base_url`.

    An endpoint whose URL wants a project is left out where there is none, as in a catalog for the system.
    """
    values = {"user_id": user_id}
    if project_id is not None:
        values.update(project_id=project_id, tenant_id=project_id)
    catalog = []
    for service in state.services.values():
        if not service["enabled"]:
            continue
        endpoints = []
        for endpoint in state.endpoints.values():
            if endpoint["service_id"] != service["id"] or not endpoint["enabled"]:
                continue
            url = fill_in(address(endpoint["url"], base_url), values)
            if url is not None:
                shown = {key: endpoint.get(key) for key in ("id", "interface", "region_id")}
                endpoints.append({**shown, "url": url, "region": endpoint.get("region_id")})
        catalog.append(
            {"endpoints": endpoints, "id": service["id"], "type": service["type"], "name": service.get("name", "")}
        )
    return catalog


def address(url: str, base_url: str) -> str:
    """An endpoint's URL as it is stored, with the world's own address put in."""
    return url.replace(BASE, base_url)


def fill_in(url: str, values: dict[str, str]) -> str | None:
    """Puts values for ``$(name)s`` and ``%(name)s``; None where one is missing."""
    for name, value in values.items():
        url = url.replace(f"$({name})s", value).replace(f"%({name})s", value)
    return None if "$(" in url or "%(" in url else url


def _version(base_url: str) -> Record:
    return {
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{"rel": "self", "href": f"{base_url}{V3}/"}],
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}],
    }


def versions(base_url: str) -> Reply:
    """``GET /identity``: 300 Multiple Choices, of which there is one."""
    return Reply(300, {"versions": {"values": [_version(base_url)]}}, {"Location": f"{base_url}{V3}/"})


def version(base_url: str) -> Reply:
    """``GET /identity/v3``."""
    return Reply(200, {"version": _version(base_url)})
