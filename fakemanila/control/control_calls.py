"""Every control call, read top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..text.suggestions import nearest
from . import (
    checkpoint_calls,
    conduct_calls,
    event_calls,
    export_calls,
    fault_calls,
    journal_calls,
    paused_calls,
    record_calls,
    scenario_calls,
    server_calls,
    time_calls,
)
from .control_errors import ControlError
from .control_request import ControlCall


class Route(NamedTuple):
    """One call: how it is asked, who answers, and what its description says.

    `path` is below ``/_fakemanila``, its variables in braces. `request` and `response` are names of schemas, for a
    response also a media type; a response of None is a 204.
    """

    id: str
    method: str
    path: str
    handler: Callable[[ControlCall], Any]
    summary: str
    response: str | None = None
    request: str | None = None
    request_required: bool = True
    query: tuple[str, ...] = ()
    status: int = 200
    in_world: bool = True
    """It is about one world: carried out under its lock, after what is due has run."""
    errors: tuple[int, ...] = ()
    """Refusals that this call alone has."""
    listed: str | None = None
    """The name of the schema that a stream has with ``format=json``."""
    open_query: bool = False
    """It takes other query parameters as well: attributes of records."""

    def check_query(self, names: Iterable[str]) -> None:
        """Raises ControlError, 400, for a query parameter that this call doesn't have."""
        for name in names:
            if name not in self.query and not self.open_query:
                has = nearest(name, self.query) if self.query else "; this call has none"
                raise ControlError(400, f"query: {name!r} is not a parameter of {self.method} {self.path}{has}")


