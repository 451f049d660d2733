"""Removes what a history has left on a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from typing import Any

from .exchanges import remove_replicas
from .server import EXPERIMENTAL, REMOVAL, FailedError, Server

_OWNERS = ("demo", "alt_demo", "admin")
# In the order in which they can go: path of the list, its key, and requests that remove one, tried one after another.
_DELETE = ("DELETE", "", None)
_CANCEL: Mapping[str, Any] = {"migration_cancel": None}
_FORCE = ("POST", "/action", {"force_delete": None})
_ORDER: tuple[tuple[str, str, tuple[tuple[str, str, Any], ...]], ...] = (
    ("resource-locks", "resource_locks", (_DELETE,)),
    ("share-transfers", "transfers", (_DELETE,)),
    ("share-backups", "share_backups", (("POST", "/action", {"reset_status": {"status": "error"}}), _DELETE)),
    ("share-group-snapshots", "share_group_snapshots", (_FORCE,)),
    ("snapshots", "snapshots", (_FORCE,)),
    (
        "shares",
        "shares",
        (
            ("POST", "/action", _CANCEL),
            ("POST", "/action", {"reset_task_state": {"task_state": None}}),
            ("POST", "/action", {"restore": None}),
            _FORCE,
        ),
    ),
    ("share-groups", "share_groups", (_FORCE,)),
    (
        "share-servers",
        "share_servers",
        (
            ("POST", "/action", _CANCEL),
            ("POST", "/action", {"reset_task_state": {"task_state": None}}),
            ("POST", "/action", {"reset_status": {"status": "active"}}),
            _DELETE,
        ),
    ),
    ("share-networks", "share_networks", (("POST", "/action", {"reset_status": {"status": "active"}}), _DELETE)),
    ("security-services", "security_services", (_DELETE,)),
    ("messages", "messages", (_DELETE,)),
)
# What belongs to no project, in the order in which it can go.
_OF_NO_PROJECT = (("share_group_type", "share-group-types"), ("share_type", "types"), ("qos_type", "qos-types"))
_OF_ADMINISTRATORS = ("share-servers",)
_IN_DETAIL = ("share-networks", "security-services", "share-transfers")
"""Lists that show administrators what all projects have, and say whose only in detail."""
_ONLY_OF: Mapping[str, Set[str]] = {
    "share-transfers": {"transfer"},
    "share-backups": {"share_backup"},
    "share-group-snapshots": {"share_group_snapshot"},
    "share-groups": {"share_group"},
    "share-servers": {"share_network"},
    "share-networks": {"share_network"},
    "security-services": {"security_service"},
}
"""What there can be only once a history has made something of these kinds."""
_AGAIN, _REFUSED = 3.0, 10.0
"""After how many seconds to ask once more, and to give up where all of it is refused."""


def clean(
    server: Server, made: list[tuple[str, str]], hopeless: Set[str] = frozenset(), *, everything: bool = False
) -> list[str]:
    """Removes what the projects of a history have, and what it `made` that belongs to none. Gives what stays.

    What is `hopeless` has stayed before: a real server goes on showing what another project had. Unless it looks for
    `everything`, it looks only for what there can be once that was made.
    """
    left: list[str] = []
    kinds = {kind for kind, _ in made}
    with suppress(FailedError):
        for id in set(_ids(server, "shares", "shares")) if everything or "share_replica" in kinds else ():
            remove_replicas(server, id)
    for path, key, removals in _ORDER:
        if not everything and path in _ONLY_OF and _ONLY_OF[path].isdisjoint(kinds):
            continue
        tried, fewest, since = 0.0, -1, time.monotonic()
        accepted = False
        while ids := {id for id in _ids(server, path, key) if f"{path}/{id}" not in hopeless}:
            if fewest < 0 or len(ids) < fewest:
                fewest, since = len(ids), time.monotonic()
            # What is busy refuses at first.
            again = time.monotonic() > tried + _AGAIN
            for id in ids if again else ():
                if path == "share-networks":
                    _remove_subnets(server, id)
                for method, below, body in removals:
                    answer = server.send(method, f"/v2/{path}/{id}{below}", headers=EXPERIMENTAL, **_with(body))
                    accepted = accepted or answer.ok
                    if body is _CANCEL and answer.ok:
                        break  # a share that is forced to go meanwhile is left without an instance, for good
            tried = time.monotonic() if again else tried
            if time.monotonic() > since + (min(server.settle, REMOVAL) if accepted else _REFUSED):
                left += [f"{path}/{id}" for id in sorted(ids)]
                break
            time.sleep(server.interval)
    for each in list(left):  # it may have waited for what has gone since
        if server.send("DELETE", f"/v2/{each}", headers=EXPERIMENTAL).ok:
            left.remove(each)
    for user in _OWNERS:
        server.send("DELETE", f"/v2/quota-sets/{server.identity(user).project_id}")
    for kind, path in _OF_NO_PROJECT:
        for id in [id for each, id in made if each == kind]:
            answer = server.send("DELETE", f"/v2/{path}/{id}")
            if not answer.ok and answer.status_code != 404:
                left.append(f"{path}/{id}")
    return left


def _remove_subnets(server: Server, network_id: str) -> None:
    """Removes the subnets of a network but one: a real server removes no network with several."""
    path = f"/v2/share-networks/{network_id}/subnets"
    answer = server.send("GET", path)
    for subnet in answer.json()["share_network_subnets"][1:] if answer.ok else ():
        server.send("DELETE", f"{path}/{subnet['id']}")


def _with(body: Any) -> dict[str, Any]:
    return {} if body is None else {"body": body}


def _ids(server: Server, path: str, key: str) -> Iterator[str]:
    ours = {server.identity(user).project_id for user in _OWNERS}
    for user in _OWNERS if path not in _OF_ADMINISTRATORS else ("admin",):
        project = server.identity(user).project_id
        for query in ("", "?is_soft_deleted=true") if path == "shares" else ("",):
            path = f"{path}/detail" if path in _IN_DETAIL else path
            answer = server.send("GET", f"/v2/{path}{query}", user=user, headers=EXPERIMENTAL)
            for record in answer.json()[key] if answer.ok else ():
                # Administrators see the messages and the locks of all projects.
                if record.get("project_id", record.get("source_project_id", project)) in ours:
                    yield record["id"]
