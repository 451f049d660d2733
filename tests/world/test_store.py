"""Tables of records: found by what changes, in the order in which they were made."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakemanila.world.kinds import Kind, Shown
from fakemanila.world.rows import Record, Row
from fakemanila.world.store import INDEXED, TALLIED, Store, Table

from ..api import there


def ids(records: Any) -> list[str]:
    return [record["id"] for record in records]


@pytest.fixture
def table() -> Table[Any]:
    table = Table(Row)
    for id, project, status in (("1", "a", "error"), ("2", "b", "error"), ("3", "a", "available")):
        table.add({"id": id, "project_id": project, "status": status, "size": 1})
    return table


def test_records_come_newest_first(table: Table[Any]) -> None:
    assert ids(table.newest_first()) == ["3", "2", "1"]
    assert ids(table) == ["1", "2", "3"]


def test_records_are_found_by_any_attributes(table: Table[Any]) -> None:
    assert ids(table.where(project_id="a")) == ["3", "1"]
    assert ids(table.where(project_id="a", status="error")) == ["1"]
    assert ids(table.where(size=1, status="error")) == ["2", "1"]
    assert ids(table.where(project_id="c")) == []
    assert ids(table.where(share_id=None)) == ["3", "2", "1"]


@pytest.mark.parametrize("change", [lambda r: r.update(status="x"), lambda r: r.__setitem__("status", "x")])
def test_a_changed_record_is_found_by_its_new_value(table: Table[Any], change: Callable[..., Any]) -> None:
    change(there(table.get("1")))
    assert ids(table.where(status="x")) == ["1"]
    assert ids(table.where(status="error")) == ["2"]


def test_a_record_that_comes_back_to_a_value_keeps_its_place(table: Table[Any]) -> None:
    there(table.get("1")).update(status="deleting")
    there(table.get("1")).update(status="error")
    there(table.get("3")).update(status="error")
    assert ids(table.where(status="error")) == ["3", "2", "1"]


def test_a_removed_record_is_found_no_more_and_changes_nothing(table: Table[Any]) -> None:
    record = there(table.remove("2"))
    record["status"] = "available"
    assert ids(table.where(status="available")) == ["3"]
    assert ids(table.where(project_id="b")) == []
    assert table.remove("2") is None


def test_an_id_is_taken_once(table: Table[Any]) -> None:
    with pytest.raises(ValueError, match="there is a record 1 already"):
        table.add({"id": "1"})


def test_a_copy_of_a_record_is_a_plain_one(table: Table[Any]) -> None:
    copied = copy.deepcopy(there(table.get("1")))
    assert type(copied) is dict
    assert copied == table.get("1") == json.loads(json.dumps(table.get("1")))


def test_a_copied_store_is_independent(table: Table[Any]) -> None:
    store = Store()
    store["things"].add({"id": "1", "status": "error"})
    copied = store.copy()
    there(store["things"].get("1"))["status"] = "available"
    store["things"].add({"id": "2", "status": "error"})
    assert ids(copied["things"].where(status="error")) == ["1"]


class TestRowsAreDicts:
    """Every way to change a dict: either the table's indexes and tally follow, or it is refused."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda r: r.pop("status"),
            lambda r: r.__delitem__("status"),
            lambda r: r.update(status=None),
            lambda r: r.__ior__({"status": "x"}),
            lambda r: (r.pop("size"), r.popitem()),
        ],
        ids=["pop", "del", "none", "ior", "popitem"],
    )
    def test_a_value_that_is_gone_is_not_found(self, table: Table[Any], change: Callable[..., Any]) -> None:
        change(there(table.get("1")))
        assert ids(table.where(status="error")) == ["2"]

    def test_setdefault_makes_a_record_found(self, table: Table[Any]) -> None:
        assert there(table.get("1")).setdefault("share_id", "s") == "s"
        assert there(table.get("1")).setdefault("status", "x") == "error"
        assert ids(table.where(share_id="s")) == ["1"]
        assert ids(table.where(status="x")) == []

    @pytest.mark.parametrize(
        "change",
        [
            lambda r: r.clear(),
            lambda r: r.pop("id"),
            lambda r: r.__delitem__("id"),
            lambda r: r.update({"id": "9"}),
            lambda r: r.__setitem__("id", "9"),
            lambda r: r.__ior__({"id": "9"}),
        ],
        ids=["clear", "pop", "del", "update", "set", "ior"],
    )
    def test_a_record_keeps_its_id(self, table: Table[Any], change: Callable[..., Any]) -> None:
        before = dict(there(table.get("1")))
        with pytest.raises(ValueError, match="the record 1"):
            change(there(table.get("1")))
        assert table.get("1") == before

    @pytest.mark.parametrize(("attribute", "value"), [("status", []), ("host", ["a"]), ("size", "large")])
    def test_what_nothing_can_be_found_or_counted_by_changes_nothing(
        self, table: Table[Any], attribute: str, value: list[str] | str
    ) -> None:
        there(table.get("1"))["host"] = "a"
        before = dict(there(table.get("1")))
        with pytest.raises(TypeError):
            there(table.get("1"))[attribute] = value
        with pytest.raises(TypeError):
            table.add({"id": "4", "host": "a", attribute: value})
        assert table.get("1") == before
        assert ids(table) == ["1", "2", "3"]
        assert ids(table.where(status="error")) == ["2", "1"]
        assert (table.tally.count["a"], table.tally.size["a"]) == (1, 1)

    def test_pop_and_popitem_of_nothing_raise_as_a_dict_does(self, table: Table[Any]) -> None:
        record = there(table.remove("1"))
        record.clear()
        assert record.pop("status", "none") == "none"
        with pytest.raises(KeyError):
            record.pop("status")
        with pytest.raises(KeyError):
            record.popitem()

    @pytest.mark.parametrize("copied", [lambda r: r.copy(), lambda r: r | {}, copy.copy, copy.deepcopy, dict])
    def test_a_change_of_a_copy_is_none_of_the_record(
        self, table: Table[Any], copied: Callable[[Record], dict[str, Any]]
    ) -> None:
        other = copied(there(table.get("1")))
        other["status"] = "x"
        other["id"] = "9"
        assert type(other) is dict
        assert ids(table.where(status="error")) == ["2", "1"]


