"""A world as a whole, and the worlds of a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .checkpoints import Diff
from .part import Json, Listed, Part


class Scenario(Part):
    """Scenarios for the world as it is."""

    def apply(self, doc: Mapping[str, Any]) -> Sequence[Json]:
        """Adds a scenario to the world, or changes nothing; returns the resources that it made.

        ``apply({"resources": [{"kind": "share", "name": "db", "size": 5}]})`` gives
        ``[{"kind": "share", "id": …, "name": "db", …}]``.
        """
        made: Sequence[Json] = self._call("POST", "/scenario", dict(doc))["resources"]
        return made


class State(Part, Mapping[str, Any]):
    """The whole world as one document, which can be read as a mapping: ``state["records"]``."""

    def dump(self) -> Json:
        return self._call("GET", "/state")

    def load(self, doc: Mapping[str, Any]) -> None:
        """Replaces the world with the document, or changes nothing."""
        self._call("PUT", "/state", dict(doc))

    def diff(self, doc: Mapping[str, Any]) -> Diff:
        """What loading the document would change, without changing anything."""
        return Diff(self._call("PUT", "/state", dict(doc), dry_run="true"))

    def __getitem__(self, key: str) -> Any:
        return self.dump()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.dump())

    def __len__(self) -> int:
        return len(self.dump())


class WorldList(Listed[str]):
    """The names of the server's worlds."""

    def list(self) -> Sequence[str]:
        names: Sequence[str] = self._client.health()["worlds"]
        return names

    def drop(self, name: str) -> None:
        """Drops a world; its next use makes a new one."""
        self._call("DELETE", f"/worlds/{quote(name, safe='')}")

    def fork(self, name: str, origin: str | None = None, *, replace: bool = False) -> Json:
        """Makes a world that goes on as another one would; `origin` is a world or a checkpoint, as in `diff`, and this
        world unless it is given. With `replace` it takes the place of a world of that name. Returns its clock.
        """
        body = {"replace": replace} if origin is None else {"from": origin, "replace": replace}
        return self._call("POST", f"/worlds/{quote(name, safe='')}", body)
