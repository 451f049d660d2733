"""What Barbican keeps: secrets, with who may read them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any

from ...contract.declared import Keywords
from ...manila.common.attributes import Dated, Name, Text, Time
from ...world.kinds import Kind

if TYPE_CHECKING:
    from ...keystone.credentials import Credentials
    from ...world.world import World

TYPES = ("symmetric", "passphrase", "private", "public", "certificate", "opaque")


class Secret(Dated):
    project_id: str | None
    creator_id: str | None
    name: Name = None
    secret_type: Annotated[str, Keywords(enum=list(TYPES))] = "opaque"
    algorithm: Name = None
    bit_length: int | None = None
    mode: Name = None
    expiration: Time | None = None
    payload: str | None = None
    """In base64, whatever it is; None for a secret that is told later."""
    content_type: str | None = None
    users: list[Text] = field(default_factory=list)
    """The ids of those who may read it wherever they are."""
    project_access: bool = True
    """Whether all of the project may, or only who made it."""
    acl_created_at: Time | None = None
    """None while nobody has said who may read it."""
    acl_updated_at: Time | None = None


SECRETS = Kind("secrets", Secret)


def find(world: World, id: str) -> Secret | None:
    """A secret that has not expired."""
    secret = world.store[SECRETS].get(id)
    if secret is not None and secret.expiration is not None and secret.expiration <= world.timestamp():
        return None
    return secret


def is_private_to(secret: Secret, user_id: str | None) -> bool:
    """Whether what is private is nevertheless the user's own."""
    return secret.project_access or secret.creator_id == user_id


def may_change(secret: Secret, caller: Credentials) -> bool:
    """Administrators of its project may, and its members unless it is somebody else's private one."""
    if secret.project_id != caller.project_id:
        return False
    return "admin" in caller.roles or ("member" in caller.roles and is_private_to(secret, caller.user_id))


def may_read(secret: Secret, caller: Credentials) -> bool:
    return may_change(secret, caller) or caller.user_id in secret.users


def time(text: str | None) -> str | None:
    """A time as Barbican writes it, without a fraction."""
    return None if text is None else text[:19]


def show(base_url: str, secret: Secret, *, consumers: bool) -> dict[str, Any]:
    """A secret without its payload. Consumers came with a later microversion."""
    shown = {
        "secret_ref": f"{base_url}/key-manager/v1/secrets/{secret.id}",
        **{name: secret[name] for name in ("name", "secret_type", "algorithm", "bit_length", "mode", "creator_id")},
        "expiration": time(secret.expiration),
        "created": time(secret.created_at),
        "updated": time(secret.updated_at or secret.created_at),
        "status": "ACTIVE",
    }
    if secret.payload is not None:
        shown["content_types"] = {"default": secret.content_type}
    return {**shown, "consumers": []} if consumers else shown
