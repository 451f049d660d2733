"""How the two answers to a step are compared, and what two differences have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from ..others import without_others
from ..shape import Normaliser, differences

EXPLAINED = Path(__file__).with_name("explained.yaml")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
RACY = ("progress", "__managed_at", "service_ip", "subnet_allocations")
"""What time, or a backend's choice of addresses, decides."""
_BODY = re.compile(r"(?<=, got \d\d\d) with .*")
_INDEX = re.compile(r"\[\d+\]")
_NUMBERED, _UNNUMBERED = re.compile(r"\{([a-z_]+?)_\d+\}"), r"{\1}"


@dataclass(frozen=True)
class Answer:
    """What a server answered, as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @cached_property
    def document(self) -> Any:
        """What it says as JSON; None where it isn't."""
        return read_json(self.content)

    def header(self, name: str) -> str:
        """One of its headers; empty where it has no such."""
        return next((value for each, value in self.headers.items() if each.lower() == name.lower()), "")


def read_json(content: bytes) -> Any:
    """A body as JSON; None where it isn't."""
    try:
        return json.loads(content)
    except ValueError:
        return None


@dataclass
class Pairs:
    """Which ids of the two servers stand for the same thing, by where they first stood."""

    _actual: dict[str, str] = field(default_factory=dict)
    _expected: dict[str, str] = field(default_factory=dict)

    def same(self, expected: str, actual: str) -> bool:
        """Whether two ids belong together; two that nobody has seen do, from then on."""
        if expected not in self._actual and actual not in self._expected:
            self._actual[expected], self._expected[actual] = actual, expected
        return self._actual.get(expected) == actual

    def matched(self, expected: Any, actual: Any) -> Any:
        """`actual` with what its lists hold in the order of `expected`, as far as the same things are in them."""
        if isinstance(expected, dict) and isinstance(actual, dict):
            return {key: self.matched(expected.get(key), item) for key, item in actual.items()}
        if not isinstance(expected, list) or not isinstance(actual, list) or len(expected) != len(actual):
            return actual
        left, found = list(actual), []
        for one in expected:
            alike = [each for each in left if _hidden(each) == _hidden(one)]
            if not alike:
                return actual
            best = max(alike, key=lambda each: self._belong(one, each))
            left = [each for each in left if each is not best]
            found.append(self.matched(one, best))
        return found

    def _belong(self, expected: Any, actual: Any) -> int:
        """How many ids in two things belong together, less those that don't."""
        one, other = (ID.findall(json.dumps(each, sort_keys=True)) for each in (expected, actual))
        return sum(
            1 if self._actual.get(id) == also else -1 if id in self._actual or also in self._expected else 0
            for id, also in zip(one, other, strict=False)
        )

    def align(self, expected: Any, actual: Any) -> tuple[Any, Any]:
        """Both documents with `<uuid>` for ids that belong together, and `<another uuid>` for one that doesn't."""
        if isinstance(expected, dict) and isinstance(actual, dict):
            both = {key: self.align(expected[key], actual[key]) for key in expected if key in actual}
            return (
                {key: both[key][0] if key in both else _hidden(value) for key, value in expected.items()},
                {key: both[key][1] if key in both else _hidden(value) for key, value in actual.items()},
            )
        if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
            pairs = [self.align(one, other) for one, other in zip(expected, actual, strict=True)]
            return [one for one, _ in pairs], [other for _, other in pairs]
        if isinstance(expected, str) and isinstance(actual, str) and _hidden(expected) == _hidden(actual):
            same = True
            for one, other in zip(ID.findall(expected), ID.findall(actual), strict=True):
                same = self.same(one, other) and same
            return _hidden(expected), _hidden(actual) if same else _hidden(actual, "<another uuid>")
        return _hidden(expected), _hidden(actual)


def _hidden(value: Any, name: str = "<uuid>") -> Any:
    if isinstance(value, str):
        return ID.sub(name, value)
    if isinstance(value, dict):
        return {key: _hidden(item, name) for key, item in value.items()}
    return [_hidden(item, name) for item in value] if isinstance(value, list) else value


def normal(answer: Answer, names: Mapping[str, str], url: str, *, unordered: bool) -> dict[str, Any]:
    """An answer as it is compared, save that ids without a name are still there."""
    by_value: dict[str, str] = {url: "{url}", url.partition("://")[2]: "{netloc}"}
    for name, value in names.items():
        by_value.setdefault(value, f"{{{name}}}")
    content = answer.content
    if answer.document is not None:
        content = json.dumps(without_others(answer.document, names)).encode()
    kept = Normaliser(by_value, racy=RACY, keep_ids=True).answer(answer.status, answer.headers, content)
    return {**kept, "body": _sorted(kept["body"])} if unordered else kept


def _sorted(value: Any) -> Any:
    """Lists in the order of what is in them, whatever the ids are."""
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda item: json.dumps(_hidden(item), sort_keys=True))
    return value


def compare(
    expected: Mapping[str, Any], actual: Mapping[str, Any], pairs: Pairs, *, unordered: bool = False
) -> list[str]:
    """How two normal answers differ, one line each."""
    if expected["status"] == actual["status"]:
        if unordered:
            actual = {**actual, "body": pairs.matched(expected["body"], actual["body"])}
        one, other = pairs.align(expected["body"], actual["body"])
        expected, actual = {**expected, "body": one}, {**actual, "body": other}
    return differences(expected, actual)


def signature(operation: str, line: str) -> str:
    """What a difference is, whatever the numbers of the things and of the items in it.

    What is seen afterwards is the same difference whichever operation came before, and another code is, whatever else
    is in the answer.
    """
    line = _BODY.sub("", line)
    return (
        f"{'' if line.startswith('then ') else operation} {_NUMBERED.sub(_UNNUMBERED, _INDEX.sub('[]', line))}".strip()
    )


Explain = Callable[[str, Collection[str]], "str | None"]
"""Why a signature is as it is meant to be in a history in which these operations have succeeded; None for one that
isn't."""


def explanations(*paths: Path) -> Explain:
    """The explanations in files, those of histories where none is named."""
    entries = [
        (re.compile(pattern), entry.get("after"), entry["reason"])
        for path in paths or (EXPLAINED,)
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []
        for pattern in entry["differences"]
    ]

    def explain(found: str, succeeded: Collection[str]) -> str | None:
        return next(
            (
                reason
                for pattern, after, reason in entries
                if (after is None or after in succeeded) and pattern.search(found)
            ),
            None,
        )

    return explain
