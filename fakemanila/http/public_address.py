"""Under which address callers know the server, where that is not the one that it listens on.

Whatever makes a link asks the request for its address; so a WSGI middleware puts the outer one into the environment,
as a server does that is called directly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ARRIVED = "fakemanila.http.arrived"
"""Where the WSGI environment has how the request arrived, an `Arrived`, where that has been covered up."""

_HOST = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[1-9][0-9]{0,4}))?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+;=:@-]+)*")
_FORWARDED = ("PROTO", "HOST", "PORT", "PREFIX", "FOR")
_PORTS = {"http": "80", "https": "443"}


class Arrived(NamedTuple):
    """What a request showed of itself when it arrived."""

    host: str
    """The header Host."""
    by_proxy: bool
    """A trusted proxy has passed it on, on behalf of who knows whom."""


class PublicAddress(NamedTuple):
    """A scheme, a host with its port where that is not the scheme's own, and a path that goes before all others."""

    scheme: str
    host: str
    prefix: str = ""

    @classmethod
    def parse(cls, url: str) -> PublicAddress:
        """Raises ValueError for what is not the address of a server."""
        try:
            parts = urlsplit(url)
            prefix = parts.path.rstrip("/")
            right = parts.scheme in _PORTS and not (parts.query or parts.fragment) and _PREFIX.fullmatch(prefix)
            if right and (host := _host(parts.netloc)):
                return cls(parts.scheme, host.lower().removesuffix(f":{_PORTS[parts.scheme]}"), prefix)
        except ValueError:  # half an IPv6 address
            pass
        raise ValueError(f"{url!r} is not the address of a server: expected one such as 'https://cloud.example.com'")

    @property
    def hostname(self) -> str:
        """The host without its port, and an IPv6 address without its brackets."""
        return urlsplit(str(self)).hostname or ""

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.prefix}"


class Covered:
    """A WSGI application that takes every request for one to its public address.

    That is `public`, or what the headers of a trusted proxy say. A value that makes no sense is passed over.
    """

    def __init__(self, app: WSGIApplication, public: PublicAddress | None, *, trust_proxy: bool) -> None:
        self._app = app
        self._public = public
        self._trust_proxy = trust_proxy

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        by_proxy = self._trust_proxy and (
            "HTTP_FORWARDED" in environ or any(f"HTTP_X_FORWARDED_{name}" in environ for name in _FORWARDED)
        )
        environ[ARRIVED] = Arrived(environ.get("HTTP_HOST", ""), by_proxy)
        address = self._public or (_told(environ) if by_proxy else None)
        if address is not None:
            environ["wsgi.url_scheme"] = address.scheme
            if address.host:
                environ["HTTP_HOST"] = address.host
            environ["SCRIPT_NAME"] = address.prefix + environ.get("SCRIPT_NAME", "")
        return self._app(environ, start_response)


def _told(environ: Mapping[str, str]) -> PublicAddress:
    """What the headers say, the request's own address where they say nothing.

    As in oslo.middleware, which Manila has for this, ``Forwarded`` goes before all others but the prefix, and of
    several proxies the first one, next to the caller, counts. It knows nothing of a port beside the host, which is
    taken here where the host has none.
    """
    if environ.get("HTTP_FORWARDED"):
        told = _first_forwarded(environ["HTTP_FORWARDED"])
        proto, host, port = told.get("proto", ""), told.get("host", ""), ""
    else:
        proto, host, port = (
            environ.get(f"HTTP_X_FORWARDED_{name}", "").partition(",")[0].strip() for name in ("PROTO", "HOST", "PORT")
        )
    scheme = proto.lower() if proto.lower() in _PORTS else environ["wsgi.url_scheme"]
    host = _host(host) or environ.get("HTTP_HOST", "")
    found = _HOST.fullmatch(host)
    if port and found is not None and found["port"] is None:
        host = _host(f"{host}:{port}") or host
    host = host.removesuffix(f":{_PORTS[scheme]}")
    # Each proxy has taken its own part off the path, the first one the first part.
    prefix = "".join(part.strip().rstrip("/") for part in environ.get("HTTP_X_FORWARDED_PREFIX", "").split(","))
    return PublicAddress(scheme, host, prefix if _PREFIX.fullmatch(prefix) else "")


def _first_forwarded(header: str) -> dict[str, str]:
    """The first element of a ``Forwarded`` header."""
    told = {}
    for pair in header.partition(",")[0].split(";"):
        name, _, value = pair.partition("=")
        told[name.strip().lower()] = value.strip().strip('"')
    return told


def _host(text: str) -> str:
    """A host, perhaps with its port, as it came; nothing where it can't be one."""
    found = _HOST.fullmatch(text)
    return text if found is not None and int(found["port"] or 1) <= 65535 else ""
