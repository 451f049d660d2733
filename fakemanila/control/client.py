"""Telling a running fakemanila what to do, from Python: the same verbs as the control plane has.

>>> control = ControlClient("http://127.0.0.1:8786")
>>> control.clock.advance("30s")
>>> control.faults.add("quota:snapshots", times=1)
>>> control.world("other").reset()
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from . import trust
from .control_token import TOKEN_HEADER
from .failure import ControlFailure as ControlFailure
from .parts import Breakpoint as Breakpoint
from .parts import Checkpoints as Checkpoints
from .parts import Clock as Clock
from .parts import Delays as Delays
from .parts import Diff as Diff
from .parts import Faults as Faults
from .parts import KeptRecords as KeptRecords
from .parts import Paused as Paused
from .parts import PausedRequest as PausedRequest
from .parts import Requests as Requests
from .parts import Scenario as Scenario
from .parts import State as State
from .parts import Transitions as Transitions
from .parts import WorldList as WorldList
from .parts.events import events
from .parts.paused import breakpoint_rule

DEFAULT_URL = "http://127.0.0.1:8786"
TIMEOUT = 30.0
"""Seconds to wait for an answer: no control call waits for anything."""

Json: TypeAlias = "dict[str, Any]"
Transport: TypeAlias = "Callable[[str, str, Mapping[str, str], bytes | None], tuple[int, bytes]]"
"""Sends one request (method, path with query, headers, body) and gives the status and the body of its answer.

