"""The control call that tells what happens, as it happens: server-sent events, or JSON for who asks now and then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from ..http.encoding import encode
from ..http.reply import Reply
from ..manila.routes import UI
from ..text.suggestions import nearest
from ..text.words import listed
from ..world import waiting as world_waiting
from ..world.events import KINDS, Event, of_kinds
from ..world.waiting import TICK
from ..world.world import World
from ..world.worlds import Worlds
from . import waiting
from .control_errors import ControlError
from .control_request import ControlCall, asked, one_of
from .ui.records import tone

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection and a lost one is noticed."""
_FORMATS = ("sse", "json")


def events(call: ControlCall) -> Any:
    """A stream of server-sent events, from now on or from the event on that the caller saw last.

    With ``format=json`` it is ``{"events": […], "last": id, "missed": n}`` at once, or as soon as there are some.
    """
    with asked():
        format_ = one_of(call.query.get("format", "sse"), "format", _FORMATS)
        kinds = _kinds(call.query.get("kind", ""))
        since = _since(call.query.get("since"), "since")
        if since is None:
            since = _since(request.headers.get("Last-Event-ID"), "Last-Event-ID")
    if format_ == "json":
        return _page(call, kinds, since or 0)
    if "wait" in call.query:
        raise ControlError(400, f"wait: {call.query['wait']!r} is for format=json; a stream has no end")
    return stream(call.worlds, call.world, kinds, since)


def stream(worlds: Worlds, world: World, kinds: frozenset[str] = frozenset(), since: int | None = None) -> Response:
    """Server-sent events, from now on or after the one of an id. Raises ControlError, 503, where too many wait."""
    waiting.enter(worlds)
    told = _told(world, kinds, world.events.last if since is None else since)
    response = Response(told, content_type="text/event-stream; charset=utf-8")
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep events until it has many
    response.call_on_close(worlds.room.release)
    return response


def timeline_svg(call: ControlCall) -> Reply:
    """The world's past as a picture."""
    from ..timeline import draw, timeline  # few servers are asked for it

    with asked():
        picture = draw(timeline(call.world, call.query), tone, lambda id: f"{call.base_url}{UI}/journal/{id}")
    return Reply(200, picture.encode(), {"Content-Type": "image/svg+xml; charset=utf-8"})


def _kinds(text: str) -> frozenset[str]:
    kinds = frozenset(listed(text))
    for kind in sorted(kinds):
        if kind not in KINDS:
            raise ValueError(f"kind: {kind!r} is not a kind of event{nearest(kind, KINDS)}")
    return kinds


def _since(text: str | None, field: str) -> int | None:
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise ValueError(f"{field}: {text!r} is not the id of an event: expected a whole number")
    return int(text)


def _page(call: ControlCall, kinds: frozenset[str], since: int) -> dict[str, Any]:
    kept = call.world.events
    found = waiting.wait(call, lambda: of_kinds(kept.since(since), kinds) or None, waiting.seconds(call))
    with call.world.lock:
        missed = kept.missed(since)
        return {"events": [event.to_json() for event in found or ()], "last": kept.last, "missed": missed}


def _told(world: World, kinds: frozenset[str], last: int) -> Iterator[bytes]:
    """Ends with the server, or the world."""
    yield b": events of the world\n\n"
    silent = 0.0

    def look() -> list[Event] | None:
        return world.events.since(last) or None

    while not (world.stopping.is_set() or world.events.closed):
        with world.lock:
            missed = world.events.missed(last)
        found = world_waiting.wait(world, look, TICK)
        silent = 0.0 if found else silent + TICK
        if missed:
            yield f"event: missed\ndata: {json.dumps({'missed': missed})}\n\n".encode()
        if found:
            last = found[-1].id
            with world.lock:
                text = b"".join(map(_sent, of_kinds(found, kinds)))
            if text:
                yield text
        elif silent >= HEARTBEAT:
            silent = 0.0
            yield b": still there\n\n"


def _sent(event: Event) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.id, event.kind.encode(), encode(event.to_json()))
