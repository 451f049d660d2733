"""Requests that are made in threads of their own, because they are going to be held."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import requests

from fakemanila import FakeManila

LONG = 10
"""Seconds after which a test gives up; none takes so long that passes."""


class Caller:
    """demo, who asks from as many threads as it takes."""

    def __init__(self, manila: FakeManila, pool: ThreadPoolExecutor, user: str = "demo") -> None:
        self._manila, self._pool = manila, pool
        self._session = manila.session(user)
        self._session.get_token()  # a login is a request, too

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Asks and waits for the answer."""
        return self._session.request(
            f"{self._manila.url}/v2{path}",
            method,
            json=body,
            headers={"X-OpenStack-Manila-API-Version": "2.65"},
            raise_exc=False,
        )

    def begin(self, method: str, path: str, body: Any = None) -> Future[requests.Response]:
        """Asks in another thread."""
        return self._pool.submit(self.ask, method, path, body)

    def create(self, name: str = "db") -> Future[requests.Response]:
        """Asks for a share in another thread."""
        return self.begin("POST", "/shares", {"share": {"share_proto": "NFS", "size": 1, "name": name}})

    def names(self) -> list[str]:
        """Of the shares there are."""
        return [share["name"] for share in self.ask("GET", "/shares").json()["shares"]]


@contextmanager
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads that have all ended at the end."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


def status(answer: Future[requests.Response]) -> int:
    """Of the answer to a request that was begun."""
    return answer.result(LONG).status_code


def held(manila: FakeManila) -> list[dict[str, Any]]:
    """What the journal says of how the newest request was held."""
    last = manila.requests.last()
    assert last is not None
    notes: list[dict[str, Any]] = last["held"]
    return notes
