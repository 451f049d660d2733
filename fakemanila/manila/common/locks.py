"""Resource locks as the locked see them: what keeps a rule from being seen, a rule or a share from being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from ...world.kinds import Kind
from .attributes import Dated, Text

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class ResourceLock(Dated):
    """What keeps somebody from doing something to a share or an access rule."""

    user_id: str | None
    project_id: str | None
    lock_context: Literal["user", "admin", "service"]
    resource_type: Text
    resource_id: Text
    resource_action: Text
    lock_reason: str | None = None


KIND = Kind("resource_locks", ResourceLock)

MAX_REASON = 1023
SHOW = "show"
DELETE = "delete"


def _context(call: Call) -> Literal["user", "admin", "service"]:
    """As what the caller sets and lifts locks. What a service asks for an administrator is still the service's."""
    return "service" if call.caller.service_roles else "admin" if call.is_admin else "user"


class Owner(NamedTuple):
    """Whose a lock is, and as what they set it."""

    user_id: str | None
    project_id: str | None
    context: Literal["user", "admin", "service"]


def owner(call: Call) -> Owner:
    return Owner(call.caller.user_id, call.caller.project_id, _context(call))


def place(world: World, owner: Owner, resource_type: str, resource_id: str, action: str, reason: str | None) -> Record:
    """A new lock."""
    return world.store[KIND].add(
        ResourceLock(
            id=world.seeded.uuid(),
            user_id=owner.user_id,
            project_id=owner.project_id,
            lock_context=owner.context,
            resource_type=resource_type,
            resource_id=resource_id,
            resource_action=action,
            lock_reason=reason,
            created_at=world.timestamp(),
        )
    )


def on(world: World, resource_id: str, action: str) -> list[ResourceLock]:
    """The locks that keep anyone from `action` on a resource, newest first."""
    return world.store[KIND].where(resource_id=resource_id, resource_action=action)


_LIFTED_BY = {"user": ("user", "service", "admin"), "service": ("service", "admin"), "admin": ("admin",)}
"""Who may touch the locks that were set as what."""


def may_change(call: Call, lock: Record) -> bool:
    """Whether a lock is the caller's to change, as far as that depends on what they and its owner are."""
    return _context(call) in _LIFTED_BY[lock["lock_context"]]


def may_delete(call: Call, lock: Record) -> bool:
    return call.allows("resource_lock:delete", lock) and may_change(call, lock)


def hides(call: Call, resource_id: str) -> bool:
    """Whether a lock keeps the caller from seeing the secrets of a resource."""
    locks = on(call.world, resource_id, SHOW)
    return any(
        not (may_change(call, lock) and call.allows("resource_lock:bypass_locked_show_action", lock)) for lock in locks
    )


# A rule is not safe from deletion while its share isn't: a lock on the one brings one on the other.


def reason_of_share(lock: Record) -> str:
    """The reason of the lock on a share that belongs to a lock on one of its access rules."""
    return f"Locked by access lock: {lock['id']}"


def remove_all(world: World, resource_id: str) -> None:
    """Removes the locks on a resource that is gone, and those on its share that belong to them."""
    for lock in world.store[KIND].where(resource_id=resource_id):
        for other in world.store[KIND].where(lock_reason=reason_of_share(lock)):
            world.store[KIND].remove(other["id"])
        world.store[KIND].remove(lock["id"])
