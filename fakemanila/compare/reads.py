"""Every question that the API has for a reader: the contract's, and the scenarios'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..contract.model import Operation, Route, load
from ..versions import MAXIMUM, MINIMUM, Microversion
from .script import Exchange
from .server import EXPERIMENTAL, Server, pick

_PARAMETER = re.compile(r"{([^}]+)}")
_OWN_PROJECT, _QUOTA_CLASS = "project_id_quota_request_path", "quota_class_name"
UNKNOWN_KEYS = ("preferred",)
"""Metadata of export locations that an import has no way to read."""
_RULES = "/share-access-rules"
"""A list that is one share's."""


class Reads:
    """What is to be asked. Ids are taken from what a server lists, `most` of each list."""

    def __init__(self, server: Server, project_id: str, newest: Microversion, most: int) -> None:
        self._server, self._project_id, self._newest, self._most = server, project_id, newest, most
        self._listed: dict[str, list[str]] = {}

    def of(self, operation: Operation) -> Iterator[Exchange]:
        """The requests for an operation at its oldest and newest microversion that both sides know."""
        routes = [route for route in operation.routes if route.method == "GET" and route.action is None]
        versions = list(dict.fromkeys(filter(None, (self._oldest(routes), self._newest_of(routes)))))
        if not versions:
            return
        for values in self._values(_at(routes, versions[-1]).path):
            for version in versions:
                path = _filled(_at(routes, version).path, values)
                for query in self._queries(operation) if path is not None else ():
                    yield _exchange(f"/v2{path}{query}" if path != "/.." else "/", version)

    def _oldest(self, routes: list[Route]) -> Microversion | None:
        found = min((route.versions.min or MINIMUM for route in routes), default=None)
        return found if found is not None and found <= self._newest else None

    def _newest_of(self, routes: list[Route]) -> Microversion | None:
        found = max((route.versions.max or MAXIMUM for route in routes), default=None)
        return None if found is None or self._oldest(routes) is None else min(found, self._newest)

    def _values(self, path: str) -> list[dict[str, str]]:
        """The values of a path's variables, each combination that leads to something."""
        found: list[dict[str, str]] = [{}]
        for match in _PARAMETER.finditer(path):
            before = path[: match.start()].rstrip("/")
            found = [
                {**values, match[1]: value}
                for values in found
                for value in self._ids(before, match[1], values)
                if not (match[1] == "key" and value in UNKNOWN_KEYS)
            ]
        return found

    def _queries(self, operation: Operation) -> Iterator[str]:
        if operation.id == "share_access_rules.list":
            yield from (f"?share_id={id}" for id in self._ids("/shares", "share_id", {}))
            return
        yield ""
        known = {} if operation.query is None else operation.query.get("properties", {})
        yield from (f"?{query}" for query in ("all_tenants=1", "all_projects=true") if query.partition("=")[0] in known)

    def _ids(self, above: str, variable: str, values: Mapping[str, str]) -> list[str]:
        """What the list at the path `above` holds."""
        if variable == _OWN_PROJECT:
            return [self._project_id] if self._project_id else []
        if variable == _QUOTA_CLASS:
            return ["default"]
        if above == _RULES:
            shares = self._ids("/shares", "share_id", {})
            return [id for share in shares for id in self._listed_at(f"{above}?share_id={share}")][: self._most]
        return self._listed_at(_filled(above, values) or "")

    def _listed_at(self, path: str) -> list[str]:
        if path not in self._listed:
            everybodys = "" if "?" in path else "?all_tenants=1&all_projects=true"
            found: list[str] = []
            for query in (everybodys, "") if everybodys else ("",):
                answer = self._server.send("GET", f"/v2{path}{query}", user="me", headers=EXPERIMENTAL)
                found = _identifiers(answer.json()) if answer.ok else []
                if found:
                    break
            self._listed[path] = found[: self._most]
        return self._listed[path]


def readable() -> list[Operation]:
    """The operations that read, by id; whose routes have fewer variables first."""
    found = [each for each in load() if any(route.method == "GET" for route in each.routes)]
    return sorted(found, key=lambda each: (each.routes[-1].path.count("{"), each.id))


def _at(routes: list[Route], version: Microversion) -> Route:
    return next(route for route in routes if version in route.versions)


def _filled(path: str, values: Mapping[str, str]) -> str | None:
    """A path with its variables; None where one is missing."""
    names = set(_PARAMETER.findall(path))
    return _PARAMETER.sub(lambda match: values[match[1]], path) if names <= values.keys() else None


def _identifiers(document: Any) -> list[str]:
    """The ids of what a list holds, or the keys of a mapping."""
    for value in document.values() if isinstance(document, dict) else ():
        if isinstance(value, list):
            found = [pick(each, "id") for each in value]
            return [str(each) for each in found if each is not None]
        if isinstance(value, dict):
            return list(value)
    return []


def _exchange(path: str, version: Microversion) -> Exchange:
    return Exchange(name=f"{path}, {version}", path=path, user="me", version=str(version), headers=EXPERIMENTAL)
