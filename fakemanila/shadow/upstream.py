"""The real cloud: requests are passed on to it as they are."""

from __future__ import annotations

from collections.abc import Iterable

import requests

from ..compare.histories.comparing import Answer
from ..http.waits import step_aside
from ..manila.routes import IDENTITY
from .addresses import Addresses, base_of
from .exchange import Asked

_OF_THE_CONNECTION = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
     "upgrade", "host", "content-length", "content-encoding", "accept-encoding")
)  # fmt: skip
"""Headers that are a matter of one connection, and of how a body is packed for it."""
_CONNECT = 10.0
_TIMEOUT = 300.0
"""Seconds that the cloud may take to be reached, and to answer."""


class Unreachable(Exception):
    """The cloud doesn't answer."""


class Upstream:
    """Manila and Keystone of a cloud, by the URLs of their endpoints, of which the first are asked."""

    def __init__(
        self, manila: Iterable[str], identity: Iterable[str], *, verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        manila, identity = list(manila), list(identity)
        self.manila, self.identity = base_of(manila[0]), base_of(identity[0])
        self.addresses = Addresses(manila, identity)
        self._session = requests.Session()
        self._session.trust_env = False  # nothing of ~/.netrc gets into a client's request
        self._session.verify, self._session.cert = verify, cert

    def send(self, asked: Asked) -> Answer:
        """What the cloud answers. Raises Unreachable."""
        below = asked.target.removeprefix(IDENTITY) if is_identity(asked.path) else asked.target
        base = self.identity if is_identity(asked.path) else self.manila
        headers = {name: value for name, value in asked.headers.items() if name not in _OF_THE_CONNECTION}
        request = requests.Request(asked.method, base, data=asked.body or None)
        prepared = self._session.prepare_request(request)
        prepared.url = base + below
        # Nothing but what the client has sent: requests has defaults of its own.
        prepared.headers = requests.structures.CaseInsensitiveDict(headers)
        prepared.headers["Accept-Encoding"] = "identity"
        if asked.body or asked.method in ("POST", "PUT", "PATCH"):
            prepared.headers["Content-Length"] = str(len(asked.body))
        step_aside()
        try:
            response = self._session.send(
                prepared, timeout=(_CONNECT, _TIMEOUT), allow_redirects=False, verify=self._session.verify,
                cert=self._session.cert,
            )  # fmt: skip
        except requests.RequestException as error:
            raise Unreachable(f"{base} doesn't answer: {error}") from None
        kept = {name: value for name, value in response.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        return Answer(response.status_code, kept, response.content)

    def close(self) -> None:
        self._session.close()


def is_identity(path: str) -> bool:
    """Whether a path of this server is Keystone's."""
    return path == IDENTITY or path.startswith(f"{IDENTITY}/")
