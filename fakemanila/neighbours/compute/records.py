"""What Nova keeps: servers, and the shares that are attached to them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Annotated

from ...contract.declared import Keywords
from ...manila.common.attributes import Dated, Text, reference
from ...world.kinds import Kind

if TYPE_CHECKING:
    from ...world.world import World

Short = Annotated[str, Keywords(maxLength=255)]


class Server(Dated):
    """A virtual machine. `task_state` is empty unless it is being deleted; what else is done with it is under way."""

    project_id: str | None
    user_id: str | None
    name: Short
    status: Text = "BUILD"
    task_state: str = ""
    flavor_id: Text
    image_id: str | None = None
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    key_name: str | None = None
    availability_zone: Text = "nova"


class ServerShare(Dated):
    """A share of a server's.

    It is `attaching` until the server is started or stopped, or the share detached; meanwhile its access rule says
    how it is.
    """

    server_id: Annotated[Text, reference("servers")]
    share_id: Text
    tag: Short
    status: Text = "attaching"
    export_location: str
    share_proto: Text


SERVERS = Kind("servers", Server)
SHARES = Kind("server_shares", ServerShare)


def shares_of(world: World, server_id: str) -> list[ServerShare]:
    """Those of a server, oldest first."""
    return [share for share in world.store[SHARES] if share.server_id == server_id]
