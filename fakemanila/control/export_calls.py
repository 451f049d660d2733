"""Control calls that tell what was asked in the forms of other programs."""

from __future__ import annotations

from typing import Any

from ..http.reply import Reply
from ..world.journal import Entry
from .control_request import ControlCall, asked
from .journal_calls import selected


def as_har(call: ControlCall) -> dict[str, Any]:
    from .exports import har  # here and below: few servers are asked for these

    return har.archive(_entries(call), call.base_url)


def as_curl(call: ControlCall) -> Reply:
    from .exports import curl

    return _text(curl.as_script(_entries(call), call.base_url))


def as_pytest(call: ControlCall) -> Reply:
    from .exports import replay

    return _text(replay.module(_entries(call), call.world))


def _entries(call: ControlCall) -> list[Entry]:
    with asked():
        return selected(call.world, call.query)


def _text(text: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
