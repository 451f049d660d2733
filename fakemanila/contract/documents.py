"""JSON documents that come from outside, checked against the schemas that are written by hand.

Most documents are right, and big ones hold tens of thousands of records: a schema is compiled into one function that
says yes in microseconds per record. Only where it can't, jsonschema looks again, and finds the words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ..package_data import schemas_dir
from ..text.suggestions import nearest
from . import declared

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator
    from referencing import Registry

FILES = ("records.json", "state.json", "scenario.json")
MAX_ECHO = 200
"""Characters of a refused value that a message repeats."""

Path = tuple[str | int, ...]
"""Where something is in a document: ``("records", "shares", 0, "size")``."""
Fits = Callable[[Any], bool]


class DocumentError(ValueError):
    """Something in a document is wrong. `path` says where, `problem` what, with the value."""

    def __init__(self, path: Iterable[str | int], problem: str) -> None:
        self.path: Path = tuple(path)
        self.problem = problem
        super().__init__(f"{path_text(self.path)}: {problem}")


@contextmanager
def inside(*place: str | int) -> Iterator[None]:
    """Says where in the document something is that is wrong."""
    try:
        yield
    except DocumentError as error:
        raise DocumentError((*place, *error.path), error.problem) from None


def path_text(path: Iterable[str | int]) -> str:
    """``records.shares[0].size``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "document"


def echo(value: object) -> str:
    """A value as a message repeats it."""
    text = repr(value)
    return text if len(text) <= MAX_ECHO else f"{text[:MAX_ECHO]}…"


class Checker:
    """Checks documents against one schema, which may refer to others: ``{"$ref": "scenario.json#/$defs/share"}``."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._fits = compile_schema(schema, "")

    @cached_property
    def _validator(self) -> Validator:
        validator: Validator = _strict_validator()(self._schema, registry=_registry())
        return validator

    def fits(self, document: Any) -> bool:
        """A quick yes; False means that nobody knows before `check`."""
        return self._fits(document)

    def check(self, document: Any, at: Iterable[str | int] = ()) -> None:
        """Raises DocumentError for the first thing that is wrong; `at` is where in a bigger document this one is."""
        if self._fits(document):
            return
        for error in self._validator.iter_errors(document):
            raise _worded(error, tuple(at))


@cache
def _strict_validator() -> Any:
    """JSON Schema calls 5.0 an integer too; Python can't count with it, and the compiled function refuses it."""
    from jsonschema import Draft4Validator, Draft202012Validator, validators

    extend: Any = validators.extend  # has no types
    return extend(Draft202012Validator, type_checker=Draft4Validator.TYPE_CHECKER)


def describe(file: str, schemas: Mapping[str, Mapping[str, Any]]) -> None:
    """Adds the definitions of an installed package's records (`records.json`) or of what they are seeded from
    (`scenario.json`), by kind. The files on disk stay as they are."""
    _files()[file]["$defs"].update(schemas)
    for name in schemas:
        if file == "records.json":
            of_state = {"type": "array", "items": {"$ref": f"{file}#/$defs/{name}"}}
            _files()["state.json"]["properties"]["records"]["properties"][name] = of_state
        else:
            of_any = _files()[file]["$defs"]["resource"]
            of_any["properties"]["kind"]["enum"].append(name)
            of_any["allOf"].append(declared.one_of_the_kinds(name))
    for made_of_them in (checker, refers_to, _registry):
        made_of_them.cache_clear()


@cache
def checker(reference: str) -> Checker:
    """The checker of one schema of ``schemas/``, such as ``state.json``, built once."""
    return Checker({"$ref": reference})


def properties(reference: str) -> Mapping[str, Any]:
    """The properties that a schema declares, by name."""
    schema, _ = _resolve(reference, "")
    found: Mapping[str, Any] = schema["properties"]
    return found


@cache
def refers_to(kind: str) -> Mapping[str, str]:
    """The attributes of such records that handlers follow without looking, and the kind that each has an id of."""
    declared = properties(f"records.json#/$defs/{kind}")
    return {attribute: schema["x-of"] for attribute, schema in declared.items() if "x-of" in schema}


@cache
def _files() -> dict[str, Any]:
    return {name: json.loads((schemas_dir() / name).read_text(encoding="utf-8")) for name in FILES}


@cache
def _registry() -> Registry[Any]:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    # Where a file named its dialect, jsonschema would go on with the validator of that.
    files = {name: {key: value for key, value in doc.items() if key != "$schema"} for name, doc in _files().items()}
    return Registry().with_resources((name, DRAFT202012.create_resource(doc)) for name, doc in files.items())


def _resolve(reference: str, file: str) -> tuple[Any, str]:
    """The schema that a reference in `file` means, and the file that it is in."""
    name, _, pointer = reference.partition("#")
    schema = _files()[name or file]
    for part in pointer.split("/")[1:]:
        schema = schema[part]
    return schema, name or file


# The quick way


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "object": (dict,),
    "array": (list,),
}
_SAYS_NOTHING = frozenset(("$schema", "$id", "$defs", "title", "description", "default", "examples", "x-of"))


def compile_schema(schema: Mapping[str, Any], file: str = "") -> Fits:
    """A function that is true only for what fits `schema`; it may be false for what fits too."""
    tests: list[Fits] = []
    for keyword in schema:
        if keyword in _SAYS_NOTHING or keyword.startswith("x-"):
            continue
        build = _KEYWORDS.get(keyword)
        if build is None:
            return lambda value: False
        test = build(schema, file)
        if test is not None:
            tests.append(test)
    if len(tests) == 1:
        return tests[0]
    return lambda value: all(test(value) for test in tests)


