"""A world's records as the dashboard shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from ...contract.model import load as load_contract
from ...contract.render import renderer
from ...keystone.credentials import Credentials
from ...manila.context import Call, HttpRequest, Target
from ...manila.resources import HANDLERS, view_of
from ...versions import Microversion
from ...world.clock import parse_time
from ...world.journal import Entry
from ...world.lifecycle import Pending
from ...world.rows import Record
from ...world.store import INDEXED
from ...world.world import World

PAGE = 50
"""Rows of a table."""
_GOOD = ("available", "active", "enabled", "up")
_UNDER_WAY = ("ing", "queued", "_apply", "_deny", "_change")
_HIDDEN = frozenset(("quotas", "quota_classes", "network_quotas"))
"""Kinds that are not resources of their own."""


class UnderWay(NamedTuple):
    """A transition as a row of a table shows it."""

    id: str
    operation: str
    kind: str
    resource_id: str
    words: str
    """When it ends."""
    progress: float | None
    """From 0 to 1; None where time doesn't end it."""
    held: bool


class Line(NamedTuple):
    """One record in a table."""

    id: str
    name: str
    project: str
    status: str
    tone: str
    """How its status reads: ``good``, ``busy``, ``bad`` or ``plain``."""
    age: str
    under_way: list[UnderWay]


def kinds(world: World) -> dict[str, int]:
    """How many records there are of each kind that has any."""
    return {kind: len(table) for kind, table in sorted(world.store.kinds().items()) if table and kind not in _HIDDEN}


def lines(world: World, kind: str, query: str, order: str, page: int) -> tuple[list[Line], int]:
    """One page of a kind's records, and how many meet the query: a part of the name, or a whole id or status."""
    found = [record for record in world.store[kind].newest_first() if _meets(record, query)]
    if order in ("name", "status", "project_id"):
        found.sort(key=_status if order == "status" else lambda record: str(record.get(order) or ""))
    pending = _pending_by_record(world)
    shown = found[page * PAGE : (page + 1) * PAGE]
    return [line(world, record, pending.get(record["id"], [])) for record in shown], len(found)


def _meets(record: Record, query: str) -> bool:
    return not query or query.lower() in _name(record).lower() or query in (record["id"], _status(record))


def _pending_by_record(world: World) -> dict[str, list[UnderWay]]:
    found: dict[str, list[UnderWay]] = {}
    for pending in world.scheduler.pending():
        found.setdefault(pending.resource_id, []).append(under_way(world, pending))
    return found


def _status(record: Record) -> str:
    """Its status; access rules have a state instead, checks of networks a verdict."""
    return str(record.get("status") or record.get("state") or record.get("verdict") or "")


def _name(record: Record) -> str:
    """Its name; replicas are told apart by their state instead."""
    state = record.get("replica_state")
    return str(record.get("name") or record.get("display_name") or (f"{state} replica" if state else ""))


def line(world: World, record: Record, pending: list[UnderWay]) -> Line:
    status = _status(record)
    project = world.identity.projects.get(str(record.get("project_id")))
    return Line(
        id=record["id"],
        name=_name(record),
        project=project["name"] if project else str(record.get("project_id") or ""),
        status=status,
        tone=tone(status),
        age=_age(world, record),
        under_way=pending,
    )


def tone(status: str) -> str:
    """How a status reads, for its colour; the text says it all the same. Neutron and Nova shout theirs."""
    status = status.lower()
    if status in _GOOD:
        return "good"
    if "error" in status:
        return "bad"
    return "busy" if any(part in status for part in _UNDER_WAY) else "plain"


def _age(world: World, record: Record) -> str:
    created = record.get("created_at")
    return words(world.now() - parse_time(created)) if isinstance(created, str) else ""


def words(span: timedelta) -> str:
    """A span of time in its two largest units: ``2 h 5 min``."""
    seconds = max(0, int(span.total_seconds()))
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"


def under_way(world: World, pending: Pending) -> UnderWay:
    """A transition, with how far it is by the world's clock."""
    progress = None
    if pending.held:
        ends = "held"
    elif pending.stuck:
        ends = "stuck"
    elif pending.reads is not None:
        ends = f"after {pending.reads} more reads"
    elif pending.due is None:
        ends = "waits"
    else:
        ends = f"in {words(pending.due - world.now())}"
        progress = float(pending.progress(world.now()) or 0)
    what = pending.operation if pending.phase is None else f"{pending.operation}/{pending.phase}"
    return UnderWay(pending.id, what, pending.kind, pending.resource_id, ends, progress, pending.held or pending.stuck)


# One record


def as_shown(world: World, kind: str, record: Record, version: Microversion, base_url: str) -> Mapping[str, Any]:
    """The record as the API shows it to an administrator at a microversion; as it is kept where no call shows it."""
    operation = load_contract().operations.get(f"{kind}.show")
    if operation is None or operation.id not in HANDLERS or operation.response is None:
        return record
    path = f"/v2/{kind}/{record['id']}"
    http = HttpRequest("GET", path, {}, dict[str, str](), b"", base_url)
    call = Call(http, world, Target("manila"), Entry("", "", "GET", path), 0.0, world.now())
    call.caller_or_none, call.asked_version, call.operation_or_none = _administrator(world), version, operation
    return renderer(operation.id, version, True)(view_of(operation)(call, record))


def _administrator(world: World) -> Credentials:
    return Credentials(
        token="",
        user_id="dashboard",
        user_name="dashboard",
        project_id=None,
        project_name=None,
        domain_id=None,
        roles=("admin", "manager", "member", "reader"),
        is_admin=True,
        expires_at=world.now(),
        user_domain_id="default",
        project_domain_id=None,
        system_scope=None,
    )


def relations(world: World, kind: str, record: Record) -> Iterator[tuple[str, str, Line]]:
    """What a record points at and what points at it: how, its kind, and itself."""
    tables = world.store.kinds()
    for attribute, value in record.items():
        if attribute.endswith("_id") and isinstance(value, str):
            for other, table in tables.items():
                found = table.get(value)
                if found is not None:
                    yield attribute, other, line(world, found, [])
    for attribute in sorted(name for name in INDEXED if name == f"{kind.removesuffix('s')}_id"):
        for other, table in tables.items():
            for found in table.where(**{attribute: record["id"]})[:PAGE]:
                yield "has", other, line(world, found, [])
