"""How the database of a real deployment compares a column with what a caller sent.

Lists leave their filters to it, so that they find what it finds: text without regard to case, accents and spaces at the
end; a number where the text begins with it; nothing where the column is empty. What Manila compares itself, such as
the specs of types, it compares exactly, and so do the modules that do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...world import collation
from .regular_expressions import compile_pattern

Test = Callable[[Any], bool]
"""Whether a column's value, None for an empty one, is what was looked for."""

_NUMBER = re.compile(r"\s*([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)
_LAST_OF_BASIC_PLANE = "\uffff"


def storable(text: str) -> bool:
    """Whether the database can store a text: it has no characters of four bytes, such as emoji."""
    return text.isascii() or max(text) <= _LAST_OF_BASIC_PLANE


def number(value: object) -> float:
    """A value as a number: what a text begins with, 0 where that is not a number."""
    if isinstance(value, str):
        found = _NUMBER.match(value)
        return float(found[1]) if found else 0.0
    return float(value)  # type: ignore[arg-type]


def equals(wanted: object) -> Test:
    """Equality. Where either side is a number the other one is read as one. Nothing equals None or a list."""
    if wanted is None or not isinstance(wanted, str | int | float):
        return lambda found: False
    if not isinstance(wanted, str):
        amount = number(wanted)
        return lambda found: found is not None and number(found) == amount
    key = collation.key(wanted)

    def test(found: Any) -> bool:
        if isinstance(found, str):
            return collation.key(found) == key
        return found is not None and number(found) == number(wanted)

    return test


def like(part: str) -> Test:
    """``LIKE``, with `part` anywhere in the text: ``%`` stands for anything, ``_`` for a character, ``\\`` escapes."""
    pieces, escaped = [], False
    for character in f"%{part}%":
        if escaped or character not in "%_\\":
            pieces.append(re.escape(collation.fold(character)))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            pieces.append("." if character == "_" else ".*")
    pattern = re.compile("".join(pieces), re.DOTALL)
    return lambda found: found is not None and pattern.fullmatch(collation.fold(str(found))) is not None


def regexp(pattern: str) -> Test:
    """``REGEXP``: a regular expression matches somewhere, whatever the case. Raises ValueError for a broken one.

    A test is for one list: what takes too long in all of it is not looked for any more.
    """
    expression = compile_pattern(pattern)
    return lambda found: found is not None and expression.found_in(str(found))


def has_items(items: Mapping[Any, Any]) -> Test:
    """Whether a mapping that the database has as rows of keys and values has all of `items`.

    Raises ValueError for keys and values that are not text, number, boolean or None.
    """
    wanted = [(_scalar(key), _scalar(value)) for key, value in items.items()]

    def test(found: Any) -> bool:
        rows = (found or {}).items()
        return all(any(has_key(key) and has_value(value) for key, value in rows) for has_key, has_value in wanted)

    return test


def has_one_item(items: Mapping[Any, Any]) -> Test:
    """As `has_items`, all of them being asked of the same row: more than one are there only if they are equal."""
    wanted = [(_scalar(key), _scalar(value)) for key, value in items.items()]
    return lambda found: any(
        all(has_key(key) and has_value(value) for has_key, has_value in wanted) for key, value in (found or {}).items()
    )


def _scalar(value: object) -> Test:
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is neither a text nor a number")
    return equals(value)


def rank(value: Any) -> tuple[bool, Any]:
    """What a column is sorted by: empty ones first, text without regard to case and accents."""
    return (value is not None, collation.key(value) if isinstance(value, str) else value or 0)


def key_among(mapping: Mapping[str, Any], key: str) -> str:
    """The key under which a mapping has `key`, as the database finds it; `key` itself where it is new."""
    if key in mapping:
        return key
    wanted = collation.key(key)
    return next((found for found in mapping if collation.key(found) == wanted), key)


def merged(mapping: Mapping[str, Any], changes: Mapping[str, Any], *, renames: bool = False) -> dict[str, Any]:
    """A mapping with changes, each at the key that the database finds for it; with `renames` that is spelled anew."""
    result = dict(mapping)
    for key, value in changes.items():
        old = key_among(result, key)
        if renames and old != key:
            result = {key if each == old else each: kept for each, kept in result.items()}
            old = key
        result[old] = value
    return result
