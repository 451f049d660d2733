"""Where the server of a `FakeManila` is: in this process, with or without a socket, or elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from ..app import FakeManilaFlask, application
from ..control.access import Access
from ..control.client import ControlClient, HttpTransport
from ..http import wsgi
from ..http.public_address import PublicAddress
from ..http.server import Server
from ..versions import Microversion
from ..world.world import Settings, World
from ..world.worlds import Worlds

if TYPE_CHECKING:
    import requests

    from ..http.certificates import Certificates
    from ..http.inprocess import WsgiAdapter

NO_SOCKET = "http://fakemanila.test"
"""The address where there is none: requests for it never leave the process."""
IN_PROCESS = "http://localhost"
"""What control calls are sent to that no socket is needed for."""

_NOT_STARTED = "this FakeManila is not running: use it in a with statement, or call start() first"
_STOPPED = "this FakeManila has been stopped: what it had is gone; call start() for a new one"


class Running(Protocol):
    """A server: its address, and how control calls and clients reach it."""

    token: str | None
    given: dict[str, Mapping[str, Any]]
    """The scenario that a world was last reset to, by the world's name."""

    @property
    def running(self) -> bool: ...

    @property
    def app(self) -> FakeManilaFlask:
        """What answers. Raises RuntimeError while it isn't running, and where it is in another process."""

    @property
    def url(self) -> str:
        """Without a slash at its end. Raises RuntimeError while it isn't running."""

    @property
    def cacert(self) -> str | None:
        """The file of the authority that a client has to trust besides the machine's. Raises as `url`."""

    @property
    def client_cert(self) -> str | None:
        """The file of a certificate, with its key, that clients show to the server. Raises as `url`."""

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        """A control call, as `ControlClient` makes it."""

    def recall(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        """The same, also about what was there before it was stopped."""

    def reset(self, world: str | None) -> bool:
        """Resets a world without a control call where that is possible, and says whether it was."""

    def may_have_faults(self, world: str | None) -> bool:
        """Whether it is worth asking for the rules of a world."""

    def world(self, name: str | None) -> World:
        """A world itself. Raises RuntimeError where it is in another process."""

    def worlds(self) -> set[str]: ...

    def newest_microversion(self, world: str | None) -> Microversion: ...

    def mount(self, session: requests.Session) -> None:
        """Makes a session reach the server."""


class LocalServer:
    """A server in this process: in a thread, or called directly."""

    def __init__(
        self,
        settings: Settings,
        *,
        serve: bool,
        host: str,
        port: int,
        token: str | None,
        public: PublicAddress | None = None,
        trust_proxy: bool = False,
        tls: bool | str = False,
        client_ca: bool | str | os.PathLike[str] = False,
    ) -> None:
        """`tls` and `client_ca` as in `FakeManila`. Raises ValueError for wrong ones."""
        self._tls, self._client_ca = _checked_tls(tls, client_ca, serve=serve)
        self._certificates: Certificates | None = None
        self._settings, self._serve, self._host, self._port = settings, serve, host, port
        self._public, self._trust_proxy = public, trust_proxy
        self.late = False
        """It listens when somebody first wants to know its address, and not when it starts."""
        # Without a socket there is nobody to be kept out.
        self._access = Access.bound_to(host, token) if serve else Access(None, urlsplit(NO_SOCKET).netloc)
        self.token = self._access.token
        self.given: dict[str, Mapping[str, Any]] = {}
        self._worlds: Worlds | None = None
        self._app: FakeManilaFlask | None = None
        self._server: Server | None = None
        self._url: str | None = None
        self._adapter: WsgiAdapter | None = None
        self._was_started = False

    @property
    def running(self) -> bool:
        return self._worlds is not None

    @property
    def app(self) -> FakeManilaFlask:
        self._up()
        assert self._app is not None
        return self._app

    @property
    def serves(self) -> bool:
        """Whether it has a server of its own."""
        return self._serve

    def for_other_servers(self) -> None:
        """Before it is started: its application is going to be served by something else.

        That hides the connections, and calls the control plane from who knows where: by a loopback name, or not at all.
        """
        self._settings = replace(self._settings, wire=False)
        self._access = Access(self.token)

    @property
    def url(self) -> str:
        worlds = self._up()
        if self._url is None:
            self._url = self._listen(worlds, self._app) if self._serve else str(self._public or NO_SOCKET)
        return self._url

    @property
    def cacert(self) -> str | None:
        _ = self.url
        return None if self._certificates is None else self._certificates.cacert

    @property
    def client_cert(self) -> str | None:
        _ = self.url
        return self._certificates.client if self._certificates is not None and self._client_ca is True else None

    def start(self) -> None:
        """Raises OSError where the address can't be had, ScenarioError for a scenario that no world can start from."""
        if self._worlds is not None:
            raise RuntimeError("this FakeManila is running already")
        worlds = Worlds(self._settings)
        worlds.get()
        app = application(worlds, self._access, self._public, trust_proxy=self._trust_proxy)
        if self._serve and not self.late:
            self._url = self._listen(worlds, app)
        self._worlds, self._app, self._was_started = worlds, app, True

    def _listen(self, worlds: Worlds, app: Any) -> str:
        tls, client_ca = None, None
        if self._tls is not None:
            from ..http.certificates import Certificates

            hosts = [self._host] if self._public is None else [self._host, self._public.hostname]
            self._certificates = Certificates(self._tls, hosts)
            worlds.cacert = self._certificates.cacert
            tls = (self._certificates.server, self._certificates.server)
            if self._client_ca:
                client_ca = self._certificates.cacert if self._client_ca is True else os.fspath(self._client_ca)
        self._server = Server(
            app, self._host, self._port, stopping=worlds.stopping, tls=tls, client_ca=client_ca, log=worlds.log
        )
        self._server.start()
        return self._server.url

    def stop(self) -> None:
        worlds, server = self._worlds, self._server
        self._worlds = self._server = self._url = None  # the application stays, for who wants to know what went on
        self.given.clear()
        if self._adapter is not None:
            self._adapter.stop()
            self._adapter = None
        if worlds is not None:
            worlds.stopping.set()
        if server is not None:
            server.stop()
        if self._certificates is not None:
            self._certificates.close()
            self._certificates = None

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        self._up()
        return self.recall(method, path, headers, body)

    def recall(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        assert self._app is not None
        answer = wsgi.call(self._app, method, f"{IN_PROCESS}{path}", headers.items(), body or b"")
        return answer.status_code, answer.get_data()

    # What is done before and after each test is done without a control call, which takes as long again.

    def reset(self, world: str | None) -> bool:
        found = self.world(world)
        with found.lock:
            found.reset()
        return True

    def may_have_faults(self, world: str | None) -> bool:
        return len(self.world(world).faults) > 0

    def world(self, name: str | None) -> World:
        return self._up().get(name or Worlds.DEFAULT)

    def worlds(self) -> set[str]:
        return set(self._up())

    def newest_microversion(self, world: str | None) -> Microversion:
        return self.world(world).settings.newest_microversion

    def mount(self, session: requests.Session) -> None:
        self._up()
        if not self._serve:
            if self._adapter is None:
                from ..http.inprocess import WsgiAdapter

                self._adapter = WsgiAdapter(self.app, "" if self._public is None else self._public.prefix)
            session.mount(self.url, self._adapter)

    def _up(self) -> Worlds:
        if self._worlds is None:
            raise RuntimeError(_STOPPED if self._was_started else _NOT_STARTED)
        return self._worlds


def _checked_tls(
    tls: bool | str, client_ca: bool | str | os.PathLike[str], *, serve: bool
) -> tuple[str | None, bool | str | os.PathLike[str]]:
    """The kind of the server's certificate, None without one, and whose certificates clients have to show."""
    if tls is not False:
        from ..http.certificates import KINDS, VALID

        tls = VALID if tls is True else tls
        if tls not in KINDS:
            raise ValueError(f"tls: {tls!r} is not True, False or one of {', '.join(map(repr, KINDS))}")
        if not serve:
            raise ValueError("tls: without a socket there is no connection to encrypt")
    elif client_ca:
        raise ValueError("client_ca: client certificates need TLS: set tls too")
    if client_ca and client_ca is not True:
        from pathlib import Path

        from ..http.tls_files import check_authority

        check_authority(Path(client_ca))
    return tls or None, client_ca


class RemoteServer:
    """A server that somebody else runs."""

    running = True

    def __init__(self, url: str, token: str | None = None, cacert: str | os.PathLike[str] | None = None) -> None:
        """Raises ValueError for what is not a URL of a server and for certificates that cannot be read, ControlFailure
        where no fakemanila answers.
        """
        self.url = url.rstrip("/")
        self.token = token
        self.cacert = None if cacert is None else os.fspath(cacert)
        self.client_cert = None  # what is shown is up to the one context
        self.given: dict[str, Mapping[str, Any]] = {}
        self.send = self.recall = HttpTransport(self.url, cacert=cacert)
        self._control = ControlClient(self.url, token=token, transport=self.send)
        self._newest = Microversion.parse(self._control.health()["max_microversion"])

    @property
    def app(self) -> FakeManilaFlask:
        raise RuntimeError(f"the application is in another process, at {self.url}")

    def reset(self, world: str | None) -> bool:
        return False

    def may_have_faults(self, world: str | None) -> bool:
        return True

    def world(self, name: str | None) -> World:
        raise RuntimeError(f"the world is in another process, at {self.url}; its scenario may have hooks")

    def worlds(self) -> set[str]:
        return set(self._control.worlds)

    def newest_microversion(self, world: str | None) -> Microversion:
        return self._newest

    def mount(self, session: requests.Session) -> None:
        """Over TLS it trusts whom control calls trust, and reads nothing of the environment again."""
        if self.send.tls is not None:
            from .client_session import TrustingAdapter

            session.mount("https://", TrustingAdapter(self.send.tls))
