"""How what a handler answers becomes a reply: as the contract shows it, in its envelope, with the links of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..contract.render import renderer
from ..http.reply import Reply
from ..world.rows import Record
from .common.registry import Answer, Page
from .context import Call
from .resources import view_of


def render(call: Call, answer: Answer) -> Reply:
    """A record, or a page of them, as the contract shows it to this caller at this microversion."""
    status = call.operation.success[0]
    if isinstance(answer, Reply):
        return answer
    response = call.operation.response
    if answer is None or response is None:
        return Reply(status)
    if call.http.method == "GET" and len(call.present.scheduler):
        # A delay may be counted in reads: the last of them shows the end.
        call.present.read(*(str(record.get("id")) for record in _records(answer)))
    show = renderer(call.operation.id, call.version, call.is_admin)
    view = view_of(call.operation)
    if not isinstance(answer, Page):
        shown: Any = show(view(call, answer))
        return Reply(status, _wrap(shown, response.envelope, response.aliases))
    shown = [show(view(call, record)) for record in answer.records]
    body = _wrap(shown, response.envelope, response.aliases)
    if answer.count is not None:
        body["count"] = answer.count
    if response.links is not None and (last := _full_page(call, answer)) is not None:
        body[response.links] = call.next_link(_collection(call), last)
    return Reply(status, body)


def _records(answer: Answer) -> Sequence[Record]:
    return answer.records if isinstance(answer, Page) else [answer] if isinstance(answer, dict) else []


def _wrap(shown: Any, envelope: str | None, aliases: tuple[str, ...]) -> Any:
    return shown if envelope is None else dict.fromkeys((*aliases, envelope), shown)


def _full_page(call: Call, page: Page) -> str | None:
    """The last id of a page that is as long as its limit: there may be another one after it."""
    limit = call.query.get("limit")
    if limit and page.records and int(limit) == len(page.records):
        return str(page.records[-1]["id"])
    return None


def _collection(call: Call) -> str:
    return call.route.path.split("/")[1]
