"""How each service beside Manila writes an error."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from http.client import responses

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


_NOVA = {
    400: "badRequest",
    403: "forbidden",
    404: "itemNotFound",
    409: "conflictingRequest",
    503: "serviceUnavailable",
    501: "notImplemented",
}


def _nova(status: int, message: str, name: str | None = None) -> Reply:
    """``{"itemNotFound": {"code": 404, "message": …}}``."""
    return Reply(status, {name or _NOVA.get(status, "computeFault"): {"code": status, "message": message}})


def _glance(status: int, message: str, name: str | None = None) -> Reply:
    """A page, as webob writes it."""
    title = f"{status} {name or responses.get(status, 'Error')}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{escape(message)}<br /><br /></body></html>"
    return Reply(status, page.encode(), {"Content-Type": "text/html; charset=UTF-8"})


def _barbican(status: int, message: str, name: str | None = None) -> Reply:
    """``{"code": 404, "title": "Not Found", "description": …}``."""
    return Reply(status, {"code": status, "title": name or responses.get(status, "Error"), "description": message})


ENVELOPES: dict[str, Envelope] = {
    "network": _neutron,
    "compute": _nova,
    "image": _glance,
    "key-manager": _barbican,
}
"""By the type of the service."""
