"""The contract at one microversion, as an OpenAPI 3.1 document.

OpenAPI has one operation per path and method, Manila has many actions behind one: they become one operation, whose
request is one of theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from .. import extensions
from ..package_data import schemas_dir
from ..versions import EXPERIMENTAL_HEADER, HEADER, Microversion, Range
from .links import add_links
from .model import ADDED

Json = dict[str, Any]

_ROOT = "/.."
"""How the contract writes the path above ``/v2``."""
_INTERNAL = {
    "x-in",
    "x-required",
    "x-min-version",
    "x-max-version",
    "x-attribute",
    "x-values",
    "x-status",
    "x-tenant-defaults",
}
"""Annotations that say nothing any more once the microversion is chosen, or are the server's own matter."""
_JSON_TYPE = "application/json"
_ANYWHERE = (400, 401, 406)
"""What any call may be refused with: a microversion, a token or a body that is none, or a microversion out of range."""


def openapi(contract: Path | Mapping[str, Any], microversion: str) -> Json:
    """The OpenAPI 3.1 document of every operation that exists at `microversion`, such as ``"2.65"``.

    `contract` is the folder of the contract, or its files' JSON by file name. Raises ValueError when `microversion`
    is none.
    """
    version = Microversion.parse(microversion)
    files = _load(contract) if isinstance(contract, Path) else contract
    return _Document(files, version).build()


def served(microversion: str) -> Json:
    """The document of the API as this process has it: with the operations that installed packages add."""
    extensions.load()
    return openapi({**_load(schemas_dir()), **ADDED}, microversion)


def _load(folder: Path) -> Json:
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