Raises OSError when there is no answer.
"""

_PREFIX = "/_fakemanila"


class HttpTransport:
    """Over a socket, one connection for each request, past any proxy of the environment."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float = TIMEOUT,
        cacert: str | os.PathLike[str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`cacert` as in `trust.context`, which `tls` takes the place of.

        Raises ValueError for what is not a URL of a server, and for certificates that cannot be read.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:  # half an IPv6 address, a port that is not a number
            host = None
        if not host or parts.scheme not in ("http", "https") or not url.isprintable() or " " in url:
            raise ValueError(f"url: {url!r} is not the address of a server: expected one such as {DEFAULT_URL}")
        self._host, self._port, self._path = host, port, parts.path.rstrip("/")
        self._timeout = timeout
        self.tls: ssl.SSLContext | None = (tls or trust.context(cacert)) if parts.scheme == "https" else None
        """What it trusts; None for plain HTTP."""

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        if self.tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self.tls)
        try:
            connection.request(method, self._path + path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:  # among them those of certificates, which are ValueErrors too
            raise
        except (http.client.HTTPException, ValueError) as error:  # ValueError: a name or a token that can't be sent
            raise OSError(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()


class ControlClient:
    """One world of a running server. Every call raises ControlFailure when it is refused or nobody answers."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        world: str | None = None,
        token: str | None = None,
        cacert: str | os.PathLike[str] | None = None,
        transport: Transport | None = None,
    ) -> None:
        """`url` may have a world's prefix; `world` goes before it. `cacert` is a file, or a folder, of certificates to
        trust besides the machine's; without it what OS_CACERT, REQUESTS_CA_BUNDLE and SSL_CERT_FILE name.

        Raises ValueError for what is not a URL or a name, and for certificates that cannot be read.
        """
        self.url: str
        self.url, _, own_world = url.rstrip("/").partition("/worlds/")
        if world == "":
            raise ValueError("world: '' is not a valid name")
        named = own_world if world is None else quote(world, safe="")
        self._prefix = f"/worlds/{named}" if named else ""
        self._headers = {} if token is None else {TOKEN_HEADER: token}
        self._token = token
        self._transport = transport or HttpTransport(self.url, cacert=cacert)
        self.clock: Clock = Clock(self)
        self._delays = Delays(self)
        self.faults: Faults = Faults(self)
        self.paused: Paused = Paused(self)
        self.records: KeptRecords = KeptRecords(self)
        self.requests: Requests = Requests(self)
        self.scenario: Scenario = Scenario(self)
        self.transitions: Transitions = Transitions(self)
        self.state: State = State(self)
        self.worlds: WorldList = WorldList(self)
        self.checkpoints: Checkpoints = Checkpoints(self)

    @property
    def delays(self) -> Delays:
        """How long operations take; what is assigned takes the place of all that was set."""
        return self._delays

    @delays.setter
    def delays(self, delays: Mapping[str, Any]) -> None:
        if delays is not self._delays:  # which ``|=`` assigns
            self._delays.replace(delays)

    def world(self, name: str) -> ControlClient:
        """The same on another world."""
        return ControlClient(self.url, world=name, token=self._token, transport=self._transport)

    def health(self) -> Json:
        """``{"status": "ok", "version": …, "worlds": […]}``."""
        found = self.call("GET", "/health")
        if not isinstance(found, dict) or not {"version", "worlds", "max_microversion"} <= found.keys():
            raise self._stranger()
        return found

    def reset(self, scenario: Mapping[str, Any] | None = None) -> None:
        """Puts the world back to its initial state; with a scenario, to that, and so with every reset from now on.

        ``{}`` is what the server gives every new world.
        """
        self.call("POST", "/reset", None if scenario is None else dict(scenario))

    def diff(self, before: str, after: str | None = None) -> Diff:
        """What differs between two of the world's checkpoints, or worlds: ``checkpoint:NAME``, ``world:NAME``, or the
        name where only one has it. `after` is the world as it is now unless it is given.
        """
        return Diff(self.call("GET", "/diff", query={"from": before, "to": after}))

    def breakpoint(
        self,
        operation: str | Sequence[str],
        *,
        at: Literal["arrival", "answer"] = "arrival",
        max: float | str | timedelta = "30s",
        **said: Any,
    ) -> Breakpoint:
        """For a ``with`` block: requests for an operation are held before anything is done, or before their answer.

        `max` is how long, in real time; other keywords are as in ``faults.add``: ``project="demo"``, ``times=1``.
        """
        return Breakpoint(self, breakpoint_rule(operation, "pause", {"at": at, "max": max}, said))

    def barrier(
        self,
        operation: str | Sequence[str],
        count: int = 2,
        *,
        order: Literal["arrival", "reverse"] | Sequence[Mapping[str, Any]] | None = None,
        at: Literal["arrival", "answer"] = "arrival",
        max: float | str | timedelta = "30s",
        **said: Any,
    ) -> Breakpoint:
        """For a ``with`` block: requests for an operation are held until `count` of them are there.

        Then they go on at once or, in an `order`, one after another: as they came, the other way round, or as a list of
        matches says, such as ``[{"user": "alt_demo"}, {"user": "demo"}]``.
        """
        value = {"count": count, "order": order, "at": at, "max": max}
        return Breakpoint(self, breakpoint_rule(operation, "barrier", value, said))

    def operations(self) -> list[Json]:
        """Every operation of Manila's API."""
        return list(self.call("GET", "/operations")["operations"])

    def openapi(self, microversion: str | None = None) -> Json:
        """Manila's API at one microversion, as an OpenAPI document."""
        return dict(self.call("GET", "/openapi.json", query={"microversion": microversion}))

    def events(
        self, *kinds: str, since: int | None = None, timeout: timedelta | str | float | None = None
    ) -> Iterator[Json]:
        """What happens, as it happens: ``{"id": 7, "event": "record", "time": …, "record": {…}}``.

        From now on, or from the event after the one with the id `since` (0 for all that are kept). Without end, unless
        nothing happens for `timeout`. `kinds` are ``request``, ``transition``, ``record``, ``fault``, ``clock`` and
        ``world``; all of them where none is named.
        """
        return events(self, kinds, since, timeout)

    def timeline(self, **filters: str) -> str:
        """The world's past as an SVG picture, of what meets the filters: `kind`, `name`, `operation`, `user`."""
        query = f"?{urlencode(filters)}" if filters else ""
        return self._send("GET", f"{_PREFIX}/timeline.svg{query}", None).decode()

    def metrics(self) -> str:
        """The world's counters as Prometheus reads them."""
        return self.text("/metrics")

    def call(self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None) -> Any:
        """Any call by its path below ``/_fakemanila``; None for an answer without a body."""
        whole = f"{_PREFIX}{path}{_query(query)}"
        answer = self._send(method, whole, None if body is None else json.dumps(body, default=_as_json).encode())
        try:
            return json.loads(answer) if answer else None
        except (ValueError, RecursionError):
            raise self._stranger() from None

    def text(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        """The text that a GET is answered with, by its path below ``/_fakemanila``."""
        return self._send("GET", f"{_PREFIX}{path}{_query(query)}", None).decode()

    def _stranger(self) -> ControlFailure:
        return ControlFailure(f"{self.url} answers, but is not a fakemanila")

    def _send(self, method: str, path: str, body: bytes | None) -> bytes:
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        try:
            status, answer = self._transport(method, self._prefix + path, headers, body)
        except OSError as error:
            raise ControlFailure(f"cannot reach {self.url}: {error}{trust.hint(error)}") from error
        if not 200 <= status < 300:
            stranger = f"{self.url} answered {method} {path} with {status}; is it a fakemanila?"
            raise ControlFailure(_reason(answer) or stranger, status)
        return answer


def _query(parameters: Mapping[str, Any] | None) -> str:
    asked_for = {key: value for key, value in (parameters or {}).items() if value is not None}
    return f"?{urlencode(asked_for)}" if asked_for else ""


class CautiousClient(ControlClient):
    """Asks first whether a fakemanila is there, so that nothing is done to a stranger, nor its answer misread."""

    _asked = False

    def _send(self, method: str, path: str, body: bytes | None) -> bytes:
        if not self._asked:
            self._asked = True
            self.health()
        return super()._send(method, path, body)


def _as_json(value: object) -> object:
    """Python's times, and what only looks like a dict or a list, as JSON has them."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{value!r} cannot be sent as JSON")


def _reason(answer: bytes) -> str | None:
    try:
        doc = json.loads(answer)
    except ValueError:
        return None
    return str(doc["error"]) if isinstance(doc, dict) and "error" in doc else None
