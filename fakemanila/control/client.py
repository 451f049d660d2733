"""Telling a running fakemanila what to do, from Python: the same verbs as the control plane has.

>>> control = ControlClient("http://127.0.0.1:8786")
>>> control.clock.advance("30s")
>>> control.faults.add("quota:snapshots", times=1)
>>> control.world("other").reset()
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from ..clock import format_time, parse_time
from . import asserting
from .access import TOKEN_HEADER

DEFAULT_URL = "http://127.0.0.1:8786"
TIMEOUT = 30.0
"""Seconds to wait for an answer: no control call waits for anything."""

Json: TypeAlias = "dict[str, Any]"
Transport: TypeAlias = "Callable[[str, str, Mapping[str, str], bytes | None], tuple[int, bytes]]"
"""Sends one request (method, path with query, headers, body) and gives the status and the body of its answer.

Raises OSError when there is no answer.
"""

_PREFIX = "/_fakemanila"
_MATCH_KEYS = ("operation", "method", "path", "project", "user", "role", "microversion", "headers", "resource", "body")
_WHEN_KEYS = ("after", "times", "every", "probability", "between", "sequence")


class ControlFailure(Exception):
    """The control plane refused a call, or couldn't be reached. `status` is None for the latter."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class HttpTransport:
    """Over a socket, one connection for each request, past any proxy of the environment."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT, tls: ssl.SSLContext | None = None) -> None:
        """Raises ValueError for what is no URL of a server."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:  # half an IPv6 address, a port that is not a number
            host = None
        if not host or parts.scheme not in ("http", "https") or not url.isprintable() or " " in url:
            raise ValueError(f"url: {url!r} is not the address of a server: expected one such as {DEFAULT_URL}")
        self._host, self._port, self._path = host, port, parts.path.rstrip("/")
        self._timeout = timeout
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        if self._tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
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
        transport: Transport | None = None,
    ) -> None:
        """`url` may have a world's prefix; `world` goes before it. Raises ValueError for what is no URL or name."""
        self.url, _, own_world = url.rstrip("/").partition("/worlds/")
        if world == "":
            raise ValueError("world: '' is no name")
        named = own_world if world is None else quote(world, safe="")
        self._prefix = f"/worlds/{named}" if named else ""
        self._headers = {} if token is None else {TOKEN_HEADER: token}
        self._token = token
        self._transport = transport or HttpTransport(self.url)
        self.clock = Clock(self)
        self.delays = Delays(self)
        self.faults = Faults(self)
        self.requests = Requests(self)
        self.scenario = Scenario(self)
        self.transitions = Transitions(self)
        self.state = State(self)
        self.worlds = WorldList(self)

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

    def operations(self) -> list[Json]:
        """Every operation of Manila's API."""
        return list(self.call("GET", "/operations")["operations"])

    def openapi(self, microversion: str | None = None) -> Json:
        """Manila's API at one microversion, as an OpenAPI document."""
        return dict(self.call("GET", "/openapi.json", query={"microversion": microversion}))

    def metrics(self) -> str:
        """The world's counters as Prometheus reads them."""
        return self._send("GET", f"{_PREFIX}/metrics", None).decode()

    def call(self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None) -> Any:
        """Any call by its path below ``/_fakemanila``; None for an answer without a body."""
        asked_for = {key: value for key, value in (query or {}).items() if value is not None}
        whole = f"{_PREFIX}{path}" + (f"?{urlencode(asked_for)}" if asked_for else "")
        answer = self._send(method, whole, None if body is None else json.dumps(body).encode())
        try:
            return json.loads(answer) if answer else None
        except (ValueError, RecursionError):
            raise self._stranger() from None

    def _stranger(self) -> ControlFailure:
        return ControlFailure(f"{self.url} answers, but is not a fakemanila")

    def _send(self, method: str, path: str, body: bytes | None) -> bytes:
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        try:
            status, answer = self._transport(method, self._prefix + path, headers, body)
        except OSError as error:
            raise ControlFailure(f"cannot reach {self.url}: {error}") from error
        if not 200 <= status < 300:
            stranger = f"{self.url} answered {method} {path} with {status}; is it a fakemanila?"
            raise ControlFailure(_reason(answer) or stranger, status)
        return answer


