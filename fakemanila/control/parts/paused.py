"""Requests that rules hold, and the rules that hold them for as long as a ``with`` block lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..failure import ControlFailure
from .faults import rule
from .part import Json, Listed, Part

if TYPE_CHECKING:
    from ..client import ControlClient

_NOT_THERE = 404


class PausedRequest(Mapping[str, Any]):
    """A request as it was when it was asked for, and what can be done with it: ``request["path"]``, ``request.path``.

    Once it is held no longer, `release`, `drop` and `respond` raise ControlFailure.
    """

    def __init__(self, part: Paused, fields: Mapping[str, Any]) -> None:
        self._part, self._fields = part, fields
        self.id: str = fields["id"]
        self.at: str = fields["at"]
        """``"arrival"`` or ``"answer"``."""
        self.request_id: str = fields["request_id"]
        self.operation: str | None = fields["operation"]
        self.method: str = fields["method"]
        self.path: str = fields["path"]
        self.project: str | None = fields["project"]
        self.user: str | None = fields["user"]
        self.body: Any = fields["request"]["body"]
        """What was sent, read as JSON."""
        self.status: int | None = fields["status"]
        """Of the answer that would be sent; None at arrival."""
        self.answer: Any = None if fields["response"] is None else fields["response"]["body"]
        """The body that would be sent, read as JSON; None at arrival."""

    def __getitem__(self, key: str) -> Any:
        return self._fields[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"<{self.id} {self.method} {self.path} held at {self.at}>"

    def release(self) -> None:
        """Releases it."""
        self._part.release(self.id)

    def drop(self) -> None:
        """Resets its connection; at arrival, nothing is carried out."""
        self._part.drop(self.id)

    def respond(self, **answer: Any) -> None:
        """Sends another response: ``respond(status=503, headers={"Retry-After": "1"})``, as by the effect."""
        self._part.respond(self.id, **answer)


class Paused(Listed[PausedRequest]):
    """Held requests, in the order of arrival; ``paused["paused-1"]`` finds one by its id."""

    def list(self) -> Sequence[PausedRequest]:
        return self._of(self._call("GET", "/paused"))

    def wait(
        self, count: int = 1, *, timeout: float | str | timedelta = 10.0, rule: str | None = None
    ) -> Sequence[PausedRequest]:
        """Waits until `count` requests are held (by `rule`, an id or name, if given) and returns the held ones.

        Raises TimeoutError when they aren't after `timeout`, in real time.
        """
        return self._of(self._wait("/paused", timeout, count=count, rule=rule))

    def _of(self, answer: Json) -> Sequence[PausedRequest]:
        return [PausedRequest(self, each) for each in answer["paused"]]

    def release(self, id: str) -> None:
        """Releases a request."""
        self._decide(id, "continue")

    def drop(self, id: str) -> None:
        """Resets the connection of a request; at arrival, nothing is carried out."""
        self._decide(id, "drop")

    def respond(self, id: str, **answer: Any) -> None:
        """Sends another response to a request, with `status`, `error`, `message`, `headers`, `body`."""
        self._decide(id, {"respond": answer})

    def _decide(self, id: str, do: Any) -> None:
        self._call("POST", f"/paused/{quote(id, safe='')}", {"do": do})

    def _named(self, name: str) -> PausedRequest:
        for each in self.list():
            if each.id == name:
                return each
        raise KeyError(name)


class Breakpoint(Part):
    """A rule that holds requests during a ``with`` block.

    At the end of the block the rule is taken away, and what it still holds is let go. `release`, `drop` and `respond`
    are about the one that has been held the longest; iteration gives all that are held.
    """

    def __init__(self, client: ControlClient, spec: Json) -> None:
        super().__init__(client)
        self._spec = spec
        self.rule: str = ""
        """The id of the rule, while there is one."""

    def __enter__(self) -> Breakpoint:
        if self.rule:
            raise RuntimeError("this breakpoint is set already")
        self.rule = self._client.faults.add(self._spec)["id"]
        return self

    def __exit__(self, *exc_info: object) -> None:
        rule, self.rule = self.rule, ""
        try:
            self._client.faults.remove(rule)
        except ControlFailure as error:
            if error.status != _NOT_THERE:  # a reset takes rules away, too
                raise

    def wait(self, timeout: float | str | timedelta = 10.0, *, count: int = 1) -> PausedRequest:
        """Waits until `count` requests are held here, and returns the one that has been held the longest.

        Raises TimeoutError when they aren't after `timeout`, in real time.
        """
        return self._client.paused.wait(count, timeout=timeout, rule=self.rule)[0]

    def __iter__(self) -> Iterator[PausedRequest]:
        """All requests that are held here now, in the order of arrival."""
        return iter([each for each in self._client.paused if each["rule"] == self.rule])

    def release(self) -> None:
        """Releases the one that has been held the longest. Raises LookupError if none is held."""
        self._first().release()

    def drop(self) -> None:
        """Resets its connection; at arrival, nothing is carried out. Raises LookupError if none is held."""
        self._first().drop()

    def respond(self, **answer: Any) -> None:
        """Sends another response, like `PausedRequest.respond`. Raises LookupError if none is held."""
        self._first().respond(**answer)

    def _first(self) -> PausedRequest:
        found = next(iter(self), None)
        if found is None:
            raise LookupError(f"no request is held by {self.rule or 'a breakpoint that is not set'}")
        return found


def breakpoint_rule(operation: str | Sequence[str], effect: str, value: Json, said: Mapping[str, Any]) -> Json:
    """The rule of a breakpoint or barrier: what the keywords say besides is as in ``faults.add``."""
    given = {key: each for key, each in value.items() if each is not None}
    return rule({"do": {effect: given}}, operation=operation, **said)
