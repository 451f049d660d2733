"""The contract as Python sees it: operations, their routes and their schemas, loaded once per process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..garbage import collecting_nothing
from ..package_data import schemas_dir
from ..versions import MINIMUM, Microversion, Range

Schema = Mapping[str, Any]


class Route(NamedTuple):
    """One way to an operation: a method and a path below ``/v2``, for a range of microversions.

    `action` is the key of an action body (``{"reset_status": …}``), None for anything else.
    """

    method: str
    path: str
    action: str | None
    versions: Range
    experimental: bool
    bodiless: bool
    """It takes no body, though newer routes of its operation do."""

    @classmethod
    def load(cls, doc: Mapping[str, Any]) -> Route:
        return cls(
            method=doc["method"],
            path=doc["path"],
            action=doc.get("action"),
            versions=Range.parse(doc.get("min"), doc.get("max")),
            experimental=doc.get("experimental", False),
            bodiless=doc.get("bodiless", False),
        )


class Body(NamedTuple):
    """A request or response body: `schema` describes the object (or each member, for a collection) in `envelope`."""

    envelope: str | None
    schema: Schema
    collection: bool = False
    links: str | None = None
    """The key of the next-page links beside a collection."""
    aliases: tuple[str, ...] = ()
    """Further envelopes that carry the same object, as ``volume_type`` beside ``share_type``."""
    missing: int = 422
    """The code for a request without its envelope."""
    malformed: int = 422
    """The code for a request whose envelope holds no object."""
    malformed_late: bool | Literal["empty"] = False
    """Whether that is found only after the records that the request names, or only where what it holds is empty."""
    takes_containers: bool = False
    """Real Manila looks for names in a list or a text as well, and finds none."""
    takes_null: bool = False
    """A null in the place of the object counts as an empty one."""
    object_since: Microversion = MINIMUM
    """Since when a body, or what its envelope holds, is looked at before use; real Manila stumbles otherwise: 400."""
    refuses_nulls: bool = False
    """Real Manila checks it against a schema of its own, so that a null, in a field or under the action's key,
    isn't the same as nothing."""
    refuses_others: bool = False
    """Real Manila's schema refuses fields that it doesn't know."""
    refuses_beside: bool = False
    """Real Manila's schema refuses whatever is beside the envelope, as it does for every action."""

    @classmethod
    def load(cls, doc: Mapping[str, Any] | None) -> Body | None:
        if doc is None:
            return None
        return cls(
            envelope=doc.get("envelope"),
            schema=doc.get("schema", {}),
            collection=doc.get("collection", False),
            links=doc.get("links"),
            aliases=tuple(doc.get("aliases", ())),
            missing=doc.get("missing", 422),
            malformed=doc.get("malformed", 422),
            malformed_late=doc.get("malformed_late", False),
            takes_containers=doc.get("takes_containers", False),
            takes_null=doc.get("takes_null", False),
            object_since=Microversion.parse(doc["object_since"]) if "object_since" in doc else MINIMUM,
            refuses_nulls=doc.get("refuses_nulls", False),
            refuses_others=doc.get("refuses_others", False),
            refuses_beside=doc.get("refuses_beside", False),
        )


class Operation(NamedTuple):
    """One documented call, such as ``snapshots.create``."""

    id: str
    chapter: str
    routes: tuple[Route, ...]
    success: tuple[int, ...]
    errors: tuple[int, ...]
    policy: str | None
    policy_on_record: bool
    """The policy is checked on the record that the request names, by the handler once it has found it."""
    presence_first: bool
    """Whether there is a body where one is wanted, and none elsewhere, is looked at before the policy."""
    query: Schema | None
    query_enforced: bool
    """Real Manila checks the query against a schema of its own, and refuses repeated parameters."""
    request: Body | None
    response: Body | None

    @classmethod
    def load(cls, id: str, chapter: str, doc: Mapping[str, Any]) -> Operation:
        return cls(
            id=id,
            chapter=chapter,
            routes=tuple(Route.load(route) for route in doc["routes"]),
            success=tuple(doc["success"]),
            errors=tuple(doc["errors"]),
            policy=doc.get("policy"),
            policy_on_record=doc.get("policy_on_record", False),
            presence_first=doc.get("presence_first", False),
            query=doc.get("query"),
            query_enforced=doc.get("query_enforced", False),
            request=Body.load(doc.get("request")),
            response=Body.load(doc.get("response")),
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Contract:
    """Every operation by id, and the parameters their schemas refer to."""

    operations: dict[str, Operation]
    parameters: Mapping[str, Schema]

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations.values())

    def resolve(self, schema: Schema) -> dict[str, Any]:
        """A property's schema with its reference into the parameters followed and its annotations on top."""
        reference = schema.get("$ref")
        if reference is None:
            return dict(schema)
        target = self.parameters[reference.rpartition("/")[2]]
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}

    def properties(self, schema: Schema, version: Microversion) -> dict[str, dict[str, Any]]:
        """The resolved properties of an object schema that exist at `version`."""
        found = {}
        for name, declared in schema.get("properties", {}).items():
            resolved = self.resolve(declared)
            if version in Range.parse(resolved.get("x-min-version"), resolved.get("x-max-version")):
                found[name] = resolved
        return found


_NOT_CHAPTERS = {
    "parameters.json",
    "policies.json",
    "SOURCE.json",
    "patches.json",
    "records.json",
    "state.json",
    "scenario.json",
}


ADDED: dict[str, Mapping[str, Any]] = {}
"""What installed packages add to the contract: files as those in ``schemas/``, by their names."""


def add(chapter: str, operations: Mapping[str, Mapping[str, Any]]) -> None:
    """Adds the operations of an installed package, whole as the files in ``schemas/`` have them, to the contract.

    Raises what `Operation.load` does for one that isn't.
    """
    loaded = {id: Operation.load(id, chapter, operation) for id, operation in operations.items()}
    load().operations.update(loaded)
    ADDED[f"{chapter}.json"] = {"chapter": chapter, "operations": operations}


@cache
@collecting_nothing()
def load() -> Contract:
    """Reads ``schemas/``. Cached: nothing but `add` changes the contract while a process runs."""
    return read(schemas_dir())


def read(directory: Path) -> Contract:
    """Reads the contract in a folder."""
    operations = {}
    for path in sorted(directory.glob("*.json")):
        if path.name in _NOT_CHAPTERS:
            continue
        doc = json.loads(path.read_text())
        for id, operation in doc["operations"].items():
            operations[id] = Operation.load(id, doc["chapter"], operation)
    parameters = json.loads((directory / "parameters.json").read_text())["$defs"]
    return Contract(operations, parameters)
