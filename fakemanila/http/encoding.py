"""JSON as bytes: by orjson where it is installed (extra ``fast``), by the standard library elsewhere.

The bytes are the same, but for numbers with an exponent, which no answer of Manila's has.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

JSON = "application/json"
"""The content type of JSON."""


def _plain(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates, which only an escape can say
        return json.dumps(value, separators=(",", ":")).encode()


def _choose() -> Callable[[Any], bytes]:
    try:
        import orjson
    except ImportError:
        return _plain

    def fast(value: Any) -> bytes:
        try:
            return orjson.dumps(value)
        except TypeError:  # numbers beyond 64 bits, half a pair of surrogates, keys that are not text
            return _plain(value)

    return fast


encode = _choose()
"""A JSON-able value as compact UTF-8."""
