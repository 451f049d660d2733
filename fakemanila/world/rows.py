"""Records: dicts whose attributes a class declares.

A class of rows is a description of a kind of record, and the only one: what its attributes are called, of what type
they are, and what they are unless somebody says otherwise.

    class QosType(Row):
        id: Text
        name: Annotated[str, {"minLength": 1, "maxLength": 255}]
        description: Name = None
        created_at: Time
        updated_at: Time | None = None

``row.name`` and ``row["name"]`` are the same; the first one is checked by a type checker, the other one is for code
that doesn't know which kind of record it has. `fakemanila.contract.declared` makes a JSON Schema of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, field
from typing import TYPE_CHECKING, Any, ClassVar

from ..manila import errors
from ..manila.common import comparisons

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    from .store import Table
else:

    def dataclass_transform(**arguments):
        return lambda cls: cls


Record = dict[str, Any]
"""One resource: the attributes that the contract's response schemas show, and what handlers need besides."""


def check(value: Any) -> None:
    """Raises BadRequest, 400, for what a deployment's database can't store: characters of four bytes, such as emoji."""
    if isinstance(value, str):
        if not value.isascii() and not comparisons.storable(value):
            raise errors.BadRequest(f"{value!r} has characters that the database cannot store.")
    elif isinstance(value, dict):
        for key in value:
            if not (type(key) is str and key.isascii()):
                check(key)
        _check_all(value.values())
    elif isinstance(value, list):
        _check_all(value)


def _check_all(values: Iterable[Any]) -> None:
    for value in values:
        kind = type(value)
        if kind is str:
            if not value.isascii():
                check(value)
        elif kind is dict or kind is list:
            check(value)


class _Attribute:
    """An attribute of a row: what the row has under its name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, row: Row | None, owner: type[Row]) -> Any:
        return self if row is None else row[self.name]

    def __set__(self, row: Row, value: Any) -> None:
        row[self.name] = value


class _Slim(type):
    """Classes whose instances have no attributes besides those of `Row`: there are many rows, and a misspelt attribute
    is an error."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> _Slim:
        namespace.setdefault("__slots__", ())
        return super().__new__(cls, name, bases, namespace, **options)


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class Row(Record, metaclass=_Slim):
    """A record: a dict that tells its table when one of the attributes changes that the table counts by.

    It does so for every method of a dict. Another id, a value that cannot be counted by, and an attribute that its
    class doesn't declare are refused. A record that was removed from its table is a dict as any other. `Row` itself
    declares nothing and takes everything.
    """

    __slots__ = ("revision", "sequence", "table", "told")

    attributes: ClassVar[frozenset[str]] = frozenset()
    """What it has: what the class declares."""
    defaults: ClassVar[Mapping[str, Any]] = {}
    """What an attribute is unless somebody says otherwise."""

    def __init_subclass__(cls) -> None:
        defaults = dict(cls.defaults)
        own = [name for name, type_ in cls.__annotations__.items() if not str(type_).startswith("ClassVar")]
        for name in own:
            default = cls.__dict__.get(name, MISSING)
            if isinstance(default, Field):
                factory = default.default_factory
                default = default.default if factory is MISSING else factory()
            if default is not MISSING:
                defaults[name] = default
            setattr(cls, name, _Attribute(name))
        cls.attributes, cls.defaults = cls.attributes.union(own), defaults

    def __init__(self, **attributes: Any) -> None:
        """Raises TypeError for an attribute that isn't declared, and for one that is missing and has no default."""
        super().__init__(attributes)
        self.table: Table[Any] | None = None
        self.sequence = 0
        """Its place in the order in which records were made."""
        self.revision = 0
        """How often it has changed while it was in a table."""
        self.told = 0
        """What that was when an event last told of it."""
        declared = self.attributes
        if declared and attributes.keys() != declared:
            self._complete()

    def _complete(self) -> None:
        for name, default in self.defaults.items():
            if name not in self:
                super().__setitem__(name, default.copy() if isinstance(default, (dict, list)) else default)
        for name in sorted(self.keys() ^ self.attributes) if self.keys() != self.attributes else ():
            problem = "is missing" if name in self.attributes else "is not one of its attributes"
            raise TypeError(f"{type(self).__name__}: {name!r} {problem}")

    def __setitem__(self, key: str, value: Any) -> None:
        check(value)
        self._set(key, value)

    def _set(self, key: str, value: Any) -> None:
        if key not in self.attributes and self.attributes:
            raise KeyError(f"{key!r} is not an attribute of {type(self).__name__}")
        table = self.table
        if table is not None and key in table.noticed:
            table.put(self, key, value)
            if table.sharing is not None:
                table.sharing.changed(self, key, value)
        else:
            super().__setitem__(key, value)
            if table is not None:
                table.note(self)

    def __delitem__(self, key: str) -> None:
        table = self.table
        if table is not None and key in table.noticed and key in self:
            if table.sharing is not None and key in table.sharing.keys:
                raise ValueError(f"the record {self['id']} keeps its {key}, which another record has too")
            table.changes(self, key, None)
        super().__delitem__(key)
        if table is not None:
            table.note(self)

    def update(self, *others: Any, **changes: Any) -> None:
        """As a dict has it."""
        new = dict(*others, **changes)
        check(new)
        known = not self.attributes or self.attributes.issuperset(new)
        if known and (self.table is None or self.table.noticed.isdisjoint(new)):
            super().update(new)
            if self.table is not None:
                self.table.note(self)
        else:
            for key, value in new.items():
                self._set(key, value)

    def __ior__(self, other: Any) -> Row:  # type: ignore[override,misc]  # a dict's takes and gives the same
        self.update(other)
        return self

    def setdefault(self, key: str, default: Any = None) -> Any:
        """As a dict has it."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str, *default: Any) -> Any:
        """As a dict has it."""
        if key not in self:
            return super().pop(key, *default)
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """As a dict has it."""
        if not self:
            return super().popitem()
        key = next(reversed(self))
        return key, self.pop(key)

    def clear(self) -> None:
        """Refused while it is in a table: a record has an id there."""
        if self.table is not None:
            raise ValueError(f"the record {self['id']} is in a table: remove it from there instead")
        super().clear()

    def __reduce__(self) -> tuple[type[Record], tuple[Record]]:
        return dict, (dict(self),)  # a copy is a plain record, and no part of the table
