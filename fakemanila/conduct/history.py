"""A journal as those who judge it read it: requests of clients, in their order."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from ..contract.model import Operation, load
from ..versions import HEADER
from ..world.clock import parse_time
from ..world.journal import Entry, Message
from .facts import Facts
from .limits import USUAL, Limits

LOGIN = "identity.tokens.create"
_SERVICE = re.compile(r"(/identity|/network|/compute|/key-manager|/image)?(/v[\d.]+)?/?")
"""Paths of version documents."""
_KEYSTONE = "/identity"
_NOT_IDS = ("detail", "manage", "action")

Key = TypeVar("Key", bound=Hashable)


class Client(NamedTuple):
    """Who asks: programs are told apart by their User-Agent, and by whom they work for."""

    agent: str
    user_id: str | None


class Request:
    """One entry of a journal. What of it was dropped, or never arrived, reads as if it were empty."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.id, self.operation = entry.id, entry.operation
        self.is_read = entry.method in ("GET", "HEAD")

    @cached_property
    def client(self) -> Client:
        return Client(self.entry.request.header("User-Agent") or "", self.entry.user_id)

    @cached_property
    def user(self) -> tuple[str | None, str | None]:
        """The id and the name of whom it is for; of a login, who is logged in then."""
        entry = self.entry
        token = self.got.get("token") if self.operation == LOGIN and isinstance(self.got, dict) else None
        user = token.get("user") if isinstance(token, dict) else None
        if not isinstance(user, dict):
            return entry.user_id, entry.user_name
        id, name = user.get("id"), user.get("name")
        return id if isinstance(id, str) else None, name if isinstance(name, str) else None

    @cached_property
    def time(self) -> datetime:
        """Of the world, when it came."""
        return parse_time(self.entry.time)

    @property
    def status(self) -> int:
        """0 where no answer was sent, or not yet."""
        return self.entry.status or 0

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @cached_property
    def sent(self) -> Any:
        """The JSON of its body; None where there is none."""
        return _read(self.entry.request)

    @cached_property
    def got(self) -> Any:
        """The JSON that was answered; None where there is none."""
        return _read(self.entry.response)

    @cached_property
    def documented(self) -> Operation | None:
        """What the contract says of its operation; None for what isn't Manila's."""
        return load().operations.get(self.operation or "")

    @cached_property
    def is_discovery(self) -> bool:
        return self.entry.method == "GET" and _SERVICE.fullmatch(self.entry.path) is not None

    @property
    def is_work(self) -> bool:
        """It is what somebody is there for, and not a login or a look at versions before it."""
        return not self.is_discovery and not self.entry.path.startswith(_KEYSTONE)

    @property
    def is_manilas(self) -> bool:
        """It is for Manila's API, and not for the versions of it."""
        return self.entry.path.startswith("/v2/") and not self.is_discovery

    @cached_property
    def place(self) -> tuple[str, ...]:
        """Its path below ``/v2`` in segments, without the project's id: ``("shares", ID, "action")``."""
        segments = tuple(each for each in self.entry.path.split("/") if each)
        if not self.is_manilas:
            return segments
        has_project = len(segments) > 1 and segments[1] == self.entry.project_id
        return segments[2 if has_project else 1 :]

    @cached_property
    def resource(self) -> tuple[str, str] | None:
        """The collection and the id of what it is about; None for a collection as a whole."""
        if len(self.place) < 2 or self.place[1] in _NOT_IDS:
            return None
        return self.place[0], self.place[1]

    @cached_property
    def same(self) -> Hashable:
        """What it has in common with another one that asks for the same once more; nothing where its body is gone."""
        entry = self.entry
        body = entry.id if entry.request.body is None else entry.request.body
        return self.client, entry.method, entry.path, tuple(sorted(entry.query.items())), body

    @cached_property
    def made(self) -> str | None:
        """The id of what it has made; None where it hasn't made anything."""
        if self.entry.method != "POST" or not self.succeeded:
            return None
        ids = [each["id"] for each in objects(self.got) if isinstance(each.get("id"), str)]
        return ids[0] if len(ids) == 1 else None

    @property
    def microversion(self) -> str | None:
        """The one that its header asks for."""
        return self.entry.request.header(HEADER)

    def since_answer(self, before: Request) -> float:
        """Seconds of the world from the answer to another request until this one came; 0 where time stands still."""
        return (self.time - before.time).total_seconds() - before.entry.duration


@dataclass(frozen=True)
class History:
    """All that a judgement is made of."""

    requests: Sequence[Request]
    facts: Facts
    limits: Limits = USUAL

    @classmethod
    def of(cls, entries: Iterable[Entry], facts: Facts, limits: Limits = USUAL) -> History:
        return cls([Request(entry) for entry in entries], facts, limits)

    def grouped(self, key: Callable[[Request], Key | None]) -> dict[Key, list[Request]]:
        """The requests by what `key` says of them, each group in its order; those with None are left out."""
        found: dict[Key, list[Request]] = defaultdict(list)
        for request in self.requests:
            value = key(request)
            if value is not None:
                found[value].append(request)
        return found

    def of_clients(self) -> Iterator[list[Request]]:
        """The requests of each client."""
        yield from self.grouped(lambda request: request.client).values()


def objects(doc: Any) -> list[Mapping[str, Any]]:
    """The resources in an answer: what its envelope holds, one or a list of them."""
    values = doc.values() if isinstance(doc, dict) else ()
    return [
        each for value in values for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)
    ]


def _read(message: Message) -> Any:
    body = message.body  # which may be dropped meanwhile
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
