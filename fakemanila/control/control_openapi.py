"""The control plane as an OpenAPI 3.1 document, made of its table of routes."""

from __future__ import annotations

import re
from typing import Any

from .. import __version__
from ..manila.routes import CONTROL
from .components import QUERY, SCHEMAS
from .components.shapes import Json
from .control_calls import ROUTES, Route
from .control_token import TOKEN_HEADER

_ATTRIBUTES: Json = {
    "name": "attributes",
    "in": "query",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    "description": "Attributes that the records must have, such as status=error.",
}
"""How OpenAPI says that any parameter may be asked: the members of an object, without the object's name."""


def document(base_url: str = "") -> Json:
    """The document; `base_url` is where the server is, with the prefix of the world in question."""
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(f"{CONTROL}{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fakemanila's control plane",
            "version": __version__,
            "description": "Every path is about the world default; below /worlds/{name} it is about that world.",
        },
        "servers": [{"url": base_url or "/"}],
        "security": [{}, {"token": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "responses": {"Error": {"description": "Refused; nothing has changed.", "content": _json("Error")}},
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _json(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _operation(route: Route) -> Json:
    names = re.findall(r"{(\w+)}", route.path)
    described: Json = {
        "operationId": route.id,
        "summary": route.summary,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names),
            *({"name": name, "in": "query", **QUERY[name]} for name in route.query),
            *([_ATTRIBUTES] if route.open_query else []),
        ],
        "responses": {str(route.status): _answer(route), **{str(code): _error() for code in _codes(route)}},
    }
    if route.request is not None:
        described["requestBody"] = {"required": route.request_required, "content": _json(route.request)}
    return described


def _answer(route: Route) -> Json:
    if route.response is None:
        return {"description": "Done."}
    if "/" in route.response:
        content: Json = {route.response: {"schema": {"type": "string"}}}
        if route.listed is not None:
            content.update(_json(route.listed))
        return {"description": route.summary, "content": content}
    return {"description": route.summary, "content": _json(route.response)}


def _codes(route: Route) -> list[int]:
    """400 for what is wrong with a request (a world's name at least), 401 and 403 for who asks, 404 for an id."""
    codes = [400, 401, 403]
    if re.search(r"{\w+_id}", route.path):
        codes.append(404)
    if route.request is not None:
        codes.append(413)
    return [*codes, *route.errors]


def _error() -> dict[str, Any]:
    return {"$ref": "#/components/responses/Error"}
