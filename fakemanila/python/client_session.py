"""What the clients that are handed out are made of: a session for tests, in which time stands still, runs ahead and
jumps back, and the way to a server with a certificate of its own.

keystoneauth and requests come with the extra ``clients``, so this module is imported when a session is asked for.
"""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from keystoneauth1 import session
from requests.adapters import HTTPAdapter

from ..world.clock import stopwatch

if TYPE_CHECKING:
    import ssl

    import requests
    from keystoneauth1.plugin import BaseAuthPlugin


class JumpProofSession(session.Session):
    """Keeps to the limits of its adapters by a clock that no test moves.

    An adapter, so every client, brings a limiter that knows when it was made and sleeps until `time.time` has got
    there, whether or not it has a limit: for years where the client was made in a frozen future.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits: WeakKeyDictionary[Any, AbstractContextManager[Any]] = WeakKeyDictionary()
        self._limits_lock = threading.Lock()

    def request(self, url: str, method: str, *args: Any, **kwargs: Any) -> requests.Response:
        """As keystoneauth has it."""
        limiter = kwargs.get("rate_semaphore")
        if hasattr(limiter, "_rate_delay"):
            kwargs["rate_semaphore"] = self._limit(limiter)
        return super().request(url, method, *args, **kwargs)

    def invalidate(self, auth: BaseAuthPlugin | None = None) -> bool:
        """Forgets the token, and says that a new one can be had: also where another thread has forgotten it already,
        as it happens when many find that it has expired.
        """
        super().invalidate(auth)
        return True

    def _limit(self, limiter: Any) -> AbstractContextManager[Any]:
        with self._limits_lock:
            if limiter not in self._limits:
                self._limits[limiter] = _Limit(getattr(limiter, "_concurrency", None), limiter._rate_delay)
            return self._limits[limiter]


class _Limit:
    """At most `concurrency` requests at once, as many as there are where it is None; `delay` seconds between starts."""

    def __init__(self, concurrency: int | None, delay: float) -> None:
        self._room: AbstractContextManager[Any] = threading.Semaphore(concurrency) if concurrency else nullcontext()
        self._delay = delay
        self._turn = threading.Lock()
        self._next = stopwatch()

    def __enter__(self) -> None:
        if self._delay:
            with self._turn:
                wait = min(self._next - stopwatch(), self._delay)
                if wait > 0:
                    time.sleep(wait)
                self._next = stopwatch() + self._delay
        self._room.__enter__()

    def __exit__(self, *raised: Any) -> None:
        self._room.__exit__(*raised)


class TrustingAdapter(HTTPAdapter):
    """HTTPS by a context that somebody else has made."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> Any:
        return super().init_poolmanager(*args, **{**kwargs, "ssl_context": self._context})
