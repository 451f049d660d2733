"""What backends make of access rules: applied, with a key where clients need one, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...world.lifecycle import ERROR, Outcome
from . import backends
from .drivers.base import Refusal

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World


def failure(world: World, share: Record, rule: Record) -> Outcome | None:
    """How it fails where a share's backend doesn't apply a rule, of the share or of a snapshot of it, and with which
    message to its user; None for a rule that it applies."""
    protocol = backends.protocol_of(world, share)
    refused = Refusal() if protocol is None else protocol.refusal(world, share, rule)
    return None if refused is None else Outcome(ERROR, message=refused.detail)


def key_for(world: World, share: Record, rule: Record) -> str | None:
    """The key that the clients of a rule need to mount the share; None where they need none."""
    protocol = backends.protocol_of(world, share)
    return None if protocol is None or protocol.key is None else protocol.key(world, share, rule)
