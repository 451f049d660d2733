"""How what a handler answers becomes a reply: as the contract shows it, in its envelope, with the links of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from ..contract.render import Renderer, renderer
from ..http.encoding import encode
from ..http.reply import Reply
from ..world.fragments import Reads
from ..world.rows import Record, Row
from ..world.watched import WatchedWorld
from .common.registry import Answer, Page
from .context import Call
from .resources import view_of

How: TypeAlias = "tuple[Renderer, tuple[str, str, str]]"
"""What makes of a record what this caller sees of it, and the address in its links: what tells fragments apart."""


def render(call: Call, answer: Answer) -> Reply:
    """A record, or a page of them, as the contract shows it to this caller at this microversion."""
    if isinstance(answer, Reply):
        return answer
    operation = call.operation
    status, response = operation.success[0], operation.response
    if answer is None or response is None:
        return Reply(status)
    if call.http.method == "GET" and len(call.present.scheduler):
        # A delay may be counted in reads: the last of them shows the end.
        call.present.read(*(str(record.get("id")) for record in _records(answer)))
    beside: dict[str, Any] = {}
    if isinstance(answer, Page):
        if answer.count is not None:
            beside["count"] = answer.count
        if response.links is not None and (last := _full_page(call, answer)) is not None:
            beside[response.links] = call.next_link(_collection(call), last)
    keys = () if response.envelope is None else (*response.aliases, response.envelope)
    if call.http.method == "GET" and call.plan is None:  # a fault may want to change what is in it
        return Reply(status, _spliced(call, answer, keys, beside))
    show, view = renderer(operation.id, call.version, call.is_admin), view_of(operation)
    shown: Any = [show(view(call, record)) for record in _records(answer)]
    if not isinstance(answer, Page):
        (shown,) = shown
    return Reply(status, {**dict.fromkeys(keys, shown), **beside} if keys else shown)


def _records(answer: Record | Page) -> Sequence[Record]:
    return answer.records if isinstance(answer, Page) else [answer]


def _spliced(call: Call, answer: Record | Page, keys: Sequence[str], beside: Mapping[str, Any]) -> bytes:
    """The same body as JSON, of fragments: what hasn't changed is not rendered again."""
    how = renderer(call.operation.id, call.version, call.is_admin), call.base_of_links
    content = _list(call, answer.records, how) if isinstance(answer, Page) else _fragments(call, [answer], how)[0][0]
    if not keys:
        return content
    members = [encode(key) + b":" + content for key in keys]
    members += [encode(key) + b":" + encode(value) for key, value in beside.items()]
    return b"{" + b",".join(members) + b"}"


def _list(call: Call, records: Sequence[Record], how: How) -> bytes:
    kept = call.world.store.fragments
    content = kept.list_of(records, how)
    if content is None:
        fragments, are_kept = _fragments(call, records, how)
        content = b"[" + b",".join(fragments) + b"]"
        if are_kept:
            kept.keep_list(records, how, content)
    return content


def _fragments(call: Call, records: Sequence[Record], how: How) -> tuple[list[bytes], bool]:
    """Each record as JSON, as this operation shows it to this caller, and whether all of that is kept."""
    (show, _), view, kept = how, view_of(call.operation), call.world.store.fragments
    fragments, are_kept = [], True
    for record in records:
        row = record if isinstance(record, Row) and record.table is not None else None  # one that tells of changes
        found = None if row is None else kept.get(row, how)
        if found is None:
            reads = Reads()
            found = encode(show(view(cast("Call", WatchedCall(call, reads)), record)))
            are_kept = row is not None and kept.keep(row, how, found, reads) and are_kept
        fragments.append(found)
    return fragments, are_kept


class WatchedCall:
    """A call that notes what a view reads of its world. What a view reads of the call itself, but for what tells the
    callers of fragments apart, can't be watched."""

    def __init__(self, call: Call, reads: Reads) -> None:
        self._call = call
        self._reads = reads
        self.world = WatchedWorld(call.world, reads)
        self.version, self.is_admin, self.links = call.version, call.is_admin, call.links

    def __getattr__(self, name: str) -> Any:
        self._reads.others = True
        return getattr(self._call, name)


def _full_page(call: Call, page: Page) -> str | None:
    """The last id of a page that is as long as its limit: there may be another one after it."""
    limit = call.query.get("limit")
    if limit and page.records and int(limit) == len(page.records):
        return str(page.records[-1]["id"])
    return None


def _collection(call: Call) -> str:
    return call.route.path.split("/")[1]
