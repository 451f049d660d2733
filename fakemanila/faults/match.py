"""Which requests a rule is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt
from typing import Any, NamedTuple

from ..versions import Microversion, Range
from ..world.operation_names import SEPARATOR, check, fits
from . import fields
from .subject import Subject

KEYS = (
    "operation",
    "method",
    "path",
    "project",
    "user",
    "role",
    "microversion",
    "headers",
    "resource",
    "body",
)
RESOURCE_KEYS = ("id", "name", "metadata")

_PROJECT_IN_PATH = re.compile(r"^/v2/[0-9a-f-]{32,36}(?=/)")


class Condition(NamedTuple):
    """One thing that a request has to be."""

    name: str
    test: Callable[[Subject], bool]
    found: Callable[[Subject], Any]
    """What the request has there, for people who wonder why a rule didn't fire."""


class Match:
    """All conditions of a rule. `spec` is the JSON it was read from.

    Texts are patterns with ``*``, ``?`` and ``[…]``, but for names of projects, users and roles. `operation` and
    `method` may be lists. An operation with a phase behind it, ``shares.migration_start/copying``, is about requests
    for that operation, and how that phase of what they start ends.
    """

    def __init__(self, spec: dict[str, Any], conditions: tuple[Condition, ...]) -> None:
        self.spec = spec
        self.conditions = conditions

    @classmethod
    def parse(cls, value: object, names: Collection[str] | None = None, field: str = "match") -> Match:
        """Reads the JSON. Raises ValueError that names the field, the value and what would be right.

        Where `names` tells which operations and phases there are, a pattern that fits none of them is refused.
        """
        spec = fields.mapping(value, field, KEYS)
        conditions = [_PARSERS[key](spec[key], f"{field}.{key}") for key in KEYS if key in spec and key != "operation"]
        if "operation" in spec:
            conditions.insert(0, _operation(spec["operation"], f"{field}.operation", names))
        return cls(spec, tuple(conditions))

    @property
    def about_phases(self) -> bool:
        """Whether it is about a phase of an operation anywhere."""
        return any(SEPARATOR in pattern for pattern in self._operations())

    def phase(self, operation: str | None) -> str | None:
        """The pattern of the phases that it is about where a request is for that operation; None for all of it."""
        for pattern in self._operations():
            of, _, phase = pattern.partition(SEPARATOR)
            if operation is not None and fnmatchcase(operation, of):
                return phase or None
        return None

    def _operations(self) -> list[str]:
        return _patterns(self.spec["operation"], "operation") if "operation" in self.spec else []

    def failures(self, subject: Subject) -> list[Condition]:
        """The conditions that a request doesn't meet, the first two at most: more nobody asks for."""
        failed: list[Condition] = []
        for condition in self.conditions:
            if not condition.test(subject):
                failed.append(condition)
                if len(failed) == 2:
                    break
        return failed


