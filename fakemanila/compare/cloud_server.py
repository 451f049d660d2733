"""The Manila of a real cloud: requests as they are given, sent again where that may be done."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from threading import Event

import requests
from keystoneauth1 import exceptions
from keystoneauth1.plugin import BaseAuthPlugin

from ..importing.cloud import Cloud
from ..importing.turns import Turns
from .server import Identity, Server, StoppedError, UnansweredError

TRIES = 4
"""How often a request is sent that may be sent again."""
_BUSY = (502, 503, 504)
_SLOWER, _SLOWEST = 1.5, 5.0
"""By how much each look at what has to settle comes later than the one before, and how many seconds at most."""


class CloudServer(Server):
    """A cloud's Manila, asked by the user of `cloud`.

    It asks again what may be asked again. Raises UnansweredError where that doesn't help, StoppedError once `stop` is
    set, but for what removes something.
    """

    def __init__(
        self, cloud: Cloud, *, settle: float = 300.0, stop: Event | None = None, turns: Turns | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        super().__init__(cloud.url.removesuffix("/v2"), "", interval=0.1, settle=settle, hopeless=10.0)
        self.newest = str(cloud.microversion)
        self._cloud, self._stop = cloud, stop or Event()
        self._turns, self._sleep = turns or Turns(None), sleep
        self._session.close()
        self._session = cloud.session.session

    def __exit__(self, *_: object) -> None:
        """The connections belong to the cloud's session."""

    def identity(self, user: str) -> Identity:
        return Identity(self.token(None), self._cloud.user_id, self._cloud.project_id or "")

    def token(self, auth: BaseAuthPlugin | None) -> str:
        """A token of that login, or of the cloud's own."""
        try:
            return self._cloud.session.get_token(auth) or ""
        except exceptions.ClientException as error:
            raise UnansweredError(f"cannot log in to Keystone: {' '.join(str(error).split())[:200]}") from None

    def go_on(self) -> None:
        if self._stop.is_set():
            raise StoppedError

    def pauses(self, most: float = math.inf) -> Iterator[float]:
        end = time.monotonic() + min(self.settle, most)
        pause = self.interval
        while time.monotonic() < end:
            yield pause
            pause = min(pause * _SLOWER, _SLOWEST)

    def dispatch(self, request: requests.PreparedRequest) -> requests.Response:
        session = self._cloud.session
        given = self._session.merge_environment_settings(request.url or "", {}, None, session.verify, session.cert)
        problem = ""
        for attempt in range(TRIES):
            self._turns.wait()
            answer: requests.Response | None = None
            try:
                answer = self._session.send(request, timeout=self.timeout, allow_redirects=False, **given)
            except requests.Timeout:
                problem = f"there is no answer within {self.timeout:.0f} s"
            except requests.ConnectionError as error:
                if request.method != "GET" and not _refused(error):
                    return self.nothing()
                problem = "there is no answer"
            else:
                problem = _problem(answer)
                if not problem:
                    return answer
            if request.method != "GET" and (answer is not None or problem.endswith("s")):
                break  # it may have done what it was asked for
            if attempt + 1 < TRIES:
                self._sleep(0.5 * 2**attempt)
        path = (request.url or "").removeprefix(self.url).partition("?")[0]
        raise UnansweredError(f"{request.method} {path}: {problem}")


def _refused(error: requests.ConnectionError) -> bool:
    """Whether nothing was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


def _problem(answer: requests.Response) -> str:
    """Why an answer isn't one of Manila's. Its own 500 is one, and so are its pages for paths that it doesn't know."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code in _BUSY or (answer.status_code < 300 and kind == "text/html" and answer.content):
        return f"the cloud answered {answer.status_code} with {kind or 'nothing'}"
    return ""
