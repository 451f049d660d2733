"""The records of a world, as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from ..failure import ControlFailure
from .part import Json, Part

_NOT_FOUND = 404


class KeptRecords(Part):
    """Records by their kind, as scenarios or states call it: ``share`` or ``shares``."""

    def list(self, kind: str, **attributes: Any) -> Sequence[Json]:
        """The records with these attributes, oldest first.

        Raises ValueError for what is not a kind.
        """
        try:
            found: Sequence[Json] = self._call("GET", f"/records/{quote(kind, safe='')}", **_asked(attributes))[
                "records"
            ]
        except ControlFailure as error:
            if error.status != _NOT_FOUND:
                raise
            raise ValueError(str(error)) from None
        return found

    def get(self, kind: str, id: str) -> Json | None:
        """One record, or None."""
        return self._one(kind, id, 0)

    def wait(self, kind: str, id: str, timeout: timedelta | str | float = 10, **attributes: Any) -> Json | None:
        """Waits until a record has these attributes, and returns it; None if it doesn't exist even after that time.

        Raises TimeoutError, with what it has, where it is there and never has them.
        """
        return self._one(kind, id, timeout, **attributes)

    def wait_gone(self, kind: str, id: str, timeout: timedelta | str | float = 10) -> None:
        """Waits until it doesn't exist any more. Raises TimeoutError if it stays."""
        self._one(kind, id, timeout, gone=True)

    def _one(self, kind: str, id: str, timeout: timedelta | str | float, **query: Any) -> Json | None:
        path = f"/records/{quote(kind, safe='')}/{quote(id, safe='')}"
        try:
            found: Json | None = self._wait(path, timeout, **_asked(query))["record"]
        except ControlFailure as error:
            if error.status != _NOT_FOUND:
                raise
            return None
        return found


def _asked(attributes: dict[str, Any]) -> dict[str, Any]:
    """Values as a query has them: null, true and false as JSON writes them."""
    words = {None: "null", True: "true", False: "false"}
    return {
        name: words[value] if value is None or isinstance(value, bool) else value for name, value in attributes.items()
    }
