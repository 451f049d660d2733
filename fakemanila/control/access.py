"""Who may use the control plane.

It can do anything to a world, and it listens where a browser can reach it. Three things keep strangers out: a token
wherever the server listens on more than loopback; on loopback the Host header, because a web page whose name has been
rebound to 127.0.0.1 still sends its own name; and the Origin header, because a browser sends some requests across
origins without asking first. Behind a trusted proxy callers are not on this machine, whatever address the server
listens on, so what the proxy has passed on needs the token too.
"""

from __future__ import annotations

import hmac
import secrets
from typing import NamedTuple
from urllib.parse import urlsplit

from ..http.headers import Headers
from ..http.loopback import is_loopback
from ..http.public_address import Arrived
from .control_errors import ControlError
from .control_token import TOKEN_HEADER

_BEARER = "bearer "


class Access(NamedTuple):
    """What a control request has to show. `host` is what the server listens on."""

    token: str | None = None
    host: str = "127.0.0.1"

    @classmethod
    def bound_to(cls, host: str, token: str | None = None) -> Access:
        """For a server that listens on `host`: with a token of its own making where it needs one and got none.

        Raises ValueError for a token that fits into no header.
        """
        if token is not None and not (token.isascii() and token.isprintable() and token.strip() == token != ""):
            raise ValueError("a control token is printable ASCII without spaces around it, and not empty")
        if token is None and not is_loopback(host):
            token = secrets.token_urlsafe(24)
        return cls(token, host)

    def check(self, headers: Headers, arrived: Arrived | None = None) -> None:
        """Raises ControlError, 403 or 401, for a request that may not use the control plane.

        `arrived` says how it arrived, where `headers` tell of its public address instead.
        """
        self.check_origin(headers, arrived)
        if self.token is not None and not self._has_token(headers):
            raise ControlError(
                401,
                f"the control plane needs its token, in the header {TOKEN_HEADER} or as Authorization: Bearer;"
                " it is what serve was given as --control-token, or wrote to its standard error",
                {"WWW-Authenticate": 'Bearer realm="fakemanila"'},
            )

    def check_origin(self, headers: Headers, arrived: Arrived | None = None) -> None:
        """Raises ControlError, 403, for a request that a web page from elsewhere made a browser send."""
        shown = headers.get("Host", "")
        host = shown if arrived is None else arrived.host
        origin = headers.get("Origin")
        if arrived is not None and arrived.by_proxy and self.token is None:
            raise ControlError(
                403,
                "a proxy has passed this on, from who knows where; start the server with --control-token,"
                " or call the control plane directly",
            )
        if origin is not None and _authority(origin) not in (host.lower(), shown.lower()):
            raise ControlError(403, f"Origin: {origin!r} is another origin; the control plane answers only its own")
        # On loopback no name but its own is right. Elsewhere any may be, and the token does what the name can't.
        outside = arrived is not None and arrived.by_proxy
        if is_loopback(self.host) and not outside and not is_loopback(_hostname(host)):
            raise ControlError(
                403,
                f"Host: {host!r} is not a loopback name; call the control plane at localhost, 127.0.0.1 or [::1],"
                " or start the server with --host and --control-token",
            )

    def _has_token(self, headers: Headers) -> bool:
        given = headers.get(TOKEN_HEADER)
        if given is None:
            authorization = headers.get("Authorization", "")
            if not authorization.lower().startswith(_BEARER):
                return False
            given = authorization[len(_BEARER) :].strip()
        return hmac.compare_digest(given.encode(), (self.token or "").encode())


def _authority(origin: str) -> str:
    """The host and port of an origin; nothing for ``null`` and for nonsense."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _hostname(host: str) -> str:
    """The host of a Host header, without its port and without the brackets of an IPv6 address."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
