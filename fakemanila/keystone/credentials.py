"""Who is calling."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Credentials(NamedTuple):
    """The owner of a valid token, as the services behind it see them.

    `project_id`, `domain_id` and `system_scope` say what the token is scoped to: at most one is set, none for an
    unscoped token. `system_scope` is ``"all"`` or None. `roles` are names, implied ones included.
    """

    token: str
    user_id: str
    user_name: str
    project_id: str | None
    project_name: str | None
    domain_id: str | None
    roles: tuple[str, ...]
    is_admin: bool
    expires_at: datetime
    user_domain_id: str
    project_domain_id: str | None
    system_scope: str | None
    service_roles: tuple[str, ...] = ()
    """The roles of the service that asks for the caller, with a token of its own; none where the caller asks."""
