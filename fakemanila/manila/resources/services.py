"""Manila's own services: which there are, and which of them take new work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ...contract.declared import Keywords
from ...text.booleans import strict_bool
from ...versions import Microversion
from ...world.kinds import Kind
from ...world.rows import Row
from .. import errors
from ..common import listing, lookup
from ..common.attributes import Name, Text
from ..common.registry import Page, Resource
from . import availability_zones

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class Service(Row):
    """A process of Manila's, by its number."""

    id: Annotated[str, Keywords(pattern="^[1-9][0-9]*$"), "a number, as text"]
    binary: Text
    host: Text
    zone: Text
    state: Literal["up", "down"] = "up"
    disabled: bool = False
    disabled_reason: Name = None


KIND = Kind(lookup.SERVICES, Service)
UP: Literal["up"] = "up"
SHARE = "manila-share"

_FILTERS = {"host": "host", "binary": "binary", "topic": "binary", "state": "state"}
_MAX_REASON = 255
_REASONS_SINCE = Microversion(2, 83)
"""Since then a service that is disabled may have a reason for it, which goes when it is enabled."""


def _ensuring(world: World, service: Record) -> bool:
    """Whether a backend is looking after its shares."""
    return any(is_on(share, service["host"]) for share in world.store[lookup.SHARES].where(status="ensuring"))


def is_on(share: Record, backend: str) -> bool:
    """Whether a share lives on a backend such as ``oracle@alpha``."""
    return str(share["host"]).partition("#")[0] == backend


def view(call: Call, record: Record) -> Mapping[str, Any]:
    """A service as it is listed; it has just been heard of."""
    return {
        **record,
        "id": int(record["id"]),
        "status": "disabled" if record["disabled"] else "enabled",
        "updated_at": call.world.timestamp(),
        "ensuring": _ensuring(call.world, record),
    }


resource = Resource("services", view=view, kinds=(KIND,))
switching = Resource("services_switching")


def ensure(world: World, binary: str, host: str, zone: str) -> Record:
    """The service of that name on that host, made if need be: up and enabled."""
    found = find(world, binary, host)
    if found is not None:
        return found
    return world.store[KIND].add(
        Service(
            id=str(1 + max((int(service["id"]) for service in world.store[KIND]), default=0)),
            binary=binary,
            host=host,
            zone=zone,
            disabled=False,
            disabled_reason=None,
        )
    )


def find(world: World, binary: str, host: str) -> Record | None:
    """A service by its names, without regard to case, as the database compares."""
    tests = (listing.equals("binary", str(binary)), listing.equals("host", str(host)))
    return next(listing.matching(world.store[KIND], tests), None)


def hosts_up(world: World, *, with_disabled: bool = False) -> set[str]:
    """The backends, such as ``oracle@alpha``, that take new shares."""
    return {
        record["host"]
        for record in world.store[KIND]
        if record["binary"] == SHARE and record["state"] == UP and (with_disabled or not record["disabled"])
    }


@resource.handles("services.list")
def list_(call: Call) -> Page:
    tests = [listing.equals(field, call.query[name]) for name, field in _FILTERS.items() if name in call.query]
    if call.query.get("zone"):
        tests.append(_in_zone(call))
    if call.query.get("status"):
        tests.append(lambda record: ("disabled" if record["disabled"] else "enabled") == call.query["status"])
    if "ensuring" in call.query:
        tests.append(_is_ensuring(call))
    return Page(list(listing.matching(sorted(call.world.store[KIND], key=lambda record: int(record["id"])), tests)))


def _in_zone(call: Call) -> listing.Test:
    zone = availability_zones.find(call.world, call.query["zone"])
    return lambda record: zone is not None and record["zone"] == zone["name"]


def _is_ensuring(call: Call) -> listing.Test:
    try:
        wanted = strict_bool(call.query["ensuring"])
    except ValueError:
        return lambda record: False
    return lambda record: _ensuring(call.world, record) == wanted


def _named(call: Call) -> Record:
    found = find(call.world, call.body["binary"], call.body["host"])
    if found is None:
        raise errors.NotFound(f"Could not find binary {call.body['binary']} on host {call.body['host']}.")
    return found


@switching.handles("services.enable")
def enable(call: Call) -> dict[str, Any]:
    record = _named(call)
    changes = {"disabled_reason": None} if call.version >= _REASONS_SINCE else {}
    record.update(changes, disabled=False)
    return _switched(call, "enabled")


@switching.handles("services.disable")
def disable(call: Call) -> dict[str, Any]:
    reason = call.body.get("disabled_reason")
    if reason and call.version < _REASONS_SINCE:
        raise errors.BadRequest("'disabled_reason' option is not supported by this microversion.")
    if reason and not 1 <= len(reason.strip()) <= _MAX_REASON:
        raise errors.BadRequest("Disabled reason contains invalid characters or is too long")
    record = _named(call)
    changes = {"disabled_reason": reason.strip()} if reason else {}
    record.update(changes, disabled=True)
    return _switched(call, "disabled", changes.get("disabled_reason"))


def _switched(call: Call, status: str, reason: str | None = None) -> dict[str, Any]:
    """What real Manila answers: just what was asked for, with no look at what is being ensured."""
    names = {name: call.body[name] for name in ("host", "binary")}
    return {**names, "status": status, "disabled_reason": reason, "ensuring": None}