class CautiousClient(ControlClient):
    """Asks first whether a fakemanila is there, so that nothing is done to a stranger, nor its answer misread."""

    _asked = False

    def _send(self, method: str, path: str, body: bytes | None) -> bytes:
        if not self._asked:
            self._asked = True
            self.health()
        return super()._send(method, path, body)


def _reason(answer: bytes) -> str | None:
    try:
        doc = json.loads(answer)
    except ValueError:
        return None
    return str(doc["error"]) if isinstance(doc, dict) and "error" in doc else None


class _Part:
    def __init__(self, client: ControlClient) -> None:
        self._client = client

    def _call(self, method: str, path: str, body: Any = None, /, **query: Any) -> Json:
        answer: Json = self._client.call(method, path, body, query=query)
        return answer

    def _all(self, path: str, key: str) -> Sequence[Json]:
        found: Sequence[Json] = self._call("GET", path)[key]
        return found


class Clock(_Part):
    """The world's time. Durations are seconds, strings such as ``"5m"``, or timedeltas."""

    def show(self) -> Json:
        """``{"now": …, "mode": …, "rate": …, "pending": …, "next": …}``."""
        return self._call("GET", "/clock")

    def now(self) -> datetime:
        """The world's time, naive UTC."""
        return parse_time(self.show()["now"])

    def set(self, now: datetime | str | None = None, *, mode: str | None = None, rate: float | None = None) -> Json:
        """Sets what is given; `mode` is ``"real"`` or ``"manual"``, `now` UTC unless it says otherwise."""
        text = now.isoformat() if isinstance(now, datetime) else now
        change = {"now": text, "mode": mode, "rate": rate}
        return self._call("PUT", "/clock", {key: value for key, value in change.items() if value is not None})

    def advance(self, by: timedelta | str | float) -> list[Json]:
        """Moves the time forward; returns the transitions that ran on the way, in order."""
        return self._advance(duration=by.total_seconds() if isinstance(by, timedelta) else by)

    def advance_to_next(self) -> list[Json]:
        """Moves the time to when the next transition comes due, and runs it."""
        return self._advance(to="next")

    def advance_to_idle(self) -> list[Json]:
        """Moves the time until nothing is under way that time ends."""
        return self._advance(to="idle")

    def _advance(self, **how: Any) -> list[Json]:
        return list(self._call("POST", "/clock/advance", how)["transitions"])


class Delays(_Part):
    """How long operations take, by id, pattern or ``default``; for transitions that start from now on."""

    def show(self) -> Json:
        return self._call("GET", "/delays")

    def replace(self, delays: Mapping[str, Any]) -> Json:
        """Takes the place of all that was set."""
        return self._call("PUT", "/delays", dict(delays))

    def update(self, delays: Mapping[str, Any]) -> Json:
        """Adds to what is set; None takes a delay away."""
        return self._call("PATCH", "/delays", dict(delays))


class Faults(_Part):
    """The rules of the world."""

    def __iter__(self) -> Iterator[Json]:
        return iter(self.list())

    def list(self) -> Sequence[Json]:
        return self._all("/faults", "faults")

    def add(self, fault: str | Mapping[str, Any] | None = None, **said: Any) -> Json:
        """Adds a rule and returns it: a preset's name or the JSON of a rule, with what the keywords say besides.

        A keyword is a field of a rule (`name`, `match`, `when`, `do`, `must_fire`), or a key of its ``match`` or
        ``when``: ``add("quota:snapshots", project="demo", times=1)``.
        """
        return self._call("POST", "/faults", rule(fault, **said))

    def get(self, id: str) -> Json:
        return self._call("GET", f"/faults/{quote(id, safe='')}")

    def remove(self, id: str) -> None:
        self._call("DELETE", f"/faults/{quote(id, safe='')}")

    def clear(self) -> None:
        self._call("DELETE", "/faults")

    def presets(self) -> Sequence[Json]:
        """The named ones, with a line about each."""
        return self._all("/faults/presets", "presets")


