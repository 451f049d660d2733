"""Extending and shrinking shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...reasons.records import WrongStatus
from ...text.booleans import strict_bool
from ...world.lifecycle import Message, Outcome, Transition
from .. import errors
from ..backend import scheduling
from ..common import extra_specs, lookup, quotas
from ..common.fields import check_not_busy, check_not_soft_deleted
from ..common.registry import Resource
from . import share_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

KIND = lookup.SHARES
MAX_SIZE = 2**31 - 1
_SHRINKABLE = ("available", "shrinking_possible_data_loss_error")

resource = Resource("share_resizing")


def _asked(call: Call, change: str) -> tuple[Record, int]:
    """The share, which is in nobody's bin, and the size that it is to have.

    The policy comes after the body here, as Manila has it.
    """
    call.require(f"share:{change}")
    share = lookup.share(call, call.args["share_id"])
    try:
        size = int(call.body["new_size"])
    except ValueError:
        size = -1
    if not 0 <= size <= MAX_SIZE:
        raise errors.BadRequest(f"Invalid input for new_size: {call.body['new_size']!r} is not a valid size in GiB.")
    check_not_soft_deleted(share, f"Cannot {change} share '{{id}}'")
    return share, size


def _type_of(world: World, share: Record) -> Record:
    """Its type; the default one where there is none any more."""
    found = world.store[share_types.KIND].get(share["share_type_id"]) or share_types.default(world)
    return found or {"name": None, "extra_specs": {}}


# Extending


def _extended(world: World, share: Record, arguments: Mapping[str, Any]) -> Outcome | None:
    """Asks the scheduler whether the share's pool has room, unless it was forced. A refusal changes nothing.

    What else the type says doesn't matter: Manila doesn't look whether the pool would still be right for it.
    """
    growth = arguments["size"] - share["size"]
    if not arguments["force"]:
        request = scheduling.Request(
            size=growth,
            specs={},
            share_proto=None,
            only_host=share["host"],
            reserved="reserved_share_extend_percentage",
        )
        refusal = scheduling.place(world, request)
        if isinstance(refusal, str):
            share["extending_to"] = None
            return Outcome("available", message=refusal)
    share["size"] = arguments["size"]
    share["extending_to"] = None
    return None


def _not_extended(world: World, share: Record, arguments: Mapping[str, Any], outcome: Outcome) -> None:
    share["extending_to"] = None


@resource.handles(
    "shares.extend",
    Transition(
        "extending", "available", "extending_error", effect=_extended, undo=_not_extended, message=Message("008", "015")
    ),
)
def extend(call: Call) -> None:
    force = _forced(call)
    share, size = _asked(call, "extend")
    call.require("share:force_extend" if force else "share:extend", share)
    if share["status"] != "available":
        raise errors.BadRequest(
            f"Invalid share: Share {share['id']} status must be 'available' to extend, but current status is: "
            f"{share['status']}.",
            because=WrongStatus.of(share, "available"),
        )
    check_not_busy(share)
    growth = size - share["size"]
    if growth <= 0:
        raise errors.BadRequest(
            "Invalid input received: New size for extend must be greater than current size. "
            f"(current: {share['size']}, extended: {size})."
        )
    quotas.check_share_size(call, size)
    beyond = call.allows("share:extend_beyond_max_share_size_spec", share)
    extra_specs.check_size(
        _type_of(call.world, share), size, extra_specs.MAX_EXTENDED_SIZE if beyond else extra_specs.MAX_SIZE
    )
    wanted = {"gigabytes": growth}
    if share["replication_type"]:
        wanted["replica_gigabytes"] = growth * len(lookup.replicas_of(call.world, share["id"]))
    try:
        quotas.check(call, wanted, share_type_id=share["share_type_id"], of=share)
    except quotas.Exceeded as error:
        if error.resource == "gigabytes":  # of this call alone Manila makes a 403, and only of this quota
            raise errors.Forbidden(error.message, because=error.because) from None
        raise
    share["extending_to"] = size
    call.begin("shares.extend", KIND, share, size=size, force=force)


def _forced(call: Call) -> bool:
    """Whether the scheduler is not to be asked, where the microversion lets anybody say so."""
    if not call.knows_field("force") or "force" not in call.body:
        return False
    try:
        return strict_bool(call.body["force"])
    except ValueError:
        raise errors.BadRequest(f"Invalid boolean force : {call.body['force']}") from None


# Shrinking


def _shrunk(world: World, share: Record, arguments: Mapping[str, Any]) -> None:
    share["size"] = arguments["size"]


@resource.handles("shares.shrink", Transition("shrinking", "available", "shrinking_error", effect=_shrunk))
def shrink(call: Call) -> None:
    share, size = _asked(call, "shrink")
    if share["status"] not in _SHRINKABLE:
        raise errors.BadRequest(
            f"Invalid share: Share {share['id']} status must in ({', '.join(_SHRINKABLE)}) to shrink, but current "
            f"status is: {share['status']}.",
            because=WrongStatus.of(share, *_SHRINKABLE),
        )
    check_not_busy(share)
    if not 0 < size < share["size"]:
        raise errors.BadRequest(
            "Invalid input received: New size for shrink must be less than current size and greater than 0 "
            f"(current: {share['size']}, new: {size})"
        )
    extra_specs.check_size(_type_of(call.world, share), size, extra_specs.MIN_SIZE)
    call.begin("shares.shrink", KIND, share, size=size)
