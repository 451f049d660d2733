"""The requests that a program made, and how each is recognised when the program runs again.

A program that is run again gets other ids, may take another thread first, or make up other names. So a request is
recognised by its operation, by the name of what it is about, and by its position among those that are alike in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Json = Mapping[str, Any]

_CREATIONS = (".create", ".manage")
_READS = ("GET", "HEAD")
_PARENTS = ("share_id",)
"""The attribute of a record that a rule looks up besides the record itself."""
_MADE_UP = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{8}T?[0-9]{6}|[0-9a-fA-F]{8,}|[0-9]{6,}"
)
"""What is another one each time in the names that programs make up: UUIDs, times, hexadecimal numbers."""
_OF_SHARE = re.compile(r"/shares/([^/]+)/")
"""The paths of what is done to a share, and of what belongs to it."""
_SPECIAL = re.compile(r"[\[*?]")


def pattern(name: str) -> str:
    """The pattern of a name, with ``*`` for what programs make up anew each time: ``backup-*``, ``pvc-*``."""
    parts = (_SPECIAL.sub(lambda found: f"[{found[0]}]", part) for part in _MADE_UP.split(name))
    return "*".join(parts)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the undisturbed run."""

    number: int
    """Its place among all of them, from 1."""
    operation: str | None
    """None for what stands in front of the APIs, such as the version document at ``/``."""
    method: str
    path: str
    status: int | None
    about: str | None
    """The pattern of the name of what it is about, or of the share that this belongs to; None where it has no name."""
    nth: int
    """Its position among the requests for that operation about that, from 1."""
    starts: bool
    """Something was under way after it."""
    names: bool
    """Its path names a record, or its body the share that something is made of."""
    repeats: bool
    """It reads what the one before it read, and got the same answer: a program that waits."""

    @property
    def reads(self) -> bool:
        return self.method in _READS

    @property
    def lists(self) -> bool:
        return self.operation is not None and self.operation.endswith((".list", ".detail"))

    @property
    def what(self) -> str:
        """The request for people: ``shares.show 'db' (2nd)``."""
        name = "" if self.about is None else f" {self.about!r}"
        return f"{self.operation or f'{self.method} {self.path}'}{name}{f' ({_ordinal(self.nth)})' * (self.nth > 1)}"

    def match(self) -> dict[str, Any]:
        """The `match` of a rule about requests like it, of which it is the `nth`."""
        about = {} if self.about is None else {"resource": {"name": self.about}}
        return {"operation": self.operation, **about}

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "about": self.about,
            "nth": self.nth,
            "repeats": self.repeats,
        }


def asked(journal: Iterable[Json], records: Mapping[str, Iterable[Json]]) -> list[Asked]:
    """The requests of a journal, oldest first. `records` are those, by kind, that were there before the first one."""
    known = _Known(record for table in records.values() for record in table)
    names: list[tuple[str | None, list[str]]] = []
    found: list[Asked] = []
    answers: dict[tuple[str | None, str | None], tuple[Any, ...]] = {}
    for number, entry in enumerate(journal, start=1):
        operation = entry["operation"]
        about = known.about(entry)
        names.append((operation, about))
        label = pattern(about[0]) if about else None
        answer = (entry["path"], entry["query"], entry["status"], entry["response"]["body"])
        found.append(
            Asked(
                number=number,
                operation=operation,
                method=entry["method"],
                path=entry["path"],
                status=entry["status"],
                about=label,
                nth=sum(_fits(operation, label, *other) for other in names),
                starts=bool(entry["transitions"]),
                names=known.names_record(entry),
                repeats=entry["method"] in _READS and answers.get((operation, label)) == answer,
            )
        )
        answers[operation, label] = answer
        known.learn(entry)
    return found


def _fits(operation: str | None, label: str | None, other: str | None, names: list[str]) -> bool:
    """Whether a rule about an operation, and about a name where there is one, is about another request, too."""
    return other == operation and (label is None or any(fnmatchcase(name, label) for name in names))


class _Known:
    """What a program has seen of records, by their ids."""

    def __init__(self, records: Iterable[Json]) -> None:
        self._records: dict[str, dict[str, Any]] = {}
        for record in records:
            self._keep(record)

    def _keep(self, record: Json) -> None:
        if isinstance(record.get("id"), str):
            seen = {key: record[key] for key in ("name", *_PARENTS) if key in record}
            self._records.setdefault(record["id"], {}).update(seen)

    def learn(self, entry: Json) -> None:
        """Notes what an answer tells of records."""
        told, sent = _content(entry["response"]["body"]), _content(entry["request"]["body"])
        # An answer need not repeat what a record is of, where the request has said it.
        parent = _OF_SHARE.search(entry["path"])
        said = {} if parent is None else {"share_id": parent[1]}
        if _creates(entry) and isinstance(sent, Mapping):
            said = {key: sent[key] for key in _PARENTS if key in sent}
        for record in told if isinstance(told, list) else [told]:
            if isinstance(record, Mapping):
                self._keep({**said, **record} if record.get("id") not in said.values() else record)

    def _named(self, entry: Json) -> Iterator[dict[str, Any]]:
        """The records that a rule sees in a request: those of its path, or the one that is about to be made."""
        content = _content(entry["request"]["body"])
        if _creates(entry):
            if isinstance(content, Mapping):
                yield {**content, "name": content.get("name", content.get("display_name"))}
        elif entry["status"] != 404:
            yield from (self._records[part] for part in entry["path"].split("/") if part in self._records)

    def about(self, entry: Json) -> list[str]:
        """The names of what a request is about, then those of the shares that that belongs to."""
        named = list(self._named(entry))
        shares = [self._records.get(str(record.get(key)), {}) for record in named for key in _PARENTS]
        return [record["name"] for record in (*named, *shares) if isinstance(record.get("name"), str)]

    def names_record(self, entry: Json) -> bool:
        if _creates(entry):
            return any(record.get(key) in self._records for record in self._named(entry) for key in _PARENTS)
        return any(True for _ in self._named(entry))


def _creates(entry: Json) -> bool:
    return entry["operation"] is not None and entry["operation"].endswith(_CREATIONS)


def _content(body: Any) -> Any:
    """The object inside an envelope."""
    return next(iter(body.values())) if isinstance(body, Mapping) and len(body) == 1 else body


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{ends.get(number % 10, 'th') if number % 100 not in (11, 12, 13) else 'th'}"
