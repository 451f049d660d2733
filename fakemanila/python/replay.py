"""Sending what was asked of a world once more, to a new one: what the tests call that ``--pytest`` writes."""

from __future__ import annotations

import json as json_
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..versions import HEADER

if TYPE_CHECKING:
    from keystoneauth1.session import Session

    from .fake_manila import FakeManila

_NOTHING: Any = object()
_WRONG = "a-token-that-nobody-has"


class Caller:
    """Sends requests as one user, with a token of its own. It is what `Replay.caller` gives.

    >>> demo("POST", "/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}}, version="2.99", status=200)
    """

    def __init__(self, url: str, session: Session, token: str | None) -> None:
        self._url = url
        self._session = session
        self._token = token

    @property
    def token(self) -> str:
        """The one that it sends."""
        return self._session.get_token() or "" if self._token is None else self._token

    def forget(self) -> None:
        """Has the next request fetch a new token."""
        self._session.invalidate()

    def __call__(
        self,
        method: str,
        target: str,
        json: Any = _NOTHING,
        *,
        text: str | None = None,
        version: str | None = None,
        headers: Mapping[str, str | None] | None = None,
        status: int | None = None,
    ) -> Any:
        """The JSON of the answer; its text where it isn't JSON, None without a body.

        `target` is the path, and the query if there is one. `version` is the microversion. A header of None isn't
        sent. Raises AssertionError for an answer of another status than `status`.
        """
        sent: dict[str, str | None] = {"Content-Type": "application/json"} if json is not _NOTHING else {}
        sent |= {} if version is None else {HEADER: version}
        sent |= {"X-Auth-Token": self.token} if self.token else {}
        sent |= dict(headers or {})
        answer = self._session.request(
            f"{self._url}{target}",
            method,
            headers={name: value for name, value in sent.items() if value is not None},
            data=text if json is _NOTHING else json_.dumps(json),
            authenticated=False,
            raise_exc=False,
            redirect=False,
        )
        if method == "DELETE" and target.rstrip("/").endswith("/auth/tokens"):
            self.forget()
        if status is not None:
            assert answer.status_code == status, f"{method} {target}: {answer.status_code}, not {status}: {answer.text}"
        try:
            return answer.json() if answer.content else None
        except ValueError:
            return answer.text


class Replay:
    """What recorded requests are sent with, to the world of `manila`.

    Needs the extra ``clients``. Tokens are fetched anew, and what was masked in the recording, such as passwords of
    users that it makes, is sent as it was masked.
    """

    def __init__(self, manila: FakeManila) -> None:
        self._manila = manila
        self._start = manila.clock.now()
        self._callers: list[Caller] = []

    def caller(self, user: str, project: str | None = None) -> Caller:
        """Somebody who sends requests, in their own project unless another one is named."""
        caller = Caller(self._manila.url, self._manila.session(user, project=project), None)
        self._callers.append(caller)
        return caller

    def nobody(self) -> Caller:
        """Who sends no token."""
        return Caller(self._manila.url, self._manila.session(), "")

    def stranger(self) -> Caller:
        """Who sends a token that isn't good for anything."""
        return Caller(self._manila.url, self._manila.session(), _WRONG)

    def at(self, seconds: float) -> None:
        """Moves the world's time to so long after the beginning, if it isn't later already."""
        ahead = self._start + timedelta(seconds=seconds) - self._manila.clock.now()
        if ahead > timedelta(0):
            self._manila.clock.advance(ahead)
            for caller in self._callers:  # whose tokens may have expired
                caller.forget()

    @staticmethod
    def pick(records: Iterable[Mapping[str, Any]], **attributes: Any) -> Mapping[str, Any]:
        """The first record of an answer with these attributes. Raises LookupError."""
        for record in records:
            if all(record.get(name) == value for name, value in attributes.items()):
                return record
        raise LookupError(f"no record has {attributes!r}")
