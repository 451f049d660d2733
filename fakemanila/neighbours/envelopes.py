"""How each service beside Manila writes an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..http.reply import Reply

Envelope = Callable[[int, str, "str | None"], Reply]
"""Takes the status, the message, and what the service calls such an error where it has a name for it."""

_NEUTRON = {
    400: "HTTPBadRequest",
    403: "PolicyNotAuthorized",
    404: "HTTPNotFound",
    409: "Conflict",
    500: "HTTPInternalServerError",
    501: "HTTPNotImplemented",
}


def _neutron(status: int, message: str, name: str | None = None) -> Reply:
    """``{"NeutronError": {"type": "NetworkNotFound", "message": …, "detail": ""}}``."""
    error = {"type": name or _NEUTRON.get(status, "HTTPError"), "message": message, "detail": ""}
    return Reply(status, {"NeutronError": error})


ENVELOPES: Mapping[str, Envelope] = {
    "network": _neutron,
}
"""By the type of the service."""