class _Document:
    """One document under construction; `_used` collects the parameters that it refers to."""

    def __init__(self, files: Mapping[str, Any], version: Microversion) -> None:
        self._definitions: Mapping[str, Json] = files["parameters.json"]["$defs"]
        self._version = version
        self._used: set[str] = set()
        self._ids: set[str] = set()
        self._ways: dict[tuple[str, str], list[tuple[str, Json, Json]]] = {}
        self._paths: dict[str, str] = {}
        for _, file in sorted(files.items()):
            if "chapter" in file:
                for identity, operation in file["operations"].items():
                    self._collect(identity, operation)

    def build(self) -> Json:
        paths: Json = {}
        for (method, path), ways in sorted(self._ways.items()):
            paths.setdefault(path, {})[method] = self._operation(method, path, ways)
        add_links(paths)
        return {
            "openapi": "3.1.0",
            "info": {"title": "OpenStack Shared File Systems API (Manila)", "version": str(self._version)},
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": self._components(),
        }

    def _collect(self, identity: str, operation: Json) -> None:
        for route in operation["routes"]:
            if self._version in Range.parse(route.get("min"), route.get("max")):
                path = "/" if route["path"] == _ROOT else "/v2" + route["path"]
                # Paths that differ in the names of their parameters alone are the same path.
                path = self._paths.setdefault(re.sub(r"\{[^}]*\}", "{}", path), path)
                self._ways.setdefault((route["method"].lower(), path), []).append((identity, operation, route))

    def _operation(self, method: str, path: str, ways: list[tuple[str, Json, Json]]) -> Json:
        identity, _, route = ways[0]
        if route.get("action") is not None:
            identity = identity.partition(".")[0] + ".action"
        made: Json = {"operationId": self._unique(identity), "tags": [identity.partition(".")[0]]}
        parameters = self._parameters(path, ways)
        if parameters:
            made["parameters"] = parameters
        bodies = [body for way in ways if (body := self._request(method, *way)) is not None]
        if bodies:
            schema = bodies[0] if len(bodies) == 1 else {"oneOf": bodies}
            made["requestBody"] = {"required": True, "content": {_JSON_TYPE: {"schema": schema}}}
        made["responses"] = self._responses(path, ways)
        if path == "/":
            made["security"] = []
        return made

    def _unique(self, identity: str) -> str:
        """An operation that has a second path gets a number: ids of OpenAPI are unique."""
        name, number = identity, 1
        while name in self._ids:
            number += 1
            name = f"{identity}.{number}"
        self._ids.add(name)
        return name

    def _parameters(self, path: str, ways: list[tuple[str, Json, Json]]) -> list[Json]:
        parameters: list[Json] = []
        _, operation, route = ways[0]
        own = re.findall(r"\{([^}]*)\}", route["path"])
        schemas = (operation["path"] or {}).get("properties", {})
        for name, shown in zip(own, re.findall(r"\{([^}]*)\}", path), strict=True):
            # A second path of an operation may name its parameters otherwise.
            schema = self._property(schemas.get(name, {"type": "string"}))
            parameters.append({"name": shown, "in": "path", "required": True, "schema": schema})
        for name, schema in self._fields(operation["query"]).items():
            parameters.append({"name": name, "in": "query", "schema": schema})
        if path != "/":
            parameters.append({"$ref": "#/components/parameters/Microversion"})
        if any(route.get("experimental") for _, _, route in ways):
            parameters.append({"$ref": "#/components/parameters/Experimental"})
        return parameters

    def _request(self, method: str, identity: str, operation: Json, route: Json) -> Json | None:
        body = operation["request"]
        if body is None or method not in ("post", "put"):
            return None
        content = self._schema(body["schema"])
        if body.get("refuses_others"):
            content["additionalProperties"] = False
        action = route.get("action")
        if action is not None:
            return {"title": identity} | _enveloped(action, content) | {"additionalProperties": False}
        if body["envelope"] is None:
            return content
        envelopes = [body["envelope"], *body.get("aliases", [])]
        closed = {"additionalProperties": False} if body.get("refuses_beside") else {}
        bodies = [_enveloped(envelope, content) | closed for envelope in envelopes]
        return bodies[0] if len(bodies) == 1 else {"anyOf": bodies}

    def _responses(self, path: str, ways: list[tuple[str, Json, Json]]) -> Json:
        responses: Json = {}
        errors: set[int] = set() if path == "/" else set(_ANYWHERE)
        for _, operation, _ in ways:
            errors |= {*operation["errors"], *_refused_bodies(operation)}
            content = self._response(operation["response"])
            for code in operation["success"]:
                known = responses.setdefault(str(code), {"description": HTTPStatus(code).phrase})
                if content is not None and code != HTTPStatus.NO_CONTENT:
                    _add(known, content)
        for code in sorted(errors):
            name = "Unauthorized" if code == HTTPStatus.UNAUTHORIZED else "Fault"
            schema = {"$ref": f"#/components/schemas/fakemanila.{name}"}
            responses[str(code)] = {
                "description": HTTPStatus(code).phrase,
                "content": {_JSON_TYPE: {"schema": schema}},
            }
        return dict(sorted(responses.items()))

    def _response(self, body: Json | None) -> Json | None:
        if body is None:
            return None
        content = self._schema(body["schema"])
        if body.get("collection"):
            content = {"type": "array", "items": content}
        if body["envelope"] is None:
            return content
        properties: Json = dict.fromkeys((body["envelope"], *body.get("aliases", [])), content)
        required = list(properties)
        if body.get("links"):
            properties[body["links"]] = {"type": "array", "items": {"$ref": self._refer("links") + "/items"}}
        if body.get("count") and self._version in Range.parse(body["count"], None):
            properties["count"] = {"type": "integer"}
        return {"type": "object", "properties": properties, "required": required}

    def _schema(self, schema: Json) -> Json:
        """A body's schema with the fields of this microversion."""
        made = {key: value for key, value in schema.items() if key not in ("properties", "required")}
        if "properties" in schema:
            made["properties"] = self._fields(schema)
            required = [name for name in schema.get("required", []) if name in made["properties"]]
            if required:
                made["required"] = required
        return made

    def _fields(self, schema: Json | None) -> Json:
        found = {}
        for name, declared in (schema or {}).get("properties", {}).items():
            resolved = {**self._definition(declared), **declared}
            if self._version in Range.parse(resolved.get("x-min-version"), resolved.get("x-max-version")):
                found[name] = self._property(declared)
        return found

    def _definition(self, declared: Json) -> Json:
        reference = declared.get("$ref")
        return {} if reference is None else self._definitions[reference.rpartition("/")[2]]

    def _property(self, declared: Json) -> Json:
        made = {key: value for key, value in declared.items() if key not in _INTERNAL}
        if "$ref" in made:
            name = made["$ref"].rpartition("/")[2]
            definition = self._definitions[name]
            if set(made) & set(definition):
                # OpenAPI takes what is beside a reference as further conditions; here it replaces some.
                del made["$ref"]
                return {**_public(definition), **made}
            made["$ref"] = self._refer(name)
        return made

    def _refer(self, name: str) -> str:
        self._used.add(name)
        return f"#/components/schemas/{_component(name)}"

    def _components(self) -> Json:
        schemas = {_component(name): _public(self._definitions[name]) for name in sorted(self._used)}
        return {
            "schemas": schemas | _ERRORS,
            "parameters": {
                "Microversion": {
                    "name": HEADER,
                    "in": "header",
                    "description": "The microversion of this document; without it the server takes 2.0.",
                    "required": str(self._version) != "2.0",
                    "schema": {"const": str(self._version)},
                },
                "Experimental": {
                    "name": EXPERIMENTAL_HEADER,
                    "in": "header",
                    "description": "Opens what is experimental at this microversion.",
                    "required": True,
                    "schema": {"enum": ["true", "True"]},
                },
            },
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}},
        }


def _component(name: str) -> str:
    """A name that OpenAPI allows for a component: no colons in it."""
    return name.replace(":", ".")


def _public(definition: Json) -> Json:
    return {key: value for key, value in definition.items() if key not in _INTERNAL}


def _refused_bodies(operation: Json) -> list[int]:
    """The codes for a body without its envelope, and for one with something else than an object in it."""
    body = operation["request"]
    if body is None or body["envelope"] is None or any(route.get("action") for route in operation["routes"]):
        return []
    return [body.get(name, 422) for name in ("missing", "malformed")]


def _enveloped(envelope: str, content: Json) -> Json:
    return {"type": "object", "properties": {envelope: content}, "required": [envelope]}


def _add(response: Json, content: Json) -> None:
    """One more shape that an answer of this code may have."""
    media = response.setdefault("content", {_JSON_TYPE: {"schema": {"anyOf": []}}})[_JSON_TYPE]
    shapes = media["schema"].get("anyOf", [media["schema"]])
    if content not in shapes:
        shapes = [*shapes, content]
    media["schema"] = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}


_MESSAGE: Json = {"code": {"type": "integer"}, "message": {"type": "string"}}
_ERRORS: Json = {
    "fakemanila.Fault": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": {
            "type": "object",
            "properties": {**_MESSAGE, "retryAfter": {"type": "string"}},
            "required": ["code", "message"],
        },
    },
    "fakemanila.Unauthorized": {
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {**_MESSAGE, "title": {"type": "string"}},
                "required": ["code", "title", "message"],
            }
        },
        "required": ["error"],
    },
}