def _patterns(value: object, field: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise ValueError(f"{field}: {value!r} is empty: expected at least one")
    return [fields.text(each, field) for each in values]


def _operation(value: object, field: str, names: Collection[str] | None) -> Condition:
    patterns = _patterns(value, field)
    if names is not None:
        for pattern in patterns:
            check(pattern, names, field)
        # Of what is about a phase, those operations that have it.
        patterns = [
            operation
            for pattern in patterns
            for operation in (_with_phase(pattern, names) if SEPARATOR in pattern else [pattern])
        ]

    def test(subject: Subject) -> bool:
        operation = subject.operation
        return operation is not None and any(fnmatchcase(operation, pattern) for pattern in patterns)

    return Condition("operation", test, lambda subject: subject.operation)


def _with_phase(pattern: str, names: Collection[str]) -> set[str]:
    return {name.partition(SEPARATOR)[0] for name in names if fits(name, pattern)}


def _method(value: object, field: str) -> Condition:
    methods = {pattern.upper() for pattern in _patterns(value, field)}
    return Condition("method", lambda subject: subject.method in methods, lambda subject: subject.method)


def _path(value: object, field: str) -> Condition:
    pattern = fields.text(value, field)

    def test(subject: Subject) -> bool:
        # The same call may be made with and without the project's id in the path.
        short = _PROJECT_IN_PATH.sub("/v2", subject.path)
        return fnmatchcase(subject.path, pattern) or fnmatchcase(short, pattern)

    return Condition("path", test, lambda subject: subject.path)


def _project(value: object, field: str) -> Condition:
    wanted = fields.text(value, field)
    return Condition("project", lambda subject: wanted in subject.project, lambda subject: subject.project[1])


def _user(value: object, field: str) -> Condition:
    wanted = fields.text(value, field)
    return Condition("user", lambda subject: wanted in subject.user, lambda subject: subject.user[1])


def _role(value: object, field: str) -> Condition:
    wanted = fields.text(value, field)
    return Condition("role", lambda subject: wanted in subject.roles, lambda subject: list(subject.roles))


_COMPARISONS = {">=": ge, "<=": le, ">": gt, "<": lt, "=": eq, "==": eq, None: eq}
_RANGE = re.compile(r"(>=|<=|>|<|==?)?\s*(\d+\.\d+)")


def _microversion(value: object, field: str) -> Condition:
    text = str(value).strip()
    test = _comparison(text) or _between(text)
    if test is None:
        raise ValueError(
            f"{field}: {value!r} is not a range of microversions: expected '2.65', '>=2.40', '<2.7' or '2.0-2.7'"
        )

    def found(subject: Subject) -> str | None:
        return None if subject.version is None else str(subject.version)

    return Condition("microversion", lambda s: s.version is not None and test(s.version), found)


def _comparison(text: str) -> Callable[[Microversion], bool] | None:
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    bound = Microversion.parse(found[2])
    compare = _COMPARISONS[found[1]]
    return lambda version: bool(compare(version, bound))


def _between(text: str) -> Callable[[Microversion], bool] | None:
    low, dash, high = text.partition("-")
    try:
        bounds = Range(Microversion.parse(low.strip()), Microversion.parse(high.strip()))
    except ValueError:
        return None
    return (lambda version: version in bounds) if dash else None


def _headers(value: object, field: str) -> Condition:
    wanted = {name: fields.text(v, f"{field}.{name}") for name, v in fields.mapping(value, field).items()}

    def test(subject: Subject) -> bool:
        return all(fnmatchcase(subject.headers.get(name, ""), pattern) for name, pattern in wanted.items())

    return Condition("headers", test, lambda subject: {name: subject.headers.get(name) for name in wanted})


def _resource(value: object, field: str) -> Condition:
    spec = fields.mapping(value, field, RESOURCE_KEYS)
    if "metadata" in spec:
        fields.mapping(spec["metadata"], f"{field}.metadata")
    for key in ("id", "name"):
        if key in spec:
            fields.text(spec[key], f"{field}.{key}")

    def fits(record: Mapping[str, Any]) -> bool:
        named = record.get("name", record.get("display_name"))
        return (
            ("id" not in spec or record.get("id") == spec["id"])
            and ("name" not in spec or (isinstance(named, str) and fnmatchcase(named, spec["name"])))
            and ("metadata" not in spec or contains(record.get("metadata"), spec["metadata"]))
        )

    def found(subject: Subject) -> list[dict[str, Any]]:
        return [{key: record.get(key) for key in spec} for record in subject.resources]

    return Condition("resource", lambda subject: any(map(fits, subject.resources)), found)


def _body(value: object, field: str) -> Condition:
    wanted = fields.mapping(value, field)

    def test(subject: Subject) -> bool:
        return contains(subject.body, wanted) or contains(subject.content, wanted)

    return Condition("body", test, lambda subject: subject.content)


def contains(value: Any, wanted: Any) -> bool:
    """Whether `wanted` is a part of `value`: objects may have more keys, texts are patterns, the rest is equal."""
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(key in value and contains(value[key], wanted[key]) for key in wanted)
    if isinstance(wanted, str):
        return isinstance(value, str) and fnmatchcase(value, wanted)
    if isinstance(wanted, list):
        same_length = isinstance(value, list) and len(value) == len(wanted)
        return same_length and all(map(contains, value, wanted))
    return type(value) is type(wanted) and bool(value == wanted)


_PARSERS: Mapping[str, Callable[[object, str], Condition]] = {
    "method": _method,
    "path": _path,
    "project": _project,
    "user": _user,
    "role": _role,
    "microversion": _microversion,
    "headers": _headers,
    "resource": _resource,
    "body": _body,
}
