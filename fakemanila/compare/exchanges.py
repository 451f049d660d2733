"""Runs scenarios against a server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from .script import NOTHING, Exchange, Scenario, ScriptError, Wait, substitute
from .server import EXPERIMENTAL, FailedError, Server, document_of, pick
from .shape import Normaliser

CONSTANTS = {
    "unknown_id": "11111111-2222-4333-8444-555555555555",
    "long_text": "x" * 256,
    "longest_text": "x" * 255,
    "long_value": "y" * 1024,
}
_FORCED = {"force_delete": None}
# What a scenario leaves behind, in the order in which it can go: path, key of the answer, body of a forced deletion.
_LEFTOVERS = (
    ("resource-locks", "resource_lock", None),
    ("share-transfers", "transfer", None),
    ("share-backups", "share_backup", None),
    ("share-group-snapshots", "share_group_snapshot", _FORCED),
    ("share-replicas", "share_replica", _FORCED),
    ("snapshots", "snapshot", _FORCED),
    ("shares", "share", _FORCED),
    ("share-groups", "share_group", _FORCED),
    ("share-servers", "share_server", None),
    ("share-networks", "share_network", None),
    ("security-services", "security_service", None),
    ("share-group-types", "share_group_type", None),
    ("types", "share_type", None),
    ("qos-types", "qos_type", None),
)


@dataclass(frozen=True)
class Outcome:
    """One exchange as it went: the answer normalised (what is recorded and compared), and its text for reading."""

    exchange: Exchange
    request: str
    answer: dict[str, Any]
    text: str


Trim = Callable[[Any, Mapping[str, str]], Any]
"""Takes from the document of an answer what isn't to be compared; it gets the variables, too."""


def run(scenario: Scenario, server: Server, *, prefix: str = "run", trim: Trim | None = None) -> Iterator[Outcome]:
    """Sends the exchanges of a scenario, gives the recorded ones, and removes what they made.

    Names begin with `prefix`. Raises FailedError where it can't go on.
    """
    variables = {**CONSTANTS, **server.variables(), "run": f"{prefix}{uuid4().hex[:8]}"}
    made: list[tuple[str, str]] = []
    at = 0
    try:
        for number, exchange in enumerate(scenario.exchanges):
            at = number
            server.go_on()
            path = substitute(exchange.path, variables)
            response = _send(server, exchange, path, variables)
            document = document_of(response)
            made += _made(document) if exchange.method == "POST" and response.status_code < 300 else []
            if not exchange.recorded and not 200 <= response.status_code < 300:
                raise FailedError(f"{exchange.method} {exchange.path}: {response.status_code}", response.text)
            for name, dotted in exchange.save.items():
                value = pick(document, dotted)
                if not isinstance(value, str):
                    raise FailedError(
                        f"{exchange.method} {exchange.path}: {response.status_code} without {dotted}",
                        response.text[:500],
                    )
                variables[name] = value
            if exchange.recorded:
                yield Outcome(
                    exchange,
                    f"{exchange.method} {exchange.path}",
                    _normaliser(exchange, variables, server).answer(
                        response.status_code,
                        response.headers,
                        _trimmed(response.content, document, variables, trim),
                    ),
                    response.text,
                )
            if exchange.wait:
                server.wait(Wait(substitute(exchange.wait.path, variables), exchange.wait.until, exchange.wait.gone))
    except ScriptError as error:
        failed = FailedError(f"scenario {scenario.name}: {error}")
        failed.at = at
        raise failed from error
    except FailedError as error:
        error.at = at
        raise
    finally:
        clean_up(server, made)


def _trimmed(content: bytes, document: Any, variables: Mapping[str, str], trim: Trim | None) -> bytes:
    return content if trim is None or document is None else json.dumps(trim(document, variables)).encode()


def clean_up(server: Server, made: list[tuple[str, str]]) -> None:
    """Deletes what was made, kind by kind and newest first, each once it can go."""
    for collection, _, force in _LEFTOVERS:
        for kind, resource_id in reversed(made):
            if kind != collection:
                continue
            path = f"/v2/{collection}/{resource_id}"
            if server.send("GET", path, headers=EXPERIMENTAL).status_code == 404:
                continue
            if force is None:
                answer = server.send("DELETE", path, headers=EXPERIMENTAL)
            else:
                answer = server.send("POST", f"{path}/action", body=force)
            if collection == "share-replicas" and answer.status_code == 400:
                continue  # it is the active one, which goes with its share
            if collection == "shares" and answer.status_code == 409:
                remove_replicas(server, resource_id)
                answer = server.send("POST", f"{path}/action", body=force)
            if answer.ok or force is not None:
                server.wait(Wait(path, gone=True), removing=True)


def remove_replicas(server: Server, share_id: str) -> None:
    """Removes all replicas of a share but the active one."""
    for replica in server.send("GET", f"/v2/share-replicas?share_id={share_id}").json()["share_replicas"]:
        path = f"/v2/share-replicas/{replica['id']}"
        if replica["replica_state"] != "active" and server.send("POST", f"{path}/action", body=_FORCED).ok:
            server.wait(Wait(path, gone=True), removing=True)


def _send(server: Server, exchange: Exchange, path: str, variables: Mapping[str, str]) -> requests.Response:
    raw_body = exchange.raw_body
    return server.send(
        exchange.method,
        path,
        user=exchange.user,
        version=exchange.version,
        body=exchange.body if exchange.body is NOTHING else substitute(exchange.body, variables),
        raw_body=None if raw_body is None else substitute(raw_body, variables, lenient=True),
        headers=substitute(exchange.headers, variables),
        service=exchange.service,
    )


def _normaliser(exchange: Exchange, variables: Mapping[str, str], server: Server) -> Normaliser:
    names: dict[str, str] = {server.url: "{url}", urlsplit(server.url).netloc: "{netloc}"}
    for name, value in variables.items():
        names.setdefault(value, f"{{{name}}}")
    return Normaliser(names, racy=exchange.racy, compare=exchange.compare, unordered=exchange.unordered)


def _made(document: Any) -> list[tuple[str, str]]:
    if not isinstance(document, dict):
        return []
    return [
        (collection, document[key]["id"])
        for collection, key, _ in _LEFTOVERS
        if isinstance(document.get(key), dict) and "id" in document[key]
    ]
