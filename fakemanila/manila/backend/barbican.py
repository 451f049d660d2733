"""What Manila does with Barbican for the key of an encrypted share server.

It lets its own user read the key, whose name whoever made the share has given, and makes that user an application
credential with which the backend gets the key and nothing else. Where the deployment has no Barbican, any key will do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...keystone import application_credentials
from ...keystone.builtin import fixed_id
from ...neighbours.key_manager import acls
from ...neighbours.key_manager.records import find, is_private_to
from ...neighbours.offers import OFFERS

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World

_TYPE = "key-manager"
USER = fixed_id("user", "manila")
"""Manila's own user, which is Barbican's for its configuration."""


def is_there(world: World) -> bool:
    return _TYPE in world.settings.services


def hand_over(world: World, share: Record) -> str | None:
    """The id of an application credential for a share's key; None where its owner cannot give that key away."""
    secret = find(world, share["encryption_key_ref"])
    if secret is None or secret.project_id != share["project_id"] or not is_private_to(secret, share["user_id"]):
        return None
    acls.set_acl(world, secret, users=[USER], project_access=False)
    path = f"{OFFERS[_TYPE].path}/v1/secrets/{secret.id}"
    seeded = world.seeded
    rules = [
        {"id": seeded.hex_id(), "service": _TYPE, "method": "GET", "path": each} for each in (path, f"{path}/payload")
    ]
    credential: Record = {
        "id": seeded.hex_id(),
        "user_id": USER,
        "project_id": fixed_id("project", "service"),
        "name": f"manila_barbican_{seeded.uuid()}",
        "description": None,
        "expires_at": None,
        "unrestricted": None,
        "secret": secret.id,
        "role_ids": [fixed_id("role", "service")],
        "access_rules": rules,
    }
    application_credentials.keep(world.identity.state, credential)
    return str(credential["id"])


def still_has(world: World, server: Record) -> bool:
    """Whether the credential of an encrypted server is there, without which nothing new is made on it."""
    return server["application_credential_id"] in world.identity.state.application_credentials


def take_back(world: World, server: Record) -> None:
    """What was made for the key of a server that goes: the credential, and Manila's right to read the key."""
    credential = server["application_credential_id"]
    if credential is None:
        return
    world.identity.state.application_credentials.pop(credential, None)
    secret = find(world, server["encryption_key_ref"] or "")
    if secret is not None:
        left = [user for user in secret.users if user != USER]
        acls.set_acl(world, secret, users=left, project_access=secret.project_access)
