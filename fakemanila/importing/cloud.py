"""A real cloud, asked through its API: what can be read, page by page, at a rate, again where it fails for a moment."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from keystoneauth1 import exceptions
from keystoneauth1.session import Session

from ..versions import EXPERIMENTAL_HEADER, HEADER, MAXIMUM, Microversion
from .partial import without_secrets
from .turns import Turns

if TYPE_CHECKING:
    from requests import Response

SERVICE_TYPES = ("shared-file-system", "sharev2", "share")
_SHARES = ("share", "shared-file-system")
"""How the types begin that Manila has in catalogs, those of its first API too."""
OLDEST = Microversion(2, 7)
"""Before it paths had other names."""
TRIES = 4
"""How often a request is made that fails for a moment."""
PAGE = 500
"""Records asked for at once."""

_DETAIL = "/detail"
_MOST_SECONDS = 30.0
"""That it waits before it tries again, whatever the cloud asks for."""
_UNSEEN = (400, 403, 404, 405, 410, 501)
"""How a request is refused for good: the user may not make it, this release has no such call, what it is about is gone
(Manila says so with 400 where a list is about it)."""


class CloudError(Exception):
    """What keeps a cloud from being read, in one line."""


class BrokenAnswer(CloudError):
    """The cloud crashes whenever it is asked that."""


class Keeper(Protocol):
    """Where answers are kept: `Partial`, or nothing at all."""

    def get(self, request: str) -> Any: ...

    def keep(self, request: str, answer: Any) -> None: ...


class Address(NamedTuple):
    """Where a service of the catalog is."""

    region: str | None = None
    interface: str = "public"


class Cloud:
    """One user's view of a cloud. `rate` is in requests per second, None for as fast as it answers.

    `asked` counts requests that were sent, `unseen` has those that this user isn't allowed, with their status.
    """

    def __init__(
        self,
        session: Session,
        address: Address = Address(),  # noqa: B008 (it never changes)
        *,
        rate: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        progress: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Logs in. Raises CloudError where that can't be done, and where the catalog has no Manila."""
        self.session, self._address, self._sleep, self._progress = session, address, sleep, progress
        self._turns = Turns(rate, sleep)
        self._keeper: Keeper | None = None
        self.unseen: dict[str, int] = {}
        with _told():
            self.user_id: str = session.get_user_id() or ""
            self.project_id: str | None = session.get_project_id()
            self.url = self._find_manila()
            identity = self._endpoint("identity")
        self.identity_url = f"{re.sub(r'/v(3|2[.]0)/?$', '', identity.rstrip('/'))}/v3" if identity else None
        """Keystone's third version."""
        self.newest = self._newest_of_manila()
        self.microversion = min(self.newest, MAXIMUM)
        """The newest one that both sides know."""
        if self.microversion < OLDEST:
            raise CloudError(
                f"{self.url}: its newest microversion is {self.newest}; {OLDEST} is the least that is read"
            )

    def keep_in(self, keeper: Keeper) -> None:
        """Has answers kept there from now on, and taken from there."""
        self._keeper = keeper

    @property
    def asked(self) -> int:
        """How many requests were sent."""
        return self._turns.taken

    # Requests

    def get(self, path: str, name: str | None = None, **query: Any) -> Any:
        """What ``GET`` answers below ``/v2``, by name out of its envelope; None for what this user isn't shown.

        Raises CloudError where the cloud doesn't answer.
        """
        answer = self._asked("GET", f"{self.url}{path}{_query(query)}", f"/v2{path}{_query(query)}")
        return answer if name is None or answer is None else answer.get(name)

    def read(self, path: str, action: Mapping[str, Any], name: str) -> Any:
        """The same for an old call that reads with a ``POST``."""
        answer = self._asked("POST", f"{self.url}{path}", f"/v2{path} {next(iter(action))}", json=action)
        return None if answer is None else answer.get(name)

    def all(self, path: str, name: str, **query: Any) -> list[dict[str, Any]] | None:
        """All records of a list, each once, as they are listed; None for a list that this user isn't shown.

        Where one record keeps a cloud from giving a list with details, the others are asked for one by one.
        """
        try:
            return self._all(path, name, **query)
        except BrokenAnswer:
            if not path.endswith(_DETAIL):
                raise
        short = path.removesuffix(_DETAIL)
        listed = self._all(short, name, **query) or []
        shown = (self._one(f"{short}/{record['id']}", name.removesuffix("s")) for record in listed)
        return [record for record in shown if record is not None]

    def _one(self, path: str, name: str) -> Any:
        """One record; None where the cloud crashes over it, too."""
        try:
            return self.get(path, name)
        except BrokenAnswer:
            self.unseen[f"GET /v2{path}"] = 500
            return None

    def _all(self, path: str, name: str, **query: Any) -> list[dict[str, Any]] | None:
        found: dict[Any, dict[str, Any]] = {}
        while True:
            page = self.get(path, name, **query, limit=PAGE, offset=len(found))
            if page is None:
                return list(found.values()) or None
            new = {record["id"]: record for record in page if record["id"] not in found}
            found.update(new)
            self._progress(f"{path}: {len(found)}")
            if len(page) != PAGE or not new:  # a list that knows no pages is there as a whole
                return list(found.values())

    def identity(self, path: str, name: str) -> Any:
        """What Keystone answers below ``/v3``, by name out of its envelope; None for what this user isn't shown."""
        if self.identity_url is None:
            return None
        answer = self._asked("GET", f"{self.identity_url}{path}", f"/v3{path}")
        return None if answer is None else answer.get(name)

    def own_access(self) -> Any:
        """What the user's token says of them: keystoneauth's AccessInfo."""
        with _told():
            return self.session.auth.get_access(self.session)  # type: ignore[union-attr]

    def services(self) -> tuple[list[str], list[str]]:
        """The URLs of Manila's and of Keystone's endpoints, of every interface; the ones that are used here first."""
        manila, identity = [self.url], [self.identity_url] if self.identity_url else []
        catalog = self.own_access().service_catalog.get_endpoints(region_name=self._address.region)
        for kind, endpoints in catalog.items():
            found = manila if kind.startswith(_SHARES) else identity if kind == "identity" else []
            found += [endpoint["url"] for endpoint in endpoints if endpoint["url"] not in found]
        return manila, identity

    # On the wire

    def _asked(self, method: str, url: str, shown: str, **more: Any) -> Any:
        request = f"{method} {shown}"
        kept = self._keeper.get(request) if self._keeper else None
        if kept is None:
            status, body = self._send(method, url, request, **more)
            kept = {"status": status, "answer": without_secrets(body) if status == 200 else None}
            if self._keeper:
                self._keeper.keep(request, kept)
        if kept["status"] != 200:
            self.unseen[request] = kept["status"]
        return kept["answer"]

    def _send(self, method: str, url: str, request: str, **more: Any) -> tuple[int, Any]:
        """The status and the body, of which 200 has one. Raises CloudError when it has tried often enough."""
        problem, failure = "", CloudError
        for attempt in range(TRIES):
            self._turns.wait()
            after = 0.5 * 2**attempt
            try:
                response = self.session.request(
                    url, method, headers=self._headers(), authenticated=True, raise_exc=False, **more
                )
            except (exceptions.ConnectFailure, exceptions.ConnectionError) as error:
                problem, failure = f"there is no answer: {error}", CloudError
            except exceptions.ClientException as error:  # it wants another token, and gets none
                raise CloudError(f"{request}: {_line(error)}") from None
            else:
                if response.status_code in _UNSEEN:
                    return response.status_code, None
                body = _json(response)
                if response.status_code == 200 and isinstance(body, dict):
                    return 200, body
                problem = _problem(response, body)
                failure = BrokenAnswer if response.status_code == 500 else CloudError
                if response.status_code < 500 and response.status_code not in (200, 413, 429):
                    break
                after = _wanted_pause(response, after)
            if attempt + 1 < TRIES:
                self._sleep(min(after, _MOST_SECONDS))
        raise failure(f"{request}: {problem}")

    def _headers(self) -> dict[str, str]:
        version = getattr(self, "microversion", None)
        said = {HEADER: str(version), EXPERIMENTAL_HEADER: "true"} if version else {}
        return {"Accept": "application/json", **said}

    # Where it is

    def _endpoint(self, service_type: str) -> str | None:
        try:
            where: str | None = self.session.get_endpoint(
                service_type=service_type, interface=self._address.interface, region_name=self._address.region
            )
        except (exceptions.CatalogException, ValueError):
            return None  # keystoneauth raises ValueError where two types are alike and neither is in the region
        return where

    def _find_manila(self) -> str:
        for service_type in SERVICE_TYPES:
            where = self._endpoint(service_type)
            found = where and re.match(r"(.*/v2)(/.*)?$", where)
            if found:
                return found[1]
        region = f" in the region {self._address.region}" if self._address.region else ""
        raise CloudError(f"the catalog has no Manila{region}: it has no {' or '.join(SERVICE_TYPES[:2])}")

    def _newest_of_manila(self) -> Microversion:
        _, body = self._send("GET", f"{self.url}/", "GET /v2/")
        try:
            found = next(each["version"] for each in body["versions"] if each["id"].startswith("v2"))
            return Microversion.parse(found)
        except (KeyError, TypeError, StopIteration, ValueError, AttributeError):
            raise CloudError(
                f"{self.url}/ does not say which microversions there are: it may not be a Manila"
            ) from None


@contextmanager
def _told() -> Iterator[None]:
    """Turns what keystoneauth raises into one line."""
    try:
        yield
    except exceptions.Unauthorized as error:
        raise CloudError(f"Keystone does not let this user in: {_line(error)}") from None
    except exceptions.ClientException as error:
        raise CloudError(f"cannot log in: {_line(error)}") from None


def _line(error: BaseException) -> str:
    return " ".join(str(error).partition(": HTTP")[0].split())[:300]


def _query(query: Mapping[str, Any]) -> str:
    return "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""


def _json(response: Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _problem(response: Response, body: Any) -> str:
    """What is wrong with an answer, without its text: that may be a page of HTML."""
    if body is None:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        return f"the cloud answered {response.status_code} with {kind or 'nothing'} instead of JSON"
    return f"the cloud answered {response.status_code}"


def _wanted_pause(response: Response, otherwise: float) -> float:
    try:
        return float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        return otherwise
