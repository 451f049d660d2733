"""Links of the OpenAPI document: from what makes a record to everything that can be done with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_VARIABLE = re.compile(r"\{([^}]*)\}")
_MANAGE = "/manage"
"""The end of the path of calls that make a record of what a backend has already."""


def add_links(paths: Json) -> None:
    """Gives each answer that shows a new record the links to the operations below its path, in place.

    The record's id comes from the answer, other variables of the path from the request.
    """
    for path, item in paths.items():
        links = dict(_links(paths, path.removesuffix(_MANAGE)))
        if not links or "post" not in item:
            continue
        for code, response in item["post"]["responses"].items():
            envelope = _shown(response) if code.startswith("2") else None
            if envelope is not None:
                response["links"] = {
                    name: {"operationId": name, "parameters": parameters | {own: f"$response.body#/{envelope}/id"}}
                    for name, (own, parameters) in links.items()
                }


def _links(paths: Json, path: str) -> Iterator[tuple[str, tuple[str, dict[str, str]]]]:
    """The operations below a path, the variable that is the record's id there, and where the others come from."""
    given = {name: f"$request.path.{name}" for name in _VARIABLE.findall(path)}
    for other, item in paths.items():
        if other.startswith(path + "/{"):
            own = _VARIABLE.findall(other)[len(given)]
            for operation in item.values():
                yield operation["operationId"], (own, given)


def _shown(response: Json) -> str | None:
    """The envelope of the one record that an answer shows, where that has an id."""
    for media in response.get("content", {}).values():
        for envelope, content in media["schema"].get("properties", {}).items():
            if "id" in content.get("properties", {}):
                return str(envelope)
    return None
