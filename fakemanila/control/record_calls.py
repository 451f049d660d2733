"""Control calls about the records of a world, as they are kept and not as Manila shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..all_resources import KINDS, SEEDS
from ..text.booleans import is_true
from ..text.suggestions import nearest
from ..world.json_copy import copied
from ..world.rows import Record
from . import waiting
from .control_errors import ControlError
from .control_request import ControlCall, asked

_OWN = ("wait", "gone")


def list_(call: ControlCall) -> dict[str, Any]:
    """``{"records": […], "total": n}``: those of a kind whose attributes are what the query says, oldest first."""
    table, is_one = _kind(call)
    fits = _filter(table, call.query)
    found = [copied(record) for record in call.world.store[table] if is_one(record) and fits(record)]
    return {"records": found, "total": len(found)}


def show(call: ControlCall) -> dict[str, Any]:
    """The record as soon as it is as the query says: ``{"record": {…}}``, null where it is to be gone.

    404 where it isn't there, 408 with the record where it is otherwise when the time is up.
    """
    table, is_one = _kind(call)
    id, world, seconds = call.args["record_id"], call.world, waiting.seconds(call)
    wanted = {name: value for name, value in call.query.items() if name not in _OWN}
    fits, gone = _filter(table, wanted), is_true(call.query.get("gone", ""))

    def find() -> Record | None:
        record = world.store[table].get(id)
        return record if record is not None and is_one(record) else None

    def look() -> dict[str, Any] | None:
        record = find()
        if gone:
            return {"record": None} if record is None else None
        return {"record": copied(record)} if record is not None and fits(record) else None

    found = waiting.wait(call, look, seconds)
    if found is not None:
        return found
    with world.lock:
        record = find()
        if record is None:
            raise ControlError(404, f"there is no {id!r} among the {table} of this world")
        has = {name: _text(record.get(name)) for name in wanted}
        wrong = [f"its {name} is {has[name]!r}, not {value!r}" for name, value in wanted.items() if has[name] != value]
        problem = "it is still there" if gone else " and ".join(wrong)
        raise waiting.TooLate(f"{table} {id}: {problem}", {"record": copied(record)})


def _kind(call: ControlCall) -> tuple[str, Callable[[Record], bool]]:
    """The table of the records, which is called as in scenarios or as in states, and which of it are meant."""
    kind = call.args["kind"]
    if kind in SEEDS:
        where = SEEDS[kind].where
        return SEEDS[kind].kind, lambda record: where is None or record[where] is not None
    if kind not in KINDS:
        raise ControlError(404, f"kind: there is no {kind!r}{nearest(kind, (*SEEDS, *KINDS))}")
    return kind, lambda record: True


def _filter(table: str, query: dict[str, str]) -> Callable[[Record], bool]:
    """Whether a record's attributes are the ones said. Raises ControlError, 400, for one that its kind doesn't have."""
    known = KINDS[table].row.attributes
    with asked():
        for name in query:
            if known and name not in known:
                raise ValueError(f"query: {name!r} is not an attribute of {table}{nearest(name, known)}")
    return lambda record: all(_text(record.get(name)) == value for name, value in query.items())


def _text(value: Any) -> str:
    """A value as it is written in a query: as JSON has it, but for texts, which are themselves."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
