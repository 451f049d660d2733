"""What can be compared between servers whose ids, addresses and sentences differ: keys, types, links and headers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}

Shape = Any

_ID = re.compile(r"\b(?:[0-9a-fA-F]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b")
_MARKER = re.compile(r"\bmarker=[^&]+")  # which page it is depends on the order of ids
_TOKEN = re.compile(r"gAAAAA[\w=-]+")

OF_THE_CONNECTION = {"connection", "date", "keep-alive", "server"}
"""Headers that are about who speaks HTTP, and how."""


class Plain:
    """Writes texts without what is of one server only: its address, its ids, its tokens."""

    def __init__(self, url: str, known: Mapping[str, str]) -> None:
        self._url = url
        # Which project is the last of a page depends on the order of ids.
        names = [(name, value) for name, value in reversed([*known.items()]) if _ID.fullmatch(value) and name != "last"]
        self._known = {value: name for name, value in names} | {value.upper(): name.upper() for name, value in names}

    def text(self, text: str, own: str | None = None) -> str:
        """A link or header: ``<url>`` for the address, ``<own>`` for `own`, and names or ``<id>`` for other ids."""
        text = _MARKER.sub("marker=<marker>", text.replace(self._url, "<url>"))
        if own:
            text = re.sub(rf"\b{re.escape(own)}\b", "<own>", text)
        text = _ID.sub(lambda found: f"<{self._known.get(found[0], 'id')}>", text)
        return _TOKEN.sub("<token>", text)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Names in small letters and their values; of a length only whether there is any."""
        shown = {}
        for name in sorted(headers, key=str.lower):
            value = self.text(headers[name])
            if name.lower() == "content-length":
                value = "none" if value == "0" else "some"
            elif name.lower() == "allow":
                value = ", ".join(sorted(value.split(", ")))
            if name.lower() not in OF_THE_CONNECTION:
                shown[name.lower()] = value
        return shown

    def shape(self, value: Any, own: str | None = None, *, link: bool = False) -> Shape:
        """The keys and types of JSON data, and its links; of a list, the different shapes of its elements."""
        if isinstance(value, dict):
            own = value["id"] if isinstance(value.get("id"), str) else own if link else None
            return {key: self.shape(value[key], own, link=link or key == "links") for key in sorted(value)}
        if isinstance(value, list):
            shapes = {json.dumps(self.shape(item, own, link=link), sort_keys=True) for item in value}
            return [json.loads(text) for text in sorted(shapes)]
        if link and isinstance(value, str):
            return self.text(value, own)
        return _NAMES[type(value)]


def found(body: Any) -> list[str]:
    """The names and chosen ids of what the conversation made, wherever in the body they are."""
    if isinstance(body, dict):
        texts = [body[key] for key in ("id", "name") if isinstance(body.get(key), str)]
        below = [each for key, value in body.items() if key != "links" for each in found(value)]
        return sorted([text for text in texts if text.strip().lower().startswith("rec-")] + below)
    if isinstance(body, list):
        return sorted(each for item in body for each in found(item))
    return []


def pick(body: Any, path: str) -> str | None:
    """The value at a path such as ``users.0.id``, if there is one."""
    for step in path.split("."):
        if not body:
            return None
        body = body[int(step)] if isinstance(body, list) else body[step]
    return str(body)


def fill(value: Any, known: dict[str, str]) -> Any:
    """Puts what was saved earlier for every ``${name}``, and in capitals for every ``${NAME}``."""
    if isinstance(value, dict):
        return {key: fill(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, str):
        for name, text in known.items():
            value = value.replace(f"${{{name}}}", text).replace(f"${{{name.upper()}}}", text.upper())
    return value