KEYS = st.sampled_from([*sorted(INDEXED | TALLIED), "name", "id"])
VALUES = {"host": st.sampled_from(["", "a", "b", None]), "size": st.sampled_from([0, 1, 5, None])}


@st.composite
def items(draw: Any) -> dict[str, object]:
    """Attributes with values; an id among them is one that a record may or may not have."""
    keys = draw(st.lists(KEYS, unique=True, max_size=4))
    return {key: draw(VALUES.get(key, st.sampled_from(["1", "a", None]))) for key in keys}


HOWS = (
    "set",
    "del",
    "update",
    "update pairs",
    "update keywords",
    "|=",
    "|= pairs",
    "|",
    "setdefault",
    "pop",
    "pop or",
    "popitem",
    "clear",
    "copy",
)


class RowsAsDicts(RuleBasedStateMachine):
    """Does the same to records in a table and to plain dicts, and looks whether everything is found and counted."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(Row)
        self.plain: dict[str, dict[str, object]] = {}

    @rule(id=st.sampled_from("1234"), items=items())
    def add(self, id: str, items: dict[str, object]) -> None:
        if id not in self.plain:
            self.plain[id] = {**items, "id": id}
            self.table.add(dict(self.plain[id]))

    @rule(id=st.sampled_from("1234"))
    def remove(self, id: str) -> None:
        assert self.table.remove(id) == self.plain.pop(id, None)

    @rule(
        id=st.sampled_from("1234"),
        how=st.sampled_from(HOWS),
        items=items(),
    )
    def change(self, id: str, how: str, items: dict[str, object]) -> None:
        if id not in self.plain:
            return
        after = dict(self.plain[id])
        try:
            expected = play(after, how, items)
        except KeyError:
            expected = KeyError
        record = there(self.table.get(id))
        if after.get("id") != id:
            with pytest.raises(ValueError, match=f"the record {id}"):
                play(record, how, items)
            self.plain[id] = dict(record)  # what came before the refusal
            assert record["id"] == id
        elif expected is KeyError:
            with pytest.raises(KeyError):
                play(record, how, items)
            self.plain[id] = after
        else:
            assert play(record, how, items) == expected
            self.plain[id] = after

    @invariant()
    def rows_are_what_dicts_would_be(self) -> None:
        assert {record["id"]: record for record in self.table} == self.plain
        assert list(map(list, self.table)) == [list(record) for record in self.plain.values()]

    @invariant()
    def each_index_finds_what_a_look_at_all_records_finds(self) -> None:
        for key in INDEXED:
            for wanted in ("1", "a", None):
                expected = [id for id, record in reversed(self.plain.items()) if record.get(key) == wanted]
                assert ids(self.table.where(**{key: wanted})) == expected

    @invariant()
    def the_tally_is_what_counting_gives(self) -> None:
        for host in ("a", "b"):
            here: list[Any] = [record.get("size") or 0 for record in self.plain.values() if record.get("host") == host]
            assert (self.table.tally.count[host], self.table.tally.size[host]) == (len(here), sum(here))
        assert self.table.tally.count.keys() <= {"a", "b"}


def play(record: Any, how: str, items: dict[str, object]) -> Any:
    """Calls one of a dict's methods on a record, and gives what that gave."""
    keys = list(items)
    match how:
        case "set":
            for key in keys:
                record[key] = items[key]
        case "del":
            for key in keys:
                del record[key]
        case "update":
            return record.update(items)
        case "update pairs":
            return record.update(list(items.items()), name="a")
        case "update keywords":
            return record.update(**items)
        case "|=":
            record |= items
        case "|= pairs":
            record |= list(items.items())
        case "|":
            return record | items
        case "setdefault":
            return [record.setdefault(key, items[key]) for key in keys] + [record.setdefault("share_id")]
        case "pop":
            return [record.pop(key) for key in keys]
        case "pop or":
            return [record.pop(key, None) for key in keys if key != "id"]
        case "popitem":
            return record.popitem()
        case "clear":
            record.clear()
        case "copy":
            copied = record.copy()
            copied.clear()
    return None


