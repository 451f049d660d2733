"""What was asked of a world, and what it answered."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..reasons.reason import Reason

SIZE = 10_000
"""Requests that a journal keeps."""
BODIES = 64 * 2**20
"""Bytes of bodies that it keeps; beyond that the oldest bodies go, and their requests stay."""
HEADS = 64 * 2**20
"""Characters of paths, headers and warnings that it keeps; beyond that the oldest requests go."""

UNMATCHED = "unmatched"
"""The mark of a request whose path and method no route knows."""
NOT_IMPLEMENTED = "not_implemented"
"""The mark of a request for an operation that this release doesn't serve."""

MASK = "***"
_DELETING = frozenset(("delete", "force_delete", "unmanage"))
"""The verbs of operations after which a record is gone."""
_SECRET_HEADERS = frozenset(("x-auth-token", "x-subject-token", "x-service-token", "authorization", "cookie"))
_SECRET_FIELDS = frozenset(("password", "original_password", "secret", "auth_key", "access_key", "payload", "blob"))


@dataclass(slots=True, eq=False)
class Message:
    """One side of an exchange, as it was sent; what is secret is masked when it is shown."""

    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = b""
    """None where it was dropped to save memory."""

    def header(self, name: str) -> str | None:
        """One of its headers; None where it has no such."""
        wanted = name.lower()
        return next((value for each, value in self.headers.items() if each.lower() == wanted), None)

    def to_json(self) -> dict[str, Any]:
        """``{"headers": {…}, "body": …}``; the body is JSON where it can be read as such, text otherwise."""
        shown: dict[str, Any] = {
            "headers": {
                name: MASK if name.lower() in _SECRET_HEADERS and value else value
                for name, value in self.headers.items()
            },
            "body": masked(_read(self.body)) if self.body else None,
        }
        if self.body is None:
            shown["dropped"] = True
        return shown


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def masked(value: Any) -> Any:
    """The same JSON without passwords, keys and the ids of tokens."""
    if isinstance(value, list):
        return [masked(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: MASK if _is_secret(key, each) else _masked_member(key, each) for key, each in value.items()}


def is_secret(field: str) -> bool:
    """Whether what a field of that name has is shown to nobody."""
    return field in _SECRET_FIELDS


def _is_secret(key: str, value: Any) -> bool:
    return is_secret(key) and isinstance(value, str) and value != ""


def _masked_member(key: str, value: Any) -> Any:
    # A login by token brings the token's id in its body; "methods" beside it names the way to log in.
    if key == "token" and isinstance(value, Mapping) and isinstance(value.get("id"), str):
        value = {**value, "id": MASK}
    return masked(value)


_NONE = Message()
"""Of a request that is under way."""


@dataclass(slots=True, eq=False, repr=False)
class Entry:
    """One request. `operation` is None for a path that no route knows; `version` for one that never got that far."""

    id: str
    time: str
    """Of the world, when it came."""
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    operation: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    user_id: str | None = None
    user_name: str | None = None
    version: str | None = None
    status: int | None = None
    duration: float = 0.0
    """Seconds of the world's clock until the answer was ready; none where the clock stands still."""
    mark: str | None = None
    """`UNMATCHED`, `NOT_IMPLEMENTED` or None."""
    refusal: Reason | None = None
    """Why it was refused, if it was: its facts are found out when somebody looks."""
    request: Message = _NONE
    response: Message = _NONE
    contract_warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    """The rules that fired, by the names that people know them by."""
    held: tuple[dict[str, Any], ...] = ()
    """Where rules held it, for how long, and what ended that."""
    transitions: tuple[dict[str, Any], ...] = ()
    """What it started: operation, resource and when that ends."""
    number: int = 0
    """Its place among all that were ever added to the journal, from 1."""
    size_of_head: int = 0
    """Characters of all but the bodies, as the journal counted them."""

    def summary(self) -> dict[str, Any]:
        """All but the headers and bodies."""
        return {
            "id": self.id,
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "operation": self.operation,
            "project_id": self.project_id,
            "project_name": self.project_name,
            "user_id": self.user_id,
            "user_name": self.user_name,
            "microversion": self.version,
            "status": self.status,
            "duration": round(self.duration, 6),
            "mark": self.mark,
            "contract_warnings": list(self.contract_warnings),
            "faults": list(self.faults),
            "held": list(self.held),
            "transitions": list(self.transitions),
        }

    def refusal_to_json(self) -> dict[str, Any] | None:
        """Why it was refused: ``{"kind": "policy", …}``, with the facts of that kind; None where it wasn't."""
        return None if self.refusal is None else {"kind": self.refusal.kind, **self.refusal.facts()}

    def explain(self) -> list[str]:
        """Why it was answered so, in sentences; none where there is nothing to say."""
        lines = [] if self.refusal is None else self.refusal.explain()
        if self.faults and (self.refusal is None or self.refusal.kind != "fault"):
            lines.append(f"On its way fired: {', '.join(self.faults)}.")
        if self.contract_warnings:
            lines.append("A real Manila lets pass what the contract doesn't cover; strict mode refuses it.")
        return [*lines, *(f"{warning.rstrip('.')}." for warning in self.contract_warnings)]

    def to_json(self) -> dict[str, Any]:
        """All of it, with what is secret masked."""
        return {
            **self.summary(),
            "refusal": self.refusal_to_json(),
            "request": self.request.to_json(),
            "response": self.response.to_json(),
        }


class Journal:
    """A ring of the last requests, oldest first."""

    def __init__(self, size: int = SIZE, bodies: int = BODIES, heads: int = HEADS, *, position: int = 0) -> None:
        """`size` is in requests, `bodies` in bytes, `heads` in characters.

        `position` is that of the journal that it takes the place of.
        """
        self._size = size
        self._entries: deque[Entry] = deque()
        self._room = bodies
        self._room_of_heads = heads
        self.position = position
        """How many were ever added. It never goes back, so that it tells what came later, whatever went meanwhile."""
        self._whole: deque[Entry] = deque()
        """Those whose bodies are still there, oldest first; some may have left the ring."""
        self._deletions: dict[str, Entry] | None = None
        """By the id of what was deleted; None until somebody asks."""

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def newest(self) -> Entry | None:
        return self._entries[-1] if self._entries else None

    def add(self, entry: Entry) -> None:
        """Keeps an entry, for which the oldest one or the oldest bodies may have to go."""
        if self._size == 0:
            _drop(entry)
            return
        self._deletions = None
        self.position += 1
        entry.number = self.position
        self._entries.append(entry)
        entry.size_of_head = _size_of_head(entry)
        self._room_of_heads -= entry.size_of_head
        while len(self._entries) > self._size or (self._room_of_heads < 0 and len(self._entries) > 1):
            self._drop(self._entries.popleft())
        if size := _size(entry):
            self._whole.append(entry)
            self._room -= size
            while self._room < 0:
                self._drop_bodies_of(self._whole[0])

    def _drop(self, entry: Entry) -> None:
        self._room_of_heads += entry.size_of_head
        self._drop_bodies_of(entry)

    def _drop_bodies_of(self, entry: Entry) -> None:
        if not self._whole or self._whole[0] is not entry:
            return
        self._whole.popleft()
        self._room += _size(entry)
        _drop(entry)

    def go_back(self, position: int) -> None:
        """Drops what was added after it had that position. What has gone meanwhile doesn't come back."""
        self._deletions = None
        while self._entries and self._entries[-1].number > position:
            entry = self._entries.pop()
            self._room_of_heads += entry.size_of_head
            if self._whole and self._whole[-1] is entry:
                self._whole.pop()
                self._room += _size(entry)

    def deletion_of(self, id: str) -> Entry | None:
        """The request that deleted the record of that id, where it is still here."""
        if self._deletions is None:
            self._deletions = {
                entry.path.removesuffix("/action").rpartition("/")[2]: entry for entry in self._deleting()
            }
        return self._deletions.get(id)

    def _deleting(self) -> Iterator[Entry]:
        for entry in self._entries:
            deletes = (entry.operation or "").rpartition(".")[2] in _DELETING
            if deletes and entry.status is not None and 200 <= entry.status < 300:
                yield entry

    def clear(self) -> None:
        self._deletions = None
        self._room += sum(map(_size, self._whole))
        self._room_of_heads += sum(entry.size_of_head for entry in self._entries)
        for entry in self._whole:  # which an event may tell of
            _drop(entry)
        self._entries.clear()
        self._whole.clear()


def _drop(entry: Entry) -> None:
    """Forgets the bodies."""
    for message in (entry.request, entry.response):
        message.body = None if message.body else message.body


def _size(entry: Entry) -> int:
    return len(entry.request.body or b"") + len(entry.response.body or b"")


def _size_of_head(entry: Entry) -> int:
    """Queries are parts of paths, and as long as those at most."""
    texts = (entry.path, *entry.request.headers.values(), *entry.response.headers.values(), *entry.contract_warnings)
    return sum(map(len, texts))
