"""Answers without what other users of a server have made: administrators are shown all of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from .exchanges import CONSTANTS
from .right_requests import TEXTS

ALWAYS = frozenset((*CONSTANTS, *TEXTS, "run"))
"""Variables that stand for nothing that was made."""
_LONG = 32
"""Ids have at least as many characters."""


def without_others(document: Any, names: Mapping[str, str], shared: Collection[str] = ()) -> Any:
    """A document whose lists hold only items in which an id of `names` stands, or whose own id is one of `shared`."""
    known = [
        value
        for name, value in names.items()
        if len(value) >= _LONG and name not in ALWAYS and not name.endswith("_user")  # other histories have them too
    ]
    if not isinstance(document, dict):
        return document
    kept: dict[str, Any] = {}
    others = False
    for key, value in document.items():
        kept[key] = value
        if isinstance(value, list) and all(isinstance(each, dict) and "id" in each for each in value):
            kept[key] = [
                each for each in value if str(each["id"]) in shared or any(id in json.dumps(each) for id in known)
            ]
            others = others or len(kept[key]) < len(value)
    if others and "count" in kept:
        kept["count"] = "<any>"
    return kept
