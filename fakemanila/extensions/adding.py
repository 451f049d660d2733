"""Checks all that installed packages add, and then adds it: to the tables that fakemanila's own things are in.

Nothing replaces anything: a name that is taken is refused, whoever has it. All is checked before the first is added,
but for presets, which may use all that was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .. import all_resources
from ..contract import declared, documents
from ..contract import model as contract
from ..control.components.faults import EFFECTS as DESCRIBED_EFFECTS
from ..faults import effects, presets
from ..faults.plan import Effect
from ..faults.presets import Family
from ..faults.registry import operations
from ..faults.rule import Rule
from ..keystone.builtin import SERVICES as IN_CATALOG
from ..keystone.identity_calls import ROUTES as OF_KEYSTONE
from ..manila import resources, routes
from ..manila.common.registry import Resource
from ..manila.routes import PARAMETER
from ..neighbours import offers, served
from ..neighbours.added import Service
from ..world.lifecycle import phase_names
from . import FAULTS, PRESETS, RESOURCES, SERVICES, Extension, ExtensionError

OWN = "fakemanila's own"
_TYPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PATH = re.compile(r"(/[A-Za-z0-9._-]+)+")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OPERATION_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_PRESET = re.compile(r"[a-z0-9][a-z0-9-]*")
_NOT_TYPES = (offers.ALL, offers.MANILA, "identity", "keystone", "front", "control", "ui")
_NOT_MOUNTS = (routes.IDENTITY, routes.CONTROL, "/v1", "/v2", "/worlds", "/healthcheck")
_TABLES = ("worlds", "records", "transitions", "identity")
"""Of a state file, which has a view for each kind beside them."""
_SEEDED_OTHERWISE = ("project", "user", "pool", "availability_zone")
"""What a field of a seed may name besides resources that are seeded."""
_OPERATION = {
    "errors": (),
    "policy": None,
    "path": None,
    "query": None,
    "request": None,
    "response": None,
}
"""What an operation has where it doesn't say so."""

_EXPECTED = {
    SERVICES: (Service, "a fakemanila.extending.Service"),
    RESOURCES: (Resource, "a fakemanila.extending.Resource"),
    PRESETS: (Family, "a fakemanila.extending.Family"),
}

Loaded = Sequence[tuple[Extension, Any]]


def add_all(loaded: Loaded) -> None:
    """Adds what entry points have named. Raises ExtensionError."""
    names = Names()
    for extension, thing in loaded:
        with _told(extension):
            _check(names, extension, thing)
    _check_references(loaded)
    for extension, thing in loaded:
        with _told(extension):
            _add(extension, thing)
    known = operations().union(phase_names(all_resources.TRANSITIONS))
    for extension, thing in loaded:
        if isinstance(thing, Family):
            with _told(extension):
                for name in thing.names():
                    Rule.parse(name, known, "preset")


@contextmanager
def _told(extension: Extension) -> Iterator[None]:
    """Says whose it is that is wrong, whatever is."""
    try:
        yield
    except ExtensionError:
        raise
    except Exception as error:
        what = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise ExtensionError(f"{extension.label}: {what}") from error


class Names:
    """Whose each name is."""

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}
        self._own("service type", (*served.NEIGHBOURS, *_NOT_TYPES))
        self._own("name of a service", (*(offer.name for offer in offers.OFFERS.values()), *IN_CATALOG))
        self._own("path", (*(offer.mount for offer in offers.OFFERS.values()), *_NOT_MOUNTS))
        of_neighbours = (id for neighbour in served.NEIGHBOURS.values() for id in neighbour.by_id)
        self._own("operation", (*resources.HANDLERS, *of_neighbours, *(route.operation for route in OF_KEYSTONE)))
        self._own("transition", all_resources.TRANSITIONS)
        self._own("kind of record", (*all_resources.KINDS, *all_resources.SEEDS, *_TABLES))
        self._own("effect", effects.EFFECTS)
        self._own("preset", presets.families())
        self._own("name of a resource", {operation.chapter for operation in contract.load()})
        for operation in contract.load():
            for route in operation.routes:
                self._own("route", (_route_name(route.method, route.path, route.action),))

    def _own(self, what: str, names: Iterable[str]) -> None:
        self._owners.update({(what, name): OWN for name in names})

    def take(self, what: str, name: str, extension: Extension) -> None:
        """Raises ValueError for a name that is taken."""
        owner = self._owners.get((what, name))
        if owner is not None:
            by = owner if owner == OWN else f"there already, from {owner}"
            raise ValueError(f"the {what} {name!r} is {by}; an extension can't replace it")
        self._owners[what, name] = extension.label


def _route_name(method: str, path: str, action: str | None) -> str:
    """A route without the names of its variables, and without its microversions: no two calls may share those."""
    return f"{method} {PARAMETER.sub('{}', path)}" + ("" if action is None else f" ({action})")


# Checking


def _check(names: Names, extension: Extension, thing: Any) -> None:
    if extension.group == FAULTS:
        _check_name(extension.name, _NAME, "effect", "respond_slowly")
        if not (isinstance(thing, type) and issubclass(thing, Effect)):
            raise ValueError(f"{thing!r} is not a subclass of fakemanila.extending.Effect")
        names.take("effect", extension.name, extension)
        return
    type_, expected = _EXPECTED[extension.group]
    if not isinstance(thing, type_):
        raise ValueError(f"{thing!r} is not {expected}")
    if isinstance(thing, Service):
        _check_service(names, extension, thing)
    elif isinstance(thing, Resource):
        _check_resource(names, extension, thing)
        _check_operations(names, extension, thing)
    elif isinstance(thing, Family):
        _check_name(thing.name, _PRESET, "name of a preset", "lists-shuffled")
        names.take("preset", thing.name, extension)


