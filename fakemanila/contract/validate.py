"""Requests against the contract: what it refuses, and what it merely doesn't cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..reasons.contents import WrongContent, kept
from ..versions import Microversion
from .documents import compile_schema
from .model import Schema, load

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

MAX_ECHO = 500
"""Characters of a refused value that a message repeats."""


class Violation(NamedTuple):
    """A field that the contract doesn't allow as it came.

    `enforced` is False where real Manila lets it pass: noted in the journal, refused in strict mode only.
    """

    field: str
    message: str
    enforced: bool = True
    status: int = 400
    late: bool = False
    """It is found only after the records that the request names: the handler says when."""
    value: Any = None
    """What was sent in the field; ``...`` where it is missing."""
    schema: Schema | None = None
    """The schema of the field; None if the call does not have this field."""
    path: tuple[str | int, ...] = ()
    """Where in the body it is, where that is further inside than the field."""

    def because(self, operation_id: str) -> WrongContent:
        """The reason of a refusal by it."""
        return WrongContent(
            self.message,
            operation_id,
            field=".".join(str(step) for step in self.path) or self.field,
            value=None if self.value is ... else kept(self.value),
            sent=self.value is not ...,
            schema=self.schema,
        )


class BodyValidator:
    """Checks one operation's request object at one microversion."""

    def __init__(self, operation_id: str, version: Microversion) -> None:
        contract = load()
        request = contract.operations[operation_id].request
        schema = request.schema if request is not None else {}
        self.properties = contract.properties(schema, version)
        self.closed = request is not None and "properties" in schema and not schema.get("additionalProperties")
        self._refuses_nulls = request is not None and request.refuses_nulls
        self._refuses_others = request is not None and request.refuses_others
        self._whole = {key: value for key, value in schema.items() if key.startswith("x-")}
        self._texts = {name for name, field in self.properties.items() if field.get("x-text")}
        self._empties = {name for name, field in self.properties.items() if field.get("x-empty")}
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

    def taken(self, value: Any) -> Any:
        """The object as real Manila takes it: numbers where its database keeps text, and nothing for what is empty."""
        if not (self._texts or self._empties) or not isinstance(value, dict):
            return value
        return {
            name: as_text(sent) if name in self._texts else sent
            for name, sent in value.items()
            if not (name in self._empties and self._is_nothing(name, sent))
        }

    def _is_nothing(self, name: str, sent: Any) -> bool:
        return sent is not None and not sent and not self._has_type(name, _JSON_TYPES.get(type(sent), "number"))

    def _has_type(self, name: str, kind: str) -> bool:
        types = self.properties[name].get("type", ())
        return kind in ([types] if isinstance(types, str) else types)

    def violations(self, value: Any) -> Iterator[Violation]:
        """Everything about `value` that the contract doesn't allow, in the order of the fields."""
        if self.closed and isinstance(value, dict):
            for name in value:
                if name not in self.properties:
                    message = f"{name} is not a field of this call at this microversion"
                    yield Violation(name, message, enforced=self._refuses_others, value=value[name])
            # A null stands for "not given": every client sends them for what its user left out.
            if not self._refuses_nulls:
                value = {k: v for k, v in value.items() if v is not None or k in self._required}
            taken = self.taken(value)
            for name in [name for name, sent in value.items() if name not in taken or taken[name] is not sent]:
                message = f"Invalid input for {name}: it is taken as {taken.get(name)!r}"
                schema = self.properties.get(name)
                yield Violation(name, message, enforced=False, value=value[name], schema=schema)
            value = taken
        if isinstance(value, dict):
            for name in self._required:
                if name not in value:
                    late = _is_late(self.properties[name].get("x-late"), _ABSENT)
                    yield self._violation(name, f"{name} is required", ..., late=late)
        if self.fits(value):  # as most do: only where it can't say so, jsonschema looks again, and finds the words
            return
        for error in self._validator.iter_errors(value):
            name = str(error.absolute_path[0]) if error.absolute_path else ""
            where = ".".join(str(part) for part in error.absolute_path) or "body"
            late = isinstance(error.schema, Mapping) and _is_late(error.schema.get("x-late"), error.instance)
            late = late or _is_late(self.properties.get(name, {}).get("x-late"), error.instance)
            message = f"Invalid input for {where}: {error.message[:MAX_ECHO]}"
            yield self._violation(name, message, error.instance, late=late, path=tuple(error.absolute_path))

    def _violation(
        self, name: str, message: str, value: Any, *, late: bool = False, path: tuple[str | int, ...] = ()
    ) -> Violation:
        annotations = self.properties.get(name, {}) if name else self._whole
        enforced = not annotations.get("x-lenient", False)
        schema = self.properties.get(name) if name else self.schema
        return Violation(name, message, enforced, annotations.get("x-status", 400), late, value, schema, path)


_ABSENT = object()
_JSON_TYPES = {object: "absent", dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


def _is_late(mark: Any, value: Any) -> bool:
    """Whether a violation is found late: always, or by the JSON types that the contract lists, `absent` among them."""
    return mark is True or (isinstance(mark, list) and _JSON_TYPES.get(type(value), "number") in mark)


def as_text(value: Any) -> Any:
    """A number as the database keeps it in a column of text: true is 1. Anything else as it is."""
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value


@lru_cache(maxsize=1024)
def body_validator(operation_id: str, version: Microversion) -> BodyValidator:
    """The validator for an operation's request object, built once."""
    return BodyValidator(operation_id, version)


@lru_cache(maxsize=4096)
def query_parameters(operation_id: str, version: Microversion) -> Mapping[str, Schema]:
    """The query parameters that the contract knows for an operation at a microversion."""
    contract = load()
    query = contract.operations[operation_id].query
    return contract.properties(query, version) if query is not None else {}


_DIGITS = re.compile(r"[0-9]+")
LARGEST_INTEGER = 2**31 - 1
BOOLEANS = frozenset(
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
        return _DIGITS.fullmatch(value) is not None and int(value[:20]) <= LARGEST_INTEGER
    if kind == "boolean":
        return value in BOOLEANS
    shortest: int = schema.get("minLength", 1)
    return shortest <= len(value) and len(value) <= schema.get("maxLength", len(value))
