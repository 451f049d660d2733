"""Who may read a secret, beside those that its project lets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...http.reply import Reply
from . import documents, secrets
from .records import Secret, time

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...world.world import World

READ: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "users": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 255}},
        "project-access": {"type": "boolean"},
    },
    "additionalProperties": False,
}


def set_acl(world: World, secret: Secret, *, users: list[str], project_access: bool) -> None:
    """Says who may read a secret."""
    now = world.timestamp()
    secret.update(
        users=list(dict.fromkeys(users)),
        project_access=project_access,
        acl_created_at=secret.acl_created_at or now,
        acl_updated_at=now,
    )


def forget(secret: Secret) -> None:
    """Lets the whole project read it, as if nobody had ever said anything else."""
    secret.update(users=[], project_access=True, acl_created_at=None, acl_updated_at=None)


def _own(call: Call, what: str) -> Secret:
    secret = secrets.lookup(call)
    secrets.require_change(call, secret, what)
    return secret


def read(call: Call) -> Reply:
    secret = _own(call, "SecretACL(s) retrieval")
    shown: dict[str, Any] = {"project-access": secret.project_access}
    if secret.acl_created_at is not None:
        dates = {"created": time(secret.acl_created_at), "updated": time(secret.acl_updated_at)}
        shown |= {"users": secret.users, **dates}
    return documents.answer(call, {"read": shown})


def _answer(call: Call, secret: Secret) -> Reply:
    return documents.answer(call, {"acl_ref": f"{call.http.base_url}/key-manager/v1/secrets/{secret.id}/acl"})


def replace(call: Call) -> Reply:
    secret, said = _own(call, "SecretACL(s) Update"), call.body.get("read")
    if said:
        users, access = said.get("users", []), said.get("project-access", True)
        set_acl(call.world, secret, users=users, project_access=access)
    else:
        forget(secret)
    return _answer(call, secret)


def change(call: Call) -> Reply:
    secret, said = _own(call, "SecretACL(s) Update"), call.body.get("read")
    if said:
        users, access = said.get("users", secret.users), said.get("project-access", secret.project_access)
        set_acl(call.world, secret, users=users, project_access=access)
    return _answer(call, secret)


def delete(call: Call) -> Reply:
    """200, with a null for a body."""
    forget(_own(call, "SecretACL(s) deletion"))
    return Reply(200, b"null", {"Content-Type": "application/json"})
