"""Which id of the cloud's is which one here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..compare.histories.comparing import ID, Pairs

MOST = 1_000
"""Texts that are remembered; the oldest ones go."""
_MADE_UP = ("auth_key", "path", "export_location", "export_locations", "provider_location", "identifier")
"""Fields whose values a backend, or chance, makes up."""


class Ids(Pairs):
    """Pairs of ids, the cloud's and those here. What was imported has the same id on both sides."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: dict[str, str] = {}

    def know(self, document: Any) -> None:
        """Takes every id in a document for the same one on both sides."""
        for id in ID.findall(json.dumps(document)):
            self.same(id, id)

    def knows(self, id: str) -> bool:
        """Whether an id of the cloud's stands for something here."""
        return id in self._actual

    def is_ours(self, id: str) -> bool:
        """Whether an id that is used here stands for something of the cloud's."""
        return id in self._expected

    def here(self, text: str) -> str:
        """A text with what stands here for the cloud's ids, and for what else it has made up."""
        for there, here in self._texts.items():
            text = text.replace(there, here)
        return ID.sub(lambda found: self._actual.get(found[0], found[0]), text)

    def there(self, id: str) -> str:
        """The cloud's id for one that is used here."""
        return self._expected.get(id, id)

    def learn_texts(self, there: Any, here: Any) -> None:
        """Remembers what each side has made up, from two answers to one request: transfers' keys, paths of exports.

        A client may come back with them.
        """
        for one, other in _texts(there, self.matched(there, here)):
            if one != other:
                self._texts[one] = other
                if len(self._texts) > MOST:
                    del self._texts[next(iter(self._texts))]


def _texts(there: Any, here: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The texts under keys of `_MADE_UP` that stand in the same place."""
    if isinstance(there, dict) and isinstance(here, dict):
        for name, value in there.items():
            yield from _texts(value, here.get(name), name)
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for one, other in zip(there, here, strict=True):
            yield from _texts(one, other, key)
    elif key in _MADE_UP and isinstance(there, str) and isinstance(here, str) and there and here:
        yield there, here
