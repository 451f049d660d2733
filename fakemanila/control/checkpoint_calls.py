"""Control calls about checkpoints, forks of worlds, and what differs between them."""

from __future__ import annotations

from typing import Any

from ..world.checkpoints import differences, references
from ..world.world import check_name
from .control_errors import ControlError
from .control_request import ControlCall, asked
from .time_calls import clock_document


def list_(call: ControlCall) -> dict[str, Any]:
    """``{"checkpoints": [{"name": …, "time": …, "records": n, "pending": n}]}``, in the order of their saving."""
    kept = call.world.checkpoints
    return {"checkpoints": [checkpoint.to_json(name) for name, checkpoint in kept.items()]}


def save(call: ControlCall) -> dict[str, Any]:
    name = call.args["name"]
    with asked():
        return call.world.checkpoints.save(check_name(name, "checkpoint"), call.world).to_json(name)


def drop(call: ControlCall) -> None:
    _check_there(call)
    call.world.checkpoints.drop(call.args["name"])


def restore(call: ControlCall) -> dict[str, Any]:
    """The clock as it is then."""
    _check_there(call)
    call.world.checkpoints[call.args["name"]].restore(call.world)
    return clock_document(call.world)


def _check_there(call: ControlCall) -> None:
    name = call.args["name"]
    if name not in call.world.checkpoints:
        raise ControlError(404, f"there is no checkpoint {name!r} in the world {call.world.name!r}")


def fork(call: ControlCall) -> dict[str, Any]:
    """``{"name": …, "from": …}`` and the clock of the new world."""
    name, asked_for = call.args["name"], call.fields("from", "replace") if call.raw_body else {}
    origin, replace = asked_for.get("from", f"{references.WORLD}:{call.world.name}"), asked_for.get("replace", False)
    with asked():
        check_name(name)
        if not isinstance(origin, str):
            raise ValueError(f"from: {origin!r} does not name a world: expected one such as 'default'")
        if not isinstance(replace, bool):
            raise ValueError(f"replace: {replace!r} is neither true nor false")
        found = references.find(origin, "from", call.world, call.worlds)
        try:
            made = call.worlds.fork(name, found.checkpoint, found.world.initial, replace=replace)
        except FileExistsError:
            raise ControlError(
                409, f"name: there is a world {name!r} already; drop it, or send 'replace': true"
            ) from None
    with made.lock:
        return {"name": name, "from": found.reference, **clock_document(made)}


def diff(call: ControlCall) -> dict[str, Any]:
    """What has happened between ``from`` and ``to``, which is the world as it is now unless it is given."""
    with asked():
        if "from" not in call.query:
            raise ValueError("from: it is missing; expected 'checkpoint:NAME' or 'world:NAME'")
        before = references.find(call.query["from"], "from", call.world, call.worlds)
        if "to" in call.query:
            after = references.find(call.query["to"], "to", call.world, call.worlds)
        else:
            after = references.now(call.world)
    return compared(before, after)


def compared(before: references.Found, after: references.Found) -> dict[str, Any]:
    """What differs between two, and what they are called in full."""
    found = differences.between(before.checkpoint, after.checkpoint)
    return {"from": before.reference, "to": after.reference, **found}