def rule(fault: str | Mapping[str, Any] | None = None, **said: Any) -> Json:
    """The JSON of a rule, from a preset's name or a rule and keywords; whether it is right the server says."""
    spec: Json = {"preset": fault} if isinstance(fault, str) else dict(fault or {})
    for part, keys in (("match", _MATCH_KEYS), ("when", _WHEN_KEYS)):
        more = {**(said.pop(part, None) or {}), **{key: said.pop(key) for key in keys if key in said}}
        if more:
            spec[part] = {**(spec.get(part) or {}), **more}
    return {**spec, **said}


class Requests(_Part):
    """The journal.

    Filters are `operation` (an id or a pattern), `method`, `path` (or a pattern), `status` (``413``, ``"4xx"``,
    ``"none"``), `project` and `user` (id or name), `fault` (a name or a pattern, ``"any"``, ``"none"``), `mark`
    (``"unmatched"``, ``"not_implemented"``), `since` (a time, or the id of the request before) and `limit`.
    """

    def __iter__(self) -> Iterator[Json]:
        return iter(self.list())

    def list(self, **filters: Any) -> Sequence[Json]:
        """The requests that meet every filter, oldest first."""
        found: Sequence[Json] = self._find(filters)["requests"]
        return found

    def last(self, **filters: Any) -> Json | None:
        """The newest request that meets every filter, None when there is none."""
        found = self.list(**{**filters, "limit": 1})
        return found[0] if found else None

    def assert_called(
        self, operation: str, *, times: int | None = None, json: Any = None, before: str | None = None, **filters: Any
    ) -> None:
        """Raises AssertionError, with what did come, unless the operation was asked for.

        `times` is how often exactly, at least once when None. `json` is what the body has to contain, with or without
        its envelope; of an object the keys that matter. `before` is an operation that was first asked for afterwards.
        """
        described = " ".join((operation, *(f"{name}={value!r}" for name, value in filters.items())))
        matched = self.list(operation=operation, **filters)
        order = None if before is None else (before, next(iter(self.list(operation=before)), None))
        asserting.called(described, matched, self.list(), times=times, json=json, before=order)

    def assert_not_called(self, operation: str, *, json: Any = None, **filters: Any) -> None:
        """Raises AssertionError, with what did come, when the operation was asked for."""
        self.assert_called(operation, times=0, json=json, **filters)

    def count(self, **filters: Any) -> int:
        return int(self._find({**filters, "limit": 0})["total"])

    def clear(self) -> None:
        self._call("DELETE", "/requests")

    def _find(self, filters: Mapping[str, Any]) -> Json:
        since = filters.get("since")
        if isinstance(since, datetime):
            filters = {**filters, "since": format_time(since)}
        return self._call("GET", "/requests", **filters)


class Transitions(_Part):
    """What is under way."""

    def __iter__(self) -> Iterator[Json]:
        return iter(self.list())

    def list(self) -> Sequence[Json]:
        return self._all("/transitions", "transitions")

    def decide(self, id: str, outcome: str) -> Json:
        """``"success"`` or ``"error"`` ends a transition now; ``"hold"`` keeps it from ending until ``"release"``."""
        return self._call("POST", f"/transitions/{quote(id, safe='')}", {"outcome": outcome})


class Scenario(_Part):
    """What the world is given besides."""

    def apply(self, doc: Mapping[str, Any]) -> Sequence[Json]:
        """Does what a scenario says to the world as it is, or changes nothing; returns the resources that it made.

        ``apply({"resources": [{"kind": "share", "name": "db", "size": 5}]})`` gives
        ``[{"kind": "share", "id": …, "name": "db", …}]``.
        """
        made: Sequence[Json] = self._call("POST", "/scenario", dict(doc))["resources"]
        return made


class State(_Part):
    """The whole world as one document."""

    def dump(self) -> Json:
        return self._call("GET", "/state")

    def load(self, doc: Mapping[str, Any]) -> None:
        """Makes the world what the document says, or changes nothing."""
        self._call("PUT", "/state", dict(doc))


class WorldList(_Part):
    """The worlds of the server."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.list())

    def list(self) -> Sequence[str]:
        names: Sequence[str] = self._client.health()["worlds"]
        return names

    def drop(self, name: str) -> None:
        """Forgets a world; its next use finds it new."""
        self._call("DELETE", f"/worlds/{quote(name, safe='')}")
