"""Requests against the contract: what it refuses, and what it merely doesn't cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ..documents import compile_schema
from ..versions import Microversion
from .model import Schema, load

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

MAX_ECHO = 500
"""Characters of a refused value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A field that the contract doesn't allow as it came.

    `enforced` is False where real Manila lets it pass: noted in the journal, refused in strict mode only.
    """

    field: str
    message: str
    enforced: bool = True
    status: int = 400


class BodyValidator:
    """Checks one operation's request object at one microversion."""

    def __init__(self, operation_id: str, version: Microversion) -> None:
        contract = load()
        request = contract.operations[operation_id].request
        schema = request.schema if request is not None else {}
        self.properties = contract.properties(schema, version)
        self.closed = request is not None and "properties" in schema and not schema.get("additionalProperties")
        self._required = tuple(name for name in schema.get("required", ()) if name in self.properties)
        self.schema = (
            {"type": "object", "properties": self.properties}
            if self.properties
            else {k: v for k, v in schema.items() if k not in ("properties", "required")}
        )
        self.fits = compile_schema(self.schema)

    @cached_property
    def _validator(self) -> Validator:
        from jsonschema import Draft202012Validator  # imported here: it takes longer than to start without it

        return Draft202012Validator(self.schema)

    def violations(self, value: Any) -> Iterator[Violation]:
        """Everything about `value` that the contract doesn't allow, in the order of the fields."""
        if isinstance(value, Mapping) and self.closed:
            for name in value:
                if name not in self.properties:
                    yield Violation(name, f"{name} is no field of this call at this microversion", enforced=False)
            # A null stands for "not given": every client sends them for what its user left out.
            value = {k: v for k, v in value.items() if v is not None or k in self._required}
        if isinstance(value, Mapping):
            for name in self._required:
                if name not in value:
                    yield self._violation(name, f"{name} is required")
        if self.fits(value):  # as most do: only where it can't say so, jsonschema looks again, and finds the words
            return
        for error in self._validator.iter_errors(value):
            name = str(error.absolute_path[0]) if error.absolute_path else ""
            where = ".".join(str(part) for part in error.absolute_path) or "body"
            yield self._violation(name, f"Invalid input for {where}: {error.message[:MAX_ECHO]}")

    def _violation(self, name: str, message: str) -> Violation:
        annotations = self.properties.get(name, {})
        return Violation(name, message, not annotations.get("x-lenient", False), annotations.get("x-status", 400))


@cache
def body_validator(operation_id: str, version: Microversion) -> BodyValidator:
    """The validator for an operation's request object, built once."""
    return BodyValidator(operation_id, version)


@cache
def query_parameters(operation_id: str, version: Microversion) -> Mapping[str, Schema]:
    """The query parameters that the contract knows for an operation at a microversion."""
    contract = load()
    query = contract.operations[operation_id].query
    return contract.properties(query, version) if query is not None else {}


_DIGITS = re.compile(r"[0-9]+")
_LARGEST_INTEGER = 2**31 - 1
_BOOLEANS = frozenset(
    ["1", "0", "t", "f", "y", "n"]
    + [
        spelling
        for word in ("true", "false", "yes", "no", "on", "off")
        for spelling in (word, word.title(), word.upper())
    ]
)
"""The spellings in the schemas of Manila's queries: words in any of three cases, single letters in one."""


def query_value_fits(schema: Schema, value: str) -> bool:
    """Whether a query parameter's text can stand for what its schema says; an empty one where that says so."""
    kinds = schema.get("type")
    kind = next(iter(kinds), None) if isinstance(kinds, list) else kinds
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        return False
    if kind == "integer":
        return _DIGITS.fullmatch(value) is not None and int(value[:20]) <= _LARGEST_INTEGER
    if kind == "boolean":
        return value in _BOOLEANS
    shortest: int = schema.get("minLength", 1)
    return shortest <= len(value) <= MAX_QUERY_VALUE


MAX_QUERY_VALUE = 4096