# fmt: off
ROUTES: tuple[Route, ...] = (
    Route("health.show", "GET", "/health", server_calls.health, "Whether the server runs, and its worlds",
          "Health", in_world=False),
    Route("control.show", "GET", "/control.json", server_calls.control, "This description", "Document", in_world=False),
    Route("operations.list", "GET", "/operations", server_calls.operations, "Every operation of Manila's API",
          "Operations", in_world=False),
    Route("openapi.show", "GET", "/openapi.json", server_calls.openapi, "Manila's API at one microversion, as OpenAPI",
          "Document", query=("microversion",), in_world=False),
    Route("worlds.drop", "DELETE", "/worlds/{name}", server_calls.drop_world,
          "Drop a world; its next use makes a new one", status=204, in_world=False),
    Route("worlds.fork", "POST", "/worlds/{name}", checkpoint_calls.fork, "Make a world as another one is, or was",
          "Forked", "Fork", request_required=False, status=201, in_world=False, errors=(409,)),

    Route("world.reset", "POST", "/reset", server_calls.reset, "Reset the world to its initial state",
          "Clock", "Scenario", request_required=False),
    Route("scenario.apply", "POST", "/scenario", scenario_calls.apply,
          "Add a scenario to the world as it is", "Made", "Scenario", status=201),
    Route("state.show", "GET", "/state", server_calls.show_state, "The whole world as one document", "State"),
    Route("state.replace", "PUT", "/state", server_calls.load_state,
          "Replace the world with a document, or show what that would change", "StateOrDiff", "State",
          query=("dry_run",)),

    Route("checkpoints.list", "GET", "/checkpoints", checkpoint_calls.list_, "What was saved of the world",
          "Checkpoints"),
    Route("checkpoints.save", "POST", "/checkpoints/{name}", checkpoint_calls.save,
          "Save the world, replacing a checkpoint of that name", "Checkpoint", status=201),
    Route("checkpoints.drop", "DELETE", "/checkpoints/{name}", checkpoint_calls.drop, "Forget what was saved",
          status=204, errors=(404,)),
    Route("checkpoints.restore", "POST", "/checkpoints/{name}/restore", checkpoint_calls.restore,
          "Restore the world from a checkpoint", "Clock", errors=(404,)),
    Route("diff.show", "GET", "/diff", checkpoint_calls.diff, "What differs between checkpoints and worlds",
          "Diff", query=("from", "to"), in_world=False),

    Route("clock.show", "GET", "/clock", time_calls.show_clock, "The world's time", "Clock"),
    Route("clock.set", "PUT", "/clock", time_calls.set_clock, "Set the time, or how it runs",
          "Clock", "ClockChange"),
    Route("clock.advance", "POST", "/clock/advance", time_calls.advance, "Advance the time and run what comes due",
          "Advanced", "Advance"),
    Route("delays.show", "GET", "/delays", time_calls.show_delays, "How long operations take", "Delays"),
    Route("delays.replace", "PUT", "/delays", time_calls.replace_delays, "Say anew how long operations take",
          "Delays", "Delays"),
    Route("delays.update", "PATCH", "/delays", time_calls.update_delays,
          "Change some delays; null removes one", "Delays", "DelaysChange"),
    Route("transitions.list", "GET", "/transitions", time_calls.list_transitions,
          "Operations under way; with wait=idle it waits until nothing is under way that ends with time", "Transitions",
          query=("wait", "timeout"), in_world=False, errors=(408, 503)),
    Route("transitions.decide", "POST", "/transitions/{transition_id}", time_calls.decide,
          "End a transition now, hold it, or release it", "Transition", "Decision"),

    Route("presets.list", "GET", "/faults/presets", fault_calls.presets, "The presets", "Presets"),
    Route("faults.list", "GET", "/faults", fault_calls.list_, "The rules of the world", "Faults"),
    Route("faults.create", "POST", "/faults", fault_calls.add, "Add a rule", "Fault", "Rule", status=201),
    Route("faults.clear", "DELETE", "/faults", fault_calls.clear, "Remove all rules", status=204),
    Route("faults.show", "GET", "/faults/{fault_id}", fault_calls.show, "One rule", "Fault"),
    Route("faults.delete", "DELETE", "/faults/{fault_id}", fault_calls.remove, "Remove a rule",
          status=204, errors=(409,)),

    Route("paused.list", "GET", "/paused", paused_calls.list_,
          "Held requests, in the order of arrival; can wait for a number of them",
          "PausedRequests", query=("rule", "count", "wait"), in_world=False, errors=(408, 503)),
    Route("paused.decide", "POST", "/paused/{paused_id}", paused_calls.decide,
          "Release a held request, drop it, or send another response", "PausedRequest", "PausedDecision"),

    Route("requests.list", "GET", "/requests", journal_calls.list_, "The journal, oldest request first",
          "Requests", query=(*journal_calls.FILTERS, "count", "wait"), in_world=False, errors=(408, 503)),
    Route("requests.show", "GET", "/requests/{request_id}", journal_calls.show,
          "One request, and why it was answered this way; last is the newest one that was refused", "ExplainedRequest"),
    Route("requests.har", "GET", "/requests.har", export_calls.as_har, "The journal as a HAR 1.2 archive",
          "Document", query=journal_calls.FILTERS),
    Route("requests.curl", "GET", "/requests.curl", export_calls.as_curl, "The journal as curl commands",
          "text/plain", query=journal_calls.FILTERS),
    Route("requests.pytest", "GET", "/requests.pytest", export_calls.as_pytest,
          "The journal as a pytest test that sends the same requests again", "text/plain", query=journal_calls.FILTERS),
    Route("requests.clear", "DELETE", "/requests", journal_calls.clear, "Empty the journal", status=204),
    Route("conduct.show", "GET", "/conduct", conduct_calls.show, "Bad habits of clients",
          "Conduct", query=conduct_calls.FILTERS, in_world=False),
    Route("events.list", "GET", "/events", event_calls.events, "Events, as they happen",
          "text/event-stream", query=("since", "kind", "format", "wait"), in_world=False, errors=(503,),
          listed="Events"),
    Route("timeline.show", "GET", "/timeline.svg", event_calls.timeline_svg, "The world's past as a picture",
          "image/svg+xml", query=("kind", "name", "operation", "user")),
    Route("records.list", "GET", "/records/{kind}", record_calls.list_,
          "The records of a kind, as they are stored; any attribute may be a filter", "Records", open_query=True,
          errors=(404,)),
    Route("records.show", "GET", "/records/{kind}/{record_id}", record_calls.show,
          "One record; can wait until it has given attributes", "Record", query=("gone", "wait"), open_query=True,
          in_world=False, errors=(408, 503)),
    Route("metrics.show", "GET", "/metrics", server_calls.metrics, "Counters of the world, in the format of Prometheus",
          "text/plain"),
)
# fmt: on


def no_call(method: str, path: str) -> ControlError:
    """The refusal, 404 or 405, of a path below the prefix that has no call, or none by that method."""
    found = [route.method for route in ROUTES if _pattern(route.path).fullmatch(path.rstrip("/"))]
    if found:
        allowed = ", ".join(dict.fromkeys(found))
        return ControlError(405, f"{method} is not a method of {path}; there are {allowed}", {"Allow": allowed})
    near = nearest(path, tuple(dict.fromkeys(route.path for route in ROUTES)))
    return ControlError(404, f"{path!r} is not a call of the control plane{near}")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
