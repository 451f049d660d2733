"""How long each operation's transition takes in a world."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from .durations import Delay, Fixed
from .operation_names import check, fits

DEFAULT = "default"


class Delays:
    """Delays by operation id: ``{"default": 0, "snapshots.create": "2s", "shares.*": {"uniform": ["1s", "3s"]}}``.

    A key is an operation's id or a pattern with ``*``, ``?`` and ``[…]``. An exact id wins over a pattern, a longer
    pattern over a shorter one, and ``default`` (0 where nobody sets it) is for whatever is left. A key with a ``/`` is
    about one phase of an operation alone: ``shares.migration_start/copying``, ``*/copying``. Where `names` tells which
    operations and phases there are, a key that fits none of them is refused.
    """

    def __init__(self, delays: Mapping[str, Delay], names: Collection[str] | None = None) -> None:
        self._names = names
        self._delays = _with_default(delays)

    @classmethod
    def parse(cls, value: object, names: Collection[str] | None = None) -> Delays:
        """Reads the JSON above. Raises ValueError that names the key, the value and what would be right."""
        delays = cls({}, names)
        delays.replace(value)
        return delays

    def of(self, operation: str, otherwise: Delay | None = None) -> Delay:
        """The delay of one operation; `otherwise`, where given, goes before ``default``."""
        delays = self._delays
        if operation in delays and operation != DEFAULT:
            return delays[operation]
        return self._by_pattern(operation) or otherwise or delays[DEFAULT]

    def of_phase(self, operation: str, phase: str) -> Delay | None:
        """The delay that one phase of an operation has of its own, if it has any."""
        name = f"{operation}/{phase}"
        return self._delays.get(name) or self._by_pattern(name)

    def _by_pattern(self, name: str) -> Delay | None:
        patterns = [key for key in self._delays if key != DEFAULT and fits(name, key)]
        longest = max(patterns, key=lambda key: (len(key), key), default=None)
        return None if longest is None else self._delays[longest]

    def replace(self, value: object) -> None:
        """Takes the place of everything set before; changes nothing when it raises ValueError."""
        self._delays = _with_default({key: delay for key, delay in self._parse(value).items() if delay is not None})

    def patch(self, value: object) -> None:
        """Adds to what is set; null takes a key away. Changes nothing when it raises ValueError."""
        merged = {**self._delays, **self._parse(value)}
        self._delays = _with_default({key: delay for key, delay in merged.items() if delay is not None})

    def to_json(self) -> dict[str, Any]:
        """The JSON that `parse` reads back, ``default`` first."""
        return {key: delay.to_json() for key, delay in self._delays.items()}

    def _parse(self, value: object) -> dict[str, Delay | None]:
        if not isinstance(value, Mapping):
            raise ValueError(f"delays: {value!r} is not an object of operation ids and delays")
        return {
            self._known(key): None if delay is None else Delay.parse(delay, f"delays[{key!r}]")
            for key, delay in value.items()
        }

    def _known(self, key: object) -> str:
        if not isinstance(key, str) or not key:
            raise ValueError(f"delays: {key!r} is not an operation id, pattern or 'default'")
        if key != DEFAULT and self._names is not None:
            check(key, self._names, "delays")
        return key


def _with_default(delays: Mapping[str, Delay]) -> dict[str, Delay]:
    return {DEFAULT: Fixed(timedelta(0)), **delays}
