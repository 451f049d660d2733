"""What is wrong with an extension is told before anything is added, and no name that is taken is given away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pytest

from fakemanila.extending import (
    Call,
    Dated,
    Effect,
    Family,
    Identified,
    Kind,
    Operation,
    Preset,
    Resource,
    Service,
    Text,
    Transition,
    reference,
)
from fakemanila.extensions import FAULTS, PRESETS, RESOURCES, SERVICES, Extension, ExtensionError
from fakemanila.extensions.adding import add_all
from fakemanila.faults.effects import EFFECTS
from fakemanila.neighbours.served import NEIGHBOURS

from ..cases import for_each


class Thing(Dated):
    name: Text


class Lost(Dated):
    thing_id: Annotated[Text, reference("no_such_kind")]


class LostFields(Identified, total=False):
    share: Annotated[str, reference("no_such_seed")]


def answer(call: Call) -> None:
    """A handler that nobody calls."""


LIST = Operation("tape.things.list", "GET", "/v1/things", lambda call: {"things": []})


def service(**changes: Any) -> Service:
    said = {"type": "tape", "name": "tape-library", "path": "/tape/v1", "operations": (LIST,), **changes}
    return Service(**said)


def resource(*handled: str, kinds: tuple[Kind[Any], ...] = (), **operations: Mapping[str, Any]) -> Resource:
    made = Resource("things", kinds=kinds, operations={id.replace("__", "."): each for id, each in operations.items()})
    for operation in handled:
        made.handles(operation)(answer)
    return made


def seeding(name: str, kind: Kind[Any], fields: type = Identified) -> Resource:
    made = resource()
    made.seeds_as(name, kind, fields)(lambda seeder, given: {})
    return made


def transition(id: str) -> Resource:
    made = resource()
    made.transitions[id] = Transition("a", "b", "c")
    return made


def route(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"routes": [{"method": method, "path": path, **more}], "success": [200]}


def family(name: str) -> Family:
    return Family(name, "", lambda parameter: Preset({"reset": True}))


OWN = "is fakemanila's own; an extension can't replace it"
WRONG: dict[str, tuple[str, Any, str]] = {
    "no service": (SERVICES, object, "is not a fakemanila.extending.Service"),
    "type of a service": (SERVICES, service(type="network"), f"the service type 'network' {OWN}"),
    "type that is a word": (SERVICES, service(type="all"), f"the service type 'all' {OWN}"),
    "odd type": (SERVICES, service(type="Tape"), "'Tape' is not a valid type of a service"),
    "name of a service": (SERVICES, service(name="neutron"), f"the name of a service 'neutron' {OWN}"),
    "name of Manila": (SERVICES, service(name="manilav2"), f"the name of a service 'manilav2' {OWN}"),
    "path of a service": (SERVICES, service(path="/network/v9"), f"the path '/network' {OWN}"),
    "path of the API": (SERVICES, service(path="/v2/tape"), f"the path '/v2' {OWN}"),
    "path of nothing": (SERVICES, service(path="tape"), "'tape' is not a valid path of a service"),
    "foreign operation": (
        SERVICES,
        service(operations=(LIST._replace(id="network.networks.list"),)),
        "'network.networks.list' is not a valid id of an operation of tape: expected tape.…",
    ),
    "operation twice": (
        SERVICES,
        service(operations=(LIST, LIST)),
        "the operation 'tape.things.list' is there already",
    ),
    "route twice": (
        SERVICES,
        service(operations=(LIST, LIST._replace(id="tape.things.show"))),
        "the route 'GET /tape/v1/things' is there already",
    ),
    "operations outside of the table": (
        SERVICES,
        service(resources=(resource("things.list", things__list=route("/things")),)),
        "the resource 'things' has operations: those of a service are in its own table",
    ),
    "no resource": (RESOURCES, LIST, "is not a fakemanila.extending.Resource"),
    "operation": (RESOURCES, resource("shares.create"), f"the operation 'shares.create' {OWN}"),
    "contract": (
        RESOURCES,
        resource("shares.create", shares__create=route("/things")),
        f"the operation 'shares.create' {OWN}",
    ),
    "operation without contract": (RESOURCES, resource("things.list"), "'things.list', of which it has no contract"),
    "contract without handler": (RESOURCES, resource(things__list=route("/things")), "has no handler of 'things.list'"),
    "route": (
        RESOURCES,
        resource("things.show", things__show=route("/shares/{thing_id}")),
        f"the route 'GET /shares/{{}}' {OWN}",
    ),
    "action": (
        RESOURCES,
        resource("things.extend", things__extend=route("/shares/{id}/action", "POST", action="extend")),
        f"the route 'POST /shares/{{}}/action (extend)' {OWN}",
    ),
    "chapter": (
        RESOURCES,
        Resource("shares", operations={"things.list": route("/things")}),
        f"the name of a resource 'shares' {OWN}",
    ),
    "half a contract": (RESOURCES, resource("things.list", things__list={"routes": []}), "has no 'success'"),
    "microversion": (
        RESOURCES,
        resource("things.list", things__list=route("/things", min="latest")),
        "'latest' is not a microversion",
    ),
    "kind": (RESOURCES, resource(kinds=(Kind("shares", Thing),)), f"the kind of record 'shares' {OWN}"),
    "kind like a seed": (RESOURCES, resource(kinds=(Kind("share", Thing),)), f"the kind of record 'share' {OWN}"),
    "kind like a table": (RESOURCES, resource(kinds=(Kind("worlds", Thing),)), f"the kind of record 'worlds' {OWN}"),
    "odd kind": (RESOURCES, resource(kinds=(Kind("a b", Thing),)), "'a b' is not a valid name of a kind"),
    "reference of a record": (
        RESOURCES,
        resource(kinds=(Kind("lost", Lost),)),
        "lost.thing_id refers to 'no_such_kind', which there isn't",
    ),
    "reference of a seed": (
        RESOURCES,
        seeding("lost", Kind("shares", Thing), LostFields),
        "lost.share refers to 'no_such_seed', which there isn't",
    ),
    "seed of no kind": (
        RESOURCES,
        seeding("thing", Kind("things", Thing)),
        "'thing' is seeded into 'things', which no resource keeps",
    ),
    "transition": (RESOURCES, transition("share_servers.reclaim"), f"the transition 'share_servers.reclaim' {OWN}"),
    "effect": (FAULTS, Effect, f"the effect 'reset' {OWN}"),
    "no effect": (FAULTS, "reset", "'reset' is not a subclass of fakemanila.extending.Effect"),
    "no preset": (PRESETS, Preset({"reset": True}), "is not a fakemanila.extending.Family"),
    "preset": (PRESETS, family("conn-reset"), f"the preset 'conn-reset' {OWN}"),
    "odd preset": (PRESETS, family("a:b"), "'a:b' is not a valid name of a preset"),
}


@for_each(case=WRONG)
def test_what_is_wrong_is_told_with_the_package_and_the_entry_point(case: tuple[str, Any, str]) -> None:
    group, thing, message = case
    name = "reset" if thing is Effect else "x"
    with pytest.raises(ExtensionError) as raised:
        add_all([(Extension("a-package", "1.0", group, name, "m:o"), thing)])
    assert str(raised.value).startswith(f"a-package 1.0, entry point {name!r} of {group} (m:o): ")
    assert message in str(raised.value)


def test_of_two_packages_with_the_same_name_both_are_told() -> None:
    first = Extension("one", "1.0", SERVICES, "tape", "one:SERVICE")
    second = Extension("two", "2.0", SERVICES, "tape", "two:SERVICE")
    with pytest.raises(ExtensionError) as raised:
        add_all([(first, service()), (second, service())])
    assert str(raised.value) == (
        "two 2.0, entry point 'tape' of fakemanila.services (two:SERVICE): the service type 'tape' is there already, "
        "from one 1.0, entry point 'tape' of fakemanila.services (one:SERVICE); an extension can't replace it"
    )
    assert "tape" not in NEIGHBOURS


def test_nothing_is_added_where_something_is_wrong() -> None:
    right = Extension("one", "1.0", FAULTS, "shuffle", "one:Shuffle")
    wrong = Extension("one", "1.0", SERVICES, "tape", "one:SERVICE")
    with pytest.raises(ExtensionError):
        add_all([(right, Effect), (wrong, service(type="compute"))])
    assert "shuffle" not in EFFECTS
