"""Control calls about the rules of faults."""

from __future__ import annotations

from typing import Any

from ..faults import Rule
from .control_errors import ControlError
from .control_request import ControlCall, asked


def list_(call: ControlCall) -> dict[str, Any]:
    return {"faults": [rule.to_json() for rule in call.world.faults]}


def add(call: ControlCall) -> dict[str, Any]:
    """Takes the JSON of a rule, or a preset's name as a string."""
    body = call.body()
    with asked():
        if not isinstance(body, (dict, str)):
            raise ValueError(f"body: {body!r} is not a rule: expected an object, or the name of a preset")
        return call.world.faults.add(body).to_json()


def clear(call: ControlCall) -> None:
    call.world.faults.clear()


def presets(call: ControlCall) -> dict[str, Any]:
    return {"presets": call.world.faults.presets()}


def show(call: ControlCall) -> dict[str, Any]:
    return _find(call).to_json()


def remove(call: ControlCall) -> None:
    rule = _find(call)
    if call.world.faults.remove(rule.id) is None:
        raise ControlError(409, f"fault {rule.id!r} belongs to a resource that brought it; it goes with the resource")


def _find(call: ControlCall) -> Rule:
    id = call.args["fault_id"]
    rule = call.world.faults.get(id)
    if rule is None:
        raise ControlError(404, f"there is no fault {id!r} in the world {call.world.name!r}")
    return rule