def _check_name(name: str, pattern: re.Pattern[str], what: str, such_as: str) -> None:
    if not pattern.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid {what}: expected one such as {such_as!r}")


def _check_service(names: Names, extension: Extension, service: Service) -> None:
    _check_name(service.type, _TYPE, "type of a service", "object-store")
    _check_name(service.path, _PATH, "path of a service", "/tape/v1")
    names.take("service type", service.type, extension)
    names.take("name of a service", service.name, extension)
    names.take("path", service.offer.mount, extension)
    prefix = service.type.replace("-", "_") + "."
    for operation in service.operations:
        if not operation.id.startswith(prefix):
            raise ValueError(
                f"{operation.id!r} is not a valid id of an operation of {service.type}: expected {prefix}…"
            )
        names.take("operation", operation.id, extension)
        path = f"{service.offer.mount}{operation.path}"
        names.take("route", _route_name(operation.method, path, operation.action), extension)
    for resource in service.resources:
        if resource.handlers or resource.operations:
            raise ValueError(f"the resource {resource.name!r} has operations: those of a service are in its own table")
        _check_resource(names, extension, resource)


def _check_resource(names: Names, extension: Extension, resource: Resource) -> None:
    for kind in sorted({*map(str, resource.kinds), *resource.seeds}):
        _check_name(kind, _NAME, "name of a kind", "tape_copies")
        names.take("kind of record", kind, extension)
    for id in resource.transitions:
        names.take("transition", id, extension)


def _check_operations(names: Names, extension: Extension, resource: Resource) -> None:
    """Those of Manila's API, which the resource serves: each in a contract, and nobody else's."""
    known = contract.load().operations
    if resource.operations:  # which are a chapter of the contract, under its name
        names.take("name of a resource", resource.name, extension)
    for id in resource.handlers:
        if id not in resource.operations and id not in known:
            raise ValueError(f"the resource {resource.name!r} handles {id!r}, of which it has no contract")
        names.take("operation", id, extension)
    for id, operation in resource.operations.items():
        if id in known:
            raise ValueError(f"the contract of {id!r} is {OWN}; an extension can't replace it")
        if id not in resource.handlers:
            raise ValueError(f"the resource {resource.name!r} has no handler of {id!r}")
        _check_name(id, _OPERATION_ID, "id of an operation", "share_labels.list")
        try:
            loaded = contract.Operation.load(id, resource.name, _whole(operation))
        except KeyError as error:
            raise ValueError(f"the contract of {id!r} has no {error}") from None
        routes_of_it = {_route_name(route.method, route.path, route.action) for route in loaded.routes}
        for name in sorted(routes_of_it):  # of several microversions, perhaps
            names.take("route", name, extension)


def _check_references(loaded: Loaded) -> None:
    """What records and seeds say that they have ids of has to be there, with all extensions."""
    kept = [(extension, resource) for extension, thing in loaded for resource in _kept_by(thing)]
    kinds = {*all_resources.KINDS, *(str(kind) for _, resource in kept for kind in resource.kinds)}
    seeds = {*all_resources.SEEDS, *_SEEDED_OTHERWISE, *(name for _, resource in kept for name in resource.seeds)}
    for extension, resource in kept:
        with _told(extension):
            records, seeded = _schemas(resource)
            for described, there in ((records, kinds), (seeded, seeds)):
                for name, schema in described.items():
                    for field, of in _references(schema):
                        if of not in there:
                            raise ValueError(f"{name}.{field} refers to {of!r}, which there isn't")
            for name, seed in resource.seeds.items():
                if str(seed.kind) not in kinds:
                    raise ValueError(f"{name!r} is seeded into {str(seed.kind)!r}, which no resource keeps")


def _references(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, declared_ in schema["properties"].items():
        if "x-of" in declared_:
            yield field, declared_["x-of"]


def _kept_by(thing: Any) -> tuple[Resource, ...]:
    if isinstance(thing, Service):
        return thing.resources
    return (thing,) if isinstance(thing, Resource) else ()


def _schemas(resource: Resource) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of its records, and of what they are seeded from."""
    return (
        {str(k): declared.object_of(k.row, k.row.attributes, k.row.defaults) for k in resource.kinds},
        {name: declared.seed_of(name, seed.fields) for name, seed in resource.seeds.items()},
    )


def _whole(operation: Mapping[str, Any]) -> dict[str, Any]:
    """An operation's contract with all that the files in ``schemas/`` have of one."""
    whole = {**_OPERATION, **operation}
    for body in ("request", "response"):
        if whole[body] is not None:
            whole[body] = {"envelope": None, "schema": {}, **whole[body]}
    return whole


# Adding


def _add(extension: Extension, thing: Any) -> None:
    for resource in _kept_by(thing):
        all_resources.add(resource)
        records, seeded = _schemas(resource)
        documents.describe("records.json", records)
        documents.describe("scenario.json", seeded)
    if isinstance(thing, Service):
        thing.add()
        all_resources.TRANSITIONS.update(all_resources.transitions_of(thing.operations))
    elif isinstance(thing, Resource):
        contract.add(thing.name, {id: _whole(operation) for id, operation in thing.operations.items()})
        resources.add(thing)
    elif isinstance(thing, Family):
        presets.families()[thing.name] = thing
    else:
        effects.EFFECTS[extension.name] = thing
        DESCRIBED_EFFECTS[extension.name] = {"description": (thing.__doc__ or "").partition("\n")[0]}
