"""Reading the JSON that people write: whatever is wrong is named, with its value and what would be right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..text.suggestions import nearest

MAX_DEPTH = 50
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def check_json(value: object, field: str) -> None:
    """Raises ValueError for what nobody writes but a program: nested without end, or with half a surrogate pair."""
    level = [value]
    for _ in range(MAX_DEPTH):
        deeper: list[object] = []
        for each in level:
            if isinstance(each, Mapping):
                deeper += [*each.keys(), *each.values()]
            elif isinstance(each, list):
                deeper += each
            elif isinstance(each, str) and _HALF_PAIR.search(each):
                raise ValueError(f"{field}: {each!r} is not a string")
        if not deeper:
            return
        level = deeper
    raise ValueError(f"{field}: it is nested more than {MAX_DEPTH} levels deep")


def mapping(value: object, field: str, keys: Collection[str] | None = None) -> dict[str, Any]:
    """An object with no keys but `keys` (any, where None). Raises ValueError."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{field}: {value!r} is not an object")
    for key in value:
        if not isinstance(key, str):
            raise ValueError(f"{field}: {key!r} is not a valid name")
        if keys is not None and key not in keys:
            raise ValueError(f"{field}: {key!r} is not a known field{nearest(key, keys)}")
    return dict(value)


def text(value: object, field: str) -> str:
    """A string that isn't empty. Raises ValueError."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field}: {value!r} is not a string")
    return value


_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


def headers(value: object, field: str) -> dict[str, str]:
    """Headers that can be sent; numbers become texts. Raises ValueError."""
    sent = {name: str(header) for name, header in mapping(value, field).items()}
    for name, header in sent.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{field}: {name!r} is not a valid header name")
        if not _HEADER_VALUE.fullmatch(header):
            raise ValueError(f"{field}.{name}: {header!r} has characters that no header can have")
    return sent


def whole(value: object, field: str, least: int = 0) -> int:
    """A whole number from `least` up. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{field}: {value!r} is not a whole number from {least}")
    return value


def fraction(value: object, field: str) -> float:
    """A number from 0 to 1. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{field}: {value!r} is not a number from 0 to 1")
    return value


def true(value: object, field: str) -> None:
    """Raises ValueError for anything but true: such an effect has nothing else to say."""
    if value is not True:
        raise ValueError(f"{field}: {value!r} is not true; leave the rule out, or clear it, to turn it off")


def unreachable(value: object, field: str) -> ValueError:
    """The refusal of what is done to a connection, where the server lets nobody reach it."""
    return ValueError(
        f"{field}: {value!r} needs the connection itself, which this application's server does not hand on;"
        " fakemanila serve and FakeManila do"
    )


def http_status(value: object, field: str) -> int:
    """An HTTP status code. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:
        raise ValueError(f"{field}: {value!r} is not an HTTP status from 200 to 599")
    return value