def _reference(schema: Mapping[str, Any], file: str) -> Fits:
    return compile_schema(*_resolve(schema["$ref"], file))


def _type(schema: Mapping[str, Any], file: str) -> Fits:
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    # Types are compared, not looked up as classes: to Python a boolean is a number.
    types = frozenset(type_ for name in names for type_ in _TYPES[name])
    return lambda value: type(value) in types


def _enum(schema: Mapping[str, Any], file: str) -> Fits:
    values = frozenset(schema["enum"])
    return lambda value: isinstance(value, (str, type(None))) and value in values


def _min_length(schema: Mapping[str, Any], file: str) -> Fits:
    low = schema["minLength"]
    return lambda value: not isinstance(value, str) or len(value) >= low


def _max_length(schema: Mapping[str, Any], file: str) -> Fits:
    high = schema["maxLength"]
    return lambda value: not isinstance(value, str) or len(value) <= high


def _pattern(schema: Mapping[str, Any], file: str) -> Fits:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _minimum(schema: Mapping[str, Any], file: str) -> Fits:
    low = schema["minimum"]
    return lambda value: not isinstance(value, (int, float)) or value >= low


def _maximum(schema: Mapping[str, Any], file: str) -> Fits:
    high = schema["maximum"]
    return lambda value: not isinstance(value, (int, float)) or value <= high


def _items(schema: Mapping[str, Any], file: str) -> Fits:
    fits = compile_schema(schema["items"], file)
    return lambda value: not isinstance(value, list) or all(map(fits, value))


def _min_items(schema: Mapping[str, Any], file: str) -> Fits:
    low = schema["minItems"]
    return lambda value: not isinstance(value, list) or len(value) >= low


def _max_items(schema: Mapping[str, Any], file: str) -> Fits:
    high = schema["maxItems"]
    return lambda value: not isinstance(value, list) or len(value) <= high


def _const(schema: Mapping[str, Any], file: str) -> Fits:
    constant = schema["const"]
    return lambda value: type(value) is type(constant) and bool(value == constant)


def _all_of(schema: Mapping[str, Any], file: str) -> Fits:
    members = [compile_schema(member, file) for member in schema["allOf"]]
    return lambda value: all(member(value) for member in members)


def _if_then(schema: Mapping[str, Any], file: str) -> Fits:
    condition, then = compile_schema(schema["if"], file), compile_schema(schema["then"], file)
    return lambda value: not condition(value) or then(value)


def _with_if(schema: Mapping[str, Any], file: str) -> None:
    return None


def _any_of(schema: Mapping[str, Any], file: str) -> Fits:
    members: list[Fits] = []

    def fits(value: Any) -> bool:
        if not members:  # only now: a schema may contain itself here
            members.extend(compile_schema(member, file) for member in schema["anyOf"])
        return any(member(value) for member in members)

    return fits


def _required(schema: Mapping[str, Any], file: str) -> Fits:
    names = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or names <= value.keys()


def _property_names(schema: Mapping[str, Any], file: str) -> Fits:
    fits = compile_schema(schema["propertyNames"], file)
    return lambda value: not isinstance(value, dict) or all(map(fits, value))


def _members(schema: Mapping[str, Any], file: str) -> Fits:
    """``properties`` and ``additionalProperties``, which only mean something together."""
    members = schema.get("properties", {})
    more = schema.get("additionalProperties", True)
    rest: Fits = (lambda value: more) if isinstance(more, bool) else compile_schema(more, file)
    known: dict[str, Fits] = {}

    def fits_as(name: str, value: Any) -> bool:
        test = known.get(name)
        if test is None:
            if name not in members:
                return rest(value)
            test = known[name] = compile_schema(members[name], file)  # few documents have more than a few of them
        return test(value)

    def fits(value: Any) -> bool:
        return not isinstance(value, dict) or all(fits_as(name, member) for name, member in value.items())

    return fits


def _more_members(schema: Mapping[str, Any], file: str) -> Fits | None:
    return None if "properties" in schema else _members(schema, file)


_KEYWORDS: Mapping[str, Callable[[Mapping[str, Any], str], Fits | None]] = {
    "$ref": _reference,
    "type": _type,
    "enum": _enum,
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "items": _items,
    "minItems": _min_items,
    "maxItems": _max_items,
    "const": _const,
    "allOf": _all_of,
    "if": _if_then,
    "then": _with_if,
    "anyOf": _any_of,
    "required": _required,
    "propertyNames": _property_names,
    "properties": _members,
    "additionalProperties": _more_members,
}


# The words

_WITH_ARTICLE = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def _worded(error: ValidationError, at: Path) -> DocumentError:
    path = (*at, *error.absolute_path)
    schema = error.schema
    value: Any = error.instance
    assert isinstance(schema, Mapping)
    if error.validator == "required":
        missing = next(name for name in schema["required"] if name not in value)
        return DocumentError((*path, missing), "is missing")
    if error.validator == "additionalProperties":
        known = schema.get("properties", {})
        unknown = next(name for name in value if name not in known)
        return DocumentError((*path, unknown), f"{unknown!r} is not a known field{nearest(unknown, known)}")
    if error.validator == "enum":
        expected = f"is not one of the allowed values{nearest(value, [str(each) for each in schema['enum']])}"
    elif error.validator == "type":
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        expected = f"is not {' or '.join(_WITH_ARTICLE[name] for name in names)}"
    elif error.validator in ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"):
        expected = f"is out of range ({error.validator} {error.validator_value})"
    elif "description" in schema:
        expected = f"is not valid: {schema['description']}"
    else:
        expected = f"does not fit {error.validator} {error.validator_value}"
    return DocumentError(path, f"{echo(value)} {expected}")
