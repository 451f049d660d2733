"""What is kept of an answer, and how two answers are compared.

Kept are the status code, the names of the headers with the values of those that clients act on, and the body with
everything in it that differs from run to run replaced by a name: ids, times, hosts, zones, paths. Message texts are not
kept.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Between hops, or the server's own affair.
_HEADERS_IGNORED = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}
_HEADERS_WITH_VALUE = {"content-type", "location", "retry-after", "vary", "x-openstack-manila-api-version"}
_TEXTS = {"message", "user_message"}
_PATHS = {"export_location", "export_locations", "path", "provider_location"}
_ANY = "<any>"
NO_ANSWER = 0
CRASHES = (NO_ANSWER, 500)
_PATTERNS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<hex>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{6}\b"), "<time>"),
    (re.compile(r"\bmanila-zone-\d\b"), "<zone>"),
)


class Normaliser:
    """Replaces what differs from run to run. `names` maps a value to what stands for it: an id to `{share_id}`.

    With `keep_ids`, ids that have no name stay as they are.
    """

    def __init__(
        self, names: Mapping[str, str], *, racy: Iterable[str] = (), compare: str = "values", unordered: bool = False,
        keep_ids: bool = False,
    ) -> None:  # fmt: skip
        # The longest first: a value may contain another one.
        self._names = sorted(((value, name) for value, name in names.items() if value), key=lambda pair: -len(pair[0]))
        self._racy = frozenset(racy)
        self._shape_only = compare == "shape"
        self._unordered = unordered or self._shape_only
        self._patterns = _PATTERNS[1:] if keep_ids else _PATTERNS

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """`{"status": …, "headers": {name: value or null}, "body": …}`."""
        return {"status": status, "headers": self.headers(headers), "body": self.body(body)}

    def headers(self, headers: Mapping[str, str]) -> dict[str, str | None]:
        kept: dict[str, str | None] = {}
        for name, value in sorted((name.lower(), value) for name, value in headers.items()):
            if name == "www-authenticate":
                kept[name] = value.split()[0]
            elif name not in _HEADERS_IGNORED:
                kept[name] = self.text(value) if name in _HEADERS_WITH_VALUE else None
        return kept

    def body(self, body: bytes) -> Any:
        """The body as JSON with names for what varies; `<empty>` and `<text>` where it is no JSON."""
        if not body:
            return "<empty>"
        try:
            document = json.loads(body)
        except ValueError:
            return "<text>"
        return self.value(document)

    def value(self, value: Any, key: str = "") -> Any:
        if key in self._racy:
            return _ANY
        if isinstance(value, dict):
            # Sorted for recordings that can be read beside each other.
            return {self.text(name): self.value(item, name) for name, item in sorted(value.items())}
        if isinstance(value, list):
            return self._list([self.value(item, key) for item in value])
        if isinstance(value, str):
            return self._string(value, key)
        if self._shape_only and value is not None:
            return "<boolean>" if isinstance(value, bool) else "<number>"
        return value

    def text(self, text: str) -> str:
        for value, name in self._names:
            text = text.replace(value, name)
        for pattern, name in self._patterns:
            text = pattern.sub(name, text)
        return text

    def _string(self, value: str, key: str) -> str:
        if key in _TEXTS:
            return "<text>"
        if key in _PATHS and value:
            return "<path>"
        if key == "host" and value:
            return "<host>"
        return "<string>" if self._shape_only else self.text(value)

    def _list(self, items: list[Any]) -> list[Any]:
        if not self._unordered:
            return items
        by_text = {json.dumps(item, sort_keys=True): item for item in items}
        if self._shape_only:
            return [by_text[text] for text in sorted(by_text)]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any], *, may_crash: bool = False) -> list[str]:
    """How an answer differs from the recorded one, one line each, such as `body.share.size: expected 1, got "1"`.

    Where the real server crashed (500, or no answer), any client error will do; the same
    crash only if it `may_crash`.
    """
    if expected["status"] in CRASHES:
        if 400 <= actual["status"] < 500 or (may_crash and actual["status"] == expected["status"]):
            return []
        return [f"status: the real server crashed, so expected 4xx, got {actual['status']}"]
    if expected["status"] != actual["status"]:
        # All the rest differs too, then, and says nothing.
        return [f"status: expected {expected['status']}, got {actual['status']} with {_shown(actual['body'])}"]
    return [
        *_differences("headers", expected["headers"], actual["headers"]),
        *_differences("body", expected["body"], actual["body"]),
    ]


def _differences(path: str, expected: Any, actual: Any) -> Iterator[str]:
    if _ANY in (expected, actual):
        return
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            below = f"{path}.{key}"
            if key not in actual:
                yield f"{below}: missing, expected {_shown(expected[key])}"
            elif key not in expected:
                yield f"{below}: not expected, got {_shown(actual[key])}"
            else:
                yield from _differences(below, expected[key], actual[key])
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{path}: expected {len(expected)} items, got {len(actual)}: {_shown(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path}: expected {_shown(expected)}, got {_shown(actual)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:157]}..."