TestRowsAsDicts = RowsAsDicts.TestCase


class TestTally:
    def test_records_are_counted_by_host_with_their_sizes(self) -> None:
        table = Table(Row)
        for id, host, size in (("1", "a", 3), ("2", "a", 4), ("3", "b", 5), ("4", "", 6), ("5", "b", None)):
            table.add({"id": id, "host": host, "size": size})
        assert table.tally.count == {"a": 2, "b": 2}
        assert table.tally.size == {"a": 7, "b": 5}


SHARED = Shown("share_instances", ("status", "host", "availability_zone", "updated_at"), "instance_id", "share_id")
KINDS = {"shares": Kind("shares", Row, shows=SHARED)}
IDS = st.sampled_from("12")
INSTANCES = st.sampled_from(["1a", "1b", "2a", "2b"])


class Sharing(RuleBasedStateMachine):
    """Shares and instances, changed on either side: what a share shows is what its active instance has."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store(KINDS)

    @property
    def shares(self) -> Table[Any]:
        return self.store["shares"]

    @property
    def instances(self) -> Table[Any]:
        return self.store[SHARED.of]

    @rule(id=IDS, status=st.sampled_from("xyz"), host=st.sampled_from(["", "a", "b"]))
    def add_share(self, id: str, status: str, host: str) -> None:
        if id not in self.shares:
            self.shares.add({"id": id, "instance_id": f"{id}a", "status": status, "host": host, "size": 1})

    @rule(id=INSTANCES, status=st.sampled_from("xyz"), host=st.sampled_from(["", "a", "b"]))
    def add_instance(self, id: str, status: str, host: str) -> None:
        if id not in self.instances:
            self.instances.add({"id": id, "share_id": id[0], "status": status, "host": host})

    @rule(id=IDS)
    def remove_share(self, id: str) -> None:
        self.shares.remove(id)

    @rule(id=INSTANCES)
    def remove_instance(self, id: str) -> None:
        self.instances.remove(id)

    @rule(id=IDS, which=st.sampled_from("ab"))
    def make_active(self, id: str, which: str) -> None:
        if id in self.shares:
            there(self.shares.get(id))["instance_id"] = f"{id}{which}"

    @rule(
        id=st.one_of(IDS, INSTANCES),
        how=st.sampled_from(["set", "update", "update keywords", "|=", "|= pairs", "setdefault"]),
        items=st.dictionaries(
            st.sampled_from(["status", "host", "progress", "size", "name"]), st.sampled_from(["x", "a"]), max_size=3
        ),
    )
    def change(self, id: str, how: str, items: dict[str, object]) -> None:
        record = (self.shares if len(id) == 1 else self.instances).get(id)
        if record is not None:
            play(record, how, {**items, **({"size": 2} if "size" in items else {})})

    @invariant()
    def a_share_shows_what_its_active_instance_has(self) -> None:
        for share in self.shares:
            active = self.instances.get(share["instance_id"])
            if active is not None:
                assert {name: share.get(name) for name in SHARED.attributes} == {
                    name: active.get(name) for name in SHARED.attributes
                }

    @invariant()
    def both_are_found_and_counted_by_what_they_show(self) -> None:
        for table in (self.shares, self.instances):
            for status in "xyz":
                assert ids(table.where(status=status)) == ids(r for r in reversed(list(table)) if r["status"] == status)
            for host in "ab":
                assert table.tally.count[host] == len([r for r in table if r.get("host") == host])

    @invariant()
    def a_copy_is_the_same_and_apart(self) -> None:
        copied = self.store.copy()
        for kind, table in self.store.kinds().items():
            assert list(copied[kind]) == list(table)
        for share in copied["shares"]:
            share["status"] = "copied"
            active = copied[SHARED.of].get(share["instance_id"])
            assert active is None or active["status"] == "copied"
        assert not self.shares.where(status="copied")


TestSharing = Sharing.TestCase


class TestSharedAttributes:
    @pytest.fixture
    def store(self) -> Store:
        store = Store(KINDS)
        store["shares"].add({"id": "1", "instance_id": "1a", "status": "creating"})
        for id in ("1a", "1b"):
            store["share_instances"].add({"id": id, "share_id": "1", "status": f"of {id}"})
        return store

    def test_the_instance_is_the_owner(self, store: Store) -> None:
        assert there(store["shares"].get("1"))["status"] == "of 1a"
        there(store["shares"].get("1"))["instance_id"] = "1b"
        assert there(store["shares"].get("1"))["status"] == "of 1b"
        assert ids(store["shares"].where(status="of 1b")) == ["1"]

    def test_whoever_changes_the_share_changes_the_active_instance(self, store: Store) -> None:
        there(store["shares"].get("1")).update(status="available", name="db")
        assert [r["status"] for r in store["share_instances"]] == ["available", "of 1b"]
        assert "name" not in there(store["share_instances"].get("1a"))

    @pytest.mark.parametrize(
        ("kind", "id", "key"),
        [("shares", "1", "status"), ("shares", "1", "instance_id"), ("share_instances", "1a", "status")],
    )
    def test_what_two_records_have_cannot_go(self, store: Store, kind: str, id: str, key: str) -> None:
        with pytest.raises(ValueError, match=f"keeps its {key}"):
            del there(store[kind].get(id))[key]

    def test_an_instance_stays_with_its_share(self, store: Store) -> None:
        with pytest.raises(ValueError, match="the record 1a keeps its share_id"):
            there(store["share_instances"].get("1a"))["share_id"] = "2"
