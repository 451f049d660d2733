"""Which id of the cloud's is which one here."""

from __future__ import annotations

import json
from typing import Any

from ..compare.histories.comparing import ID, Pairs


class Ids(Pairs):
    """Pairs of ids, the cloud's and those here. What was imported has the same id on both sides."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[str, str] = {}

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
        """A text with the ids, and the transfers' keys, that stand here for those of the cloud in it."""
        for there, here in self._keys.items():
            text = text.replace(there, here)
        return ID.sub(lambda found: self._actual.get(found[0], found[0]), text)

    def there(self, id: str) -> str:
        """The cloud's id for one that is used here."""
        return self._expected.get(id, id)

    def learn_key(self, there: Any, here: Any) -> None:
        """Remembers a share transfer's key, with which somebody may come back."""
        keys = [pick.get("auth_key") for pick in map(_transfer, (there, here))]
        if all(isinstance(key, str) and key for key in keys):
            self._keys[keys[0]] = keys[1]


def _transfer(document: Any) -> Any:
    found = document.get("transfer") if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}
