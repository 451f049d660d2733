"""The five calls that most kinds of record have, written once.

A `Collection` lists, shows, creates, updates and deletes the records of one table. What a kind has of its own (where it
has to be unique, what goes with it when it goes) is a method to override, in `kinds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from ..http.reply import Reply
from ..text.booleans import is_false
from ..world import collation
from . import rbac, request_schemas
from .identity_errors import Conflict, Forbidden, Invalid, NotFound
from .identity_request import Call
from .tables import Record, Target


def revoke_if_disabled(call: Call, changes: Record, *, user_id: str | None = None, scope: Target | None = None) -> None:
    """Being disabled costs the tokens for good: they don't come back when it is enabled again."""
    if changes.get("enabled") is False:
        call.state.revoke_tokens(user_id=user_id, scope=scope)


class Collection:
    """The calls of one kind of record. Handlers are its bound methods."""

    name: ClassVar[str]
    """The key of lists, the path and the table in the state: ``projects``."""
    member: ClassVar[str]
    """The key of one: ``project``."""
    filters: ClassVar[tuple[str, ...]] = ("name",)
    """The query parameters that lists can be filtered by."""
    hidden: ClassVar[tuple[str, ...]] = ()
    """Fields that are never shown."""
    own_fields: ClassVar[frozenset[str]] = frozenset()
    """Where not empty: the answer to an update shows all others once more, under ``extra``."""
    beside_the_table: ClassVar[tuple[str, ...]] = ()
    """Fields that aren't columns of the table: filters for them compare exactly."""
    has_fixed_id: ClassVar[bool] = True
    """Whether an update that speaks of another id is refused, not ignored."""
    strips_names: ClassVar[bool] = True
    found_first: ClassVar[tuple[str, ...]] = ()
    """The calls that look for the record before they ask the policy: who may not see it is told that there is none."""
    permitted_first: ClassVar[bool] = False
    """Whether a POST asks the policy before it looks at the body."""
    in_domain: ClassVar[bool] = False
    """Whether names are unique within a domain only."""
    reads: ClassVar[rbac.Rule] = rbac.READ
    lists: ClassVar[rbac.Rule] = rbac.READ
    writes: ClassVar[rbac.Rule] = rbac.admin

    def __init__(self) -> None:
        self._creating = request_schemas.creating(self.member)
        self._updating = request_schemas.updating(self.member)

    # What a kind may want to have its own way

    def target(self, record: Record) -> Record:
        """What the policy looks at."""
        return {"domain_id": record.get("domain_id"), f"{self.member}_id": record.get("id")}

    def prepare(self, call: Call, record: Record) -> Record:
        """A complete record from what a POST gave."""
        raise NotImplementedError

    def check(self, call: Call, record: Record) -> None:
        """Raises Invalid or NotFound when a record, about to be stored, points nowhere.

        Ids of others are written as those others have them.
        """

    def change(self, call: Call, record: Record, changes: Record) -> None:
        """What an update entails, after it."""

    def discard(self, call: Call, record: Record) -> None:
        """What a delete entails, before it. May refuse."""

    # Handlers

    def list(self, call: Call) -> Reply:
        """200 with those that pass the filters of the query; 400 for a filter that nothing could pass."""
        call.check_query(request_schemas.QUERIES.get(self.member))
        caller = call.require(self.lists, domain_id=call.caller.domain_id if call.caller else None)
        found = [
            record
            for record in call.state.table(self.name).values()
            if self.listed(call, record) and (caller.domain_id is None or self.of_domain(record, caller.domain_id))
        ]
        shown, more = page(call, found)
        return call.listing(self.name, [self.shown(call, record) for record in shown], truncated=more)

    def show(self, call: Call) -> Reply:
        """200; 404 for one that doesn't exist, if the caller could have seen it."""
        record = self._found(call, "show")
        call.require(self.reads, **self.target(record or {}))
        return self.answer(call, self.present(call, record))

    def create(self, call: Call) -> Reply:
        """201; 409 for a name that is taken."""
        if self.permitted_first:
            call.require(self.writes)
        given: Record = self._given(call, self._creating)
        if self.in_domain and given.get("domain_id") is None and call.caller is not None:
            # Keystone's default: the domain that the token is for or, for a project's token, that project's.
            given["domain_id"] = call.caller.domain_id or call.caller.project_domain_id or "default"
        call.require(self.writes, **self.target(given))
        given.pop("links", None)
        record = self.prepare(call, given)
        self.check(call, record)
        self.assert_unique(call, record)
        call.state.table(self.name)[record["id"]] = record
        return self.answer(call, record, 201)

    def update(self, call: Call) -> Reply:
        """200 with the whole record; fields that aren't mentioned stay."""
        changes: Record = self._given(call, self._updating)
        record = self.find(call)
        call.require(self.writes, **self.target(record or {}))
        record = self.present(call, record)
        if changes.pop("id", record["id"]) != record["id"] and self.has_fixed_id:
            raise Invalid("An id can't be changed.")
        if self.in_domain and changes.get("domain_id", record.get("domain_id")) != record.get("domain_id"):
            raise Invalid("A domain can't be changed.")
        _assert_mutable(record, changes)
        changes.pop("links", None)
        if "options" in changes:
            # An option is taken away by setting it to null.
            options = {**record.get("options", {}), **changes["options"]}
            changes["options"] = {key: value for key, value in options.items() if value is not None}
        updated = {**record, **changes}
        self.check(call, updated)
        self.assert_unique(call, updated)
        record.update({key: updated[key] for key in changes})
        self.change(call, record, changes)
        reply = self.answer(call, record)
        if self.own_fields:
            extra = {key: value for key, value in self.shown(call, record).items() if key not in self.own_fields}
            reply.body[self.member]["extra"] = extra
        return reply

    def delete(self, call: Call) -> Reply:
        """204."""
        record = self._found(call, "delete")
        call.require(self.writes, **self.target(record or {}))
        record = self.present(call, record)
        _assert_mutable(record, {})
        self.discard(call, record)
        del call.state.table(self.name)[record["id"]]
        return Reply(204)

    # What they are made of

    def _given(self, call: Call, schema: request_schemas.Compiled) -> Record:
        """What the body says of the record. Raises Invalid."""
        given: Record = dict(call.document(schema).get(self.member, {}))
        if self.strips_names and isinstance(given.get("name"), str):
            given["name"] = given["name"].strip()
        return given

    def find(self, call: Call) -> Record | None:
        return call.state.table(self.name).get(call.args[f"{self.member}_id"])

    def _found(self, call: Call, verb: str) -> Record | None:
        """What `find` finds. Raises NotFound where the call has to know before the policy is asked."""
        record = self.find(call)
        if verb in self.found_first and call.caller is not None:
            self.present(call, record)
        return record

    def present(self, call: Call, record: Record | None) -> Record:
        if record is None:
            raise NotFound.of(self.member, call.args[f"{self.member}_id"])
        return record

    def shown(self, call: Call, record: Record) -> Record:
        """A record as it leaves the house."""
        visible = {key: value for key, value in record.items() if key not in self.hidden}
        return {**visible, "links": {"self": call.link(f"{self.name}/{record['id']}")}}

    def answer(self, call: Call, record: Record, status: int = 200) -> Reply:
        return Reply(status, {self.member: self.shown(call, record)})

    def of_domain(self, record: Record, domain_id: str) -> bool:
        """Whether somebody with a domain's token gets to see it in a list."""
        return not self.in_domain or record["domain_id"] == domain_id

    def listed(self, call: Call, record: Record) -> bool:
        """Whether it passes the filters of the query: exact, or with one of Keystone's comparators."""
        columns = [field for field in self.filters if field not in self.beside_the_table]
        return passes(call, record, columns, passes_in_database) and passes(
            call, record, self.beside_the_table, passes_in_memory
        )

    def assert_unique(self, call: Call, record: Record) -> None:
        if "name" not in record:
            return
        domain_id = record["domain_id"] if self.in_domain else None
        for other in call.state.table(self.name).values():
            same = collation.equal(other["name"], record["name"]) and (
                not self.in_domain or other["domain_id"] == domain_id
            )
            if same and other["id"] != record["id"]:
                raise Conflict(f"There is a {self.member} with the name {record['name']} already.")


