"""Records of a world as Python has them, and whether they are the ones expected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ..control.asserting import contains
from ..control.client import ControlClient


class Resource(Mapping[str, Any]):
    """A record as it was when it was asked for: ``share["status"]`` and ``share.status``; `refresh` asks again."""

    kind: str
    """``share``, ``snapshot``, …"""

    def __init__(self, control: ControlClient, kind: str, fields: Mapping[str, Any]) -> None:
        self._control = control
        self.kind = kind
        self._fields = dict(fields)

    def __getitem__(self, key: str) -> Any:
        return self._fields[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    @property
    def id(self) -> str:
        return str(self._fields["id"])

    def __getattr__(self, name: str) -> Any:
        fields = self.__dict__.get("_fields", {})
        if name in fields:
            return fields[name]
        raise AttributeError(f"a {self.__dict__.get('kind')} has no {name!r}; it has {', '.join(sorted(fields))}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resource) and (self.kind, self._fields) == (other.kind, other._fields)

    def __hash__(self) -> int:
        return hash((self.kind, self.id))

    def __repr__(self) -> str:
        shown = " ".join(
            f"{key}={self._fields.get(key)!r}" for key in ("id", "name", "status", "state") if key in self._fields
        )
        return f"<{self.kind} {shown}>"

    def refresh(self) -> Resource:
        """Reads the record again, and returns itself. Raises LookupError if it is gone."""
        return self._become(self._control.records.get(self.kind, self.id))

    def wait(self, timeout: timedelta | str | float = 10, **attributes: Any) -> Resource:
        """Waits, in real time, until it has these attributes: ``share.wait(status="available")``.

        Becomes what it is then, and returns itself. Raises TimeoutError that says so where it never is, LookupError
        where it is gone.
        """
        return self._become(self._control.records.wait(self.kind, self.id, timeout, **attributes))

    def wait_gone(self, timeout: timedelta | str | float = 10) -> None:
        """Waits, in real time, until it doesn't exist any more. Raises TimeoutError if it stays."""
        self._control.records.wait_gone(self.kind, self.id, timeout)

    def _become(self, fields: Mapping[str, Any] | None) -> Resource:
        if fields is None:
            raise LookupError(f"there is no {self.kind} {self.id} any more")
        self._fields = dict(fields)
        return self


def records(control: ControlClient, kind: str) -> list[Resource]:
    """The records of a kind, which may be called by the table's name as well, in the order in which they were made."""
    return [Resource(control, kind, each) for each in control.records.list(kind)]


def check(kind: str, found: Sequence[Resource], expected: Sequence[Mapping[str, Any]], *, others: bool) -> None:
    """Raises AssertionError, with the difference, unless each of `expected` is one of `found`, whatever the order.

    What is expected has the fields that matter. Unless `others`, there have to be no more than these.
    """
    taken = _pairs(found, expected)
    missing = [index for index in range(len(expected)) if index not in taken.values()]
    more = [] if others else [each for position, each in enumerate(found) if position not in taken]
    if not missing and not more:
        return
    lines = [f"the {kind} records are not the ones expected: {len(found)} there, {len(expected)} expected"]
    spare = [each for position, each in enumerate(found) if position not in taken]
    for index in missing:
        lines.append(f"  - {_text(expected[index])}")
        near = min(spare, key=lambda each: len(_differing(each, expected[index])), default=None)
        if near is not None and len(_differing(near, expected[index])) < len(expected[index]):
            lines += [f"      {line}" for line in _compared(near, expected[index])]
    fields = list(dict.fromkeys(("id", *(key for each in expected for key in each))))
    lines += [f"  + {_text({key: each[key] for key in fields if key in each})}" for each in more]
    raise AssertionError("\n".join(lines))


def _pairs(found: Sequence[Resource], expected: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Which of `found` stands for which of `expected`, for as many as there can be: an augmenting-path matching."""
    taken: dict[int, int] = {}

    def place(index: int, tried: set[int]) -> bool:
        for position, each in enumerate(found):
            if position in tried or _differing(each, expected[index]):
                continue
            tried.add(position)
            if position not in taken or place(taken[position], tried):
                taken[position] = index
                return True
        return False

    for index in range(len(expected)):
        place(index, set())
    return taken


def _differing(record: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    return [key for key, value in wanted.items() if key not in record or not contains(record[key], value)]


def _compared(record: Resource, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield f"nearest is {record.id}:"
    for key in _differing(record, wanted):
        there = _text(record[key]) if key in record else "no such field"
        yield f"  {key}: {there}, expected {_text(wanted[key])}"


def _text(value: Any) -> str:
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, default=str)
