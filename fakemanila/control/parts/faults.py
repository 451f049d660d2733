"""The rules of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .part import Json, Records

_MATCH_KEYS = ("operation", "method", "path", "project", "user", "role", "microversion", "headers", "resource", "body")
_WHEN_KEYS = ("after", "times", "every", "probability", "between", "sequence")


class Faults(Records):
    """The rules of the world, in order; ``faults["no room"]`` finds one by its id or name."""

    _names = ("id", "name")

    def list(self) -> Sequence[Json]:
        return self._all("/faults", "faults")

    def add(self, fault: str | Mapping[str, Any] | None = None, **said: Any) -> Json:
        """Adds a rule and returns it: a preset's name or the JSON of a rule, plus keywords.

        A keyword is a field of a rule (`name`, `match`, `when`, `do`, `must_fire`), or a key of its ``match`` or
        ``when``: ``add("quota:snapshots", project="demo", times=1)``.
        """
        return self._call("POST", "/faults", rule(fault, **said))

    def get(self, id: str) -> Json:
        return self._call("GET", f"/faults/{quote(id, safe='')}")

    def remove(self, id: str) -> None:
        self._call("DELETE", f"/faults/{quote(id, safe='')}")

    def __delitem__(self, index: int | str) -> None:
        self.remove(self[index]["id"])

    def clear(self) -> None:
        self._call("DELETE", "/faults")

    def presets(self) -> Sequence[Json]:
        """The presets, with a line about each."""
        return self._all("/faults/presets", "presets")


def rule(fault: str | Mapping[str, Any] | None = None, **said: Any) -> Json:
    """The JSON of a rule, from a preset's name or a rule and keywords; whether it is right the server says."""
    spec: Json = {"preset": fault} if isinstance(fault, str) else dict(fault or {})
    for part, keys in (("match", _MATCH_KEYS), ("when", _WHEN_KEYS)):
        more = {**(said.pop(part, None) or {}), **{key: said.pop(key) for key in keys if key in said}}
        if more:
            spec[part] = {**(spec.get(part) or {}), **more}
    return {**spec, **said}
