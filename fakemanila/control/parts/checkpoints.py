"""Checkpoints of a world, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .. import difference_text
from .part import Json, Records


class Checkpoints(Records):
    """The checkpoints of the world by name, oldest first."""

    _names = ("name",)

    def list(self) -> Sequence[Json]:
        return self._all("/checkpoints", "checkpoints")

    def save(self, name: str) -> Json:
        """Saves the world, replacing a checkpoint of that name; returns ``{"name", "time", "records", "pending"}``."""
        return self._call("POST", _path(name))

    def restore(self, name: str) -> Json:
        """Restores the world and returns its clock. The checkpoint is kept."""
        return self._call("POST", f"{_path(name)}/restore")

    def drop(self, name: str) -> None:
        self._call("DELETE", _path(name))

    def __delitem__(self, index: int | str) -> None:
        self.drop(index if isinstance(index, str) else self[index]["name"])


def _path(name: str) -> str:
    return f"/checkpoints/{quote(name, safe='')}"


class Diff(Mapping[str, Any]):
    """What differs: the control plane's document as a mapping; ``str(diff)`` is for people, a line for each record.

    It is true where records differ, or what is under way. The time, faults and delays are what tests themselves
    change: they are shown and don't count.
    """

    def __init__(self, doc: Json) -> None:
        self._doc = doc

    @property
    def made(self) -> list[Json]:
        """Records that were added: ``{"kind", "id", "name", "record"}``."""
        return list(self._doc["records"]["made"])

    @property
    def gone(self) -> list[Json]:
        """Records that were deleted, in the same form."""
        return list(self._doc["records"]["gone"])

    @property
    def changed(self) -> list[Json]:
        """Records that were changed: ``{"kind", "id", "name", "changes": {attribute: [before, after]}}``."""
        return list(self._doc["records"]["changed"])

    def of(self, kind: str) -> Diff:
        """Only the records and operations of one kind (``shares``, ``identity.users``).

        Kinds are those of the state.
        """
        records, under_way = self._doc["records"], self._doc["transitions"]
        return Diff(
            {
                **self._doc,
                "records": {what: [e for e in records[what] if e["kind"] == kind] for what in records},
                "transitions": {what: [e for e in under_way[what] if e["resource_type"] == kind] for what in under_way},
            }
        )

    def assert_empty(self) -> None:
        """Raises AssertionError with the differences, if there are any."""
        if self:
            raise AssertionError(str(self))

    def __bool__(self) -> bool:
        return any(each for part in ("records", "transitions") for each in self._doc[part].values())

    def __getitem__(self, key: str) -> Any:
        return self._doc[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._doc)

    def __len__(self) -> int:
        return len(self._doc)

    def lines(self) -> list[str]:
        """What ``str`` is made of: ``+`` for a record that was made, ``-`` for one that is gone, ``~`` for a changed
        one, with what it was and is below.
        """
        return list(difference_text.lines(self._doc))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return f"<Diff {difference_text.summary(self._doc)}>"
