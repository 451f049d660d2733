"""Control calls about the server, its worlds as a whole, and Manila's API."""

from __future__ import annotations

from typing import Any

from .. import __version__, extensions
from ..contract.coverage import operation_rows
from ..contract.openapi import served
from ..http.reply import Reply
from ..scenario.files import Document
from ..scenario.scenario import Scenario
from ..versions import MAXIMUM, MINIMUM, Microversion
from ..world.checkpoints import differences
from ..world.checkpoints.checkpoint import Checkpoint
from ..world.metrics import CONTENT_TYPE
from ..world.state import document as state
from ..world.world import World, check_name
from .control_request import ControlCall, asked, one_of
from .time_calls import clock_document


def health(call: ControlCall) -> dict[str, Any]:
    settings, state_file = call.worlds.settings, call.worlds.state_file
    return {
        "status": "ok",
        "version": __version__,
        "worlds": list(call.worlds),
        "release": settings.release.name,
        "min_microversion": str(settings.min_microversion),
        "max_microversion": str(settings.newest_microversion),
        "log_lines_dropped": call.worlds.log.dropped,
        "cacert": call.worlds.cacert,
        "state": None if state_file is None else state_file.status(),
        "extensions": extensions.summary(),
    }


def drop_world(call: ControlCall) -> None:
    """A world that nobody has used yet is as good as dropped."""
    name = call.args["name"]
    with asked():
        check_name(name)
    call.worlds.drop(name)


def control(call: ControlCall) -> dict[str, Any]:
    from .control_openapi import document  # describes the routes, which know this function

    return document(call.base_url)


def operations(call: ControlCall) -> dict[str, Any]:
    rows = operation_rows()
    return {"operations": [row.to_json() for row in rows], "total": len(rows)}


def openapi(call: ControlCall) -> dict[str, Any]:
    asked_for = call.query.get("microversion", str(MAXIMUM))
    with asked():
        try:
            version = Microversion.parse(asked_for)
        except ValueError:
            version = None
        if version is None or not MINIMUM <= version <= MAXIMUM:
            raise ValueError(f"microversion: {asked_for!r} is not a microversion from {MINIMUM} to {MAXIMUM}")
    return served(str(version))


def reset(call: ControlCall) -> dict[str, Any]:
    """With a scenario in the body, that is what the world starts from until it is given another one."""
    if not call.raw_body:
        call.world.reset()
        return clock_document(call.world)
    body = call.body()
    with asked():
        settings = call.worlds.settings
        call.world.reset(Scenario([Document(body)]).settings(settings) if body != {} else settings)
    return clock_document(call.world)


def show_state(call: ControlCall) -> dict[str, Any]:
    return state.dump(call.world)


def load_state(call: ControlCall) -> dict[str, Any]:
    """With ``dry_run=true`` nothing changes, and the answer is what would differ."""
    body, world = call.body(), call.world
    with asked():
        if one_of(call.query.get("dry_run", "false"), "dry_run", ("true", "false")) == "true":
            return {"from": f"world:{world.name}", "to": "state", **_differences(world, state.preview(world, body))}
        state.load(world, body)
    return state.dump(world)


def _differences(world: World, other: World) -> dict[str, Any]:
    return differences.between(Checkpoint.take(world), Checkpoint.take(other))


def metrics(call: ControlCall) -> Reply:
    world = call.world
    records = {kind: len(table) for kind, table in world.store.kinds().items()}
    text = world.metrics.text(len(world.scheduler), records, log_lines_dropped=call.worlds.log.dropped)
    return Reply(200, text.encode(), {"Content-Type": CONTENT_TYPE})
