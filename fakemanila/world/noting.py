"""What has changed since somebody last asked, by id."""

from __future__ import annotations


class Noting:
    """Something that notes the ids of what changes in it, as soon as somebody wants to know."""

    _noted: dict[str, None] | None = None
    """In the order in which they changed first; None while nobody wants to know."""

    def note_changes(self) -> None:
        """From now on, notes what is added, changed or removed."""
        self._noted = {}

    def take_changes(self) -> list[str]:
        """The ids of what was added, changed or removed since that was asked last."""
        noted, self._noted = self._noted, {}
        return list(noted or ())