def _assert_mutable(record: Record, changes: Record) -> None:
    """Refuses to touch something whose option ``immutable`` is set, unless to unset that."""
    immutable = record.get("options", {}).get("immutable")
    options = changes.get("options")
    if immutable and not (isinstance(options, dict) and options.get("immutable", True) in (False, None)):
        raise Forbidden("It is marked as immutable.")


def passes(call: Call, record: Record, fields: Iterable[str], compare: Callable[[object, str, str], bool]) -> bool:
    """Whether a record passes those filters of the query that are for one of these fields."""
    for name, wanted in call.request.query.items():
        field, _, comparator = name.partition("__")
        if field in fields and not compare(record.get(field), wanted, comparator):
            return False
    return True


_PATTERNS = {"icontains": "%{}%", "istartswith": "{}%", "iendswith": "%{}"}


def passes_in_database(value: object, wanted: str, comparator: str) -> bool:
    """Whether a column passes a filter. Keystone leaves that to the database, other than what has to know case."""
    if isinstance(value, bool):
        return value is (not is_false(wanted))
    if comparator == "":
        return collation.equal(value, wanted)
    if comparator in _PATTERNS:
        return collation.like("" if value is None else str(value), _PATTERNS[comparator].format(wanted))
    return passes_in_memory(value, wanted, comparator)


def passes_in_memory(value: object, wanted: str, comparator: str) -> bool:
    """The same for what isn't in a column: Keystone compares by itself, and only ``i…`` passes over case."""
    text = "" if value is None else str(value)
    if comparator == "":
        return value == wanted
    if comparator.startswith("i"):
        text, wanted, comparator = text.lower(), wanted.lower(), comparator[1:]
    if comparator == "contains":
        return wanted in text
    if comparator == "startswith":
        return text.startswith(wanted)
    return text.endswith(wanted) if comparator == "endswith" else True


def page(call: Call, records: list[Record]) -> tuple[list[Record], bool]:
    """The records after ``marker``, no more than ``limit``, and whether there are others behind them."""
    query = call.request.query
    marker = query.get("marker")
    if marker:
        ids = [record["id"] for record in records]
        if marker not in ids:
            raise NotFound(f"Marker {marker} could not be found.")
        records = records[ids.index(marker) + 1 :]
    try:
        limit = int(query.get("limit") or 0)
    except ValueError:
        raise Invalid("limit has to be a number.") from None
    return (records[:limit], len(records) > limit) if limit > 0 else (records, False)
