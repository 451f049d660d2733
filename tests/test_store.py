"""Tables of records: found by what changes, in the order in which they were made."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.store import INDEXED, Store, Table


def ids(records) -> list[str]:
    return [record["id"] for record in records]


@pytest.fixture
def table() -> Table:
    table = Table()
    for id, project, status in (("1", "a", "error"), ("2", "b", "error"), ("3", "a", "available")):
        table.add({"id": id, "project_id": project, "status": status, "size": 1})
    return table


def test_records_come_newest_first(table):
    assert ids(table.newest_first()) == ["3", "2", "1"]
    assert ids(table) == ["1", "2", "3"]


def test_records_are_found_by_any_attributes(table):
    assert ids(table.where(project_id="a")) == ["3", "1"]
    assert ids(table.where(project_id="a", status="error")) == ["1"]
    assert ids(table.where(size=1, status="error")) == ["2", "1"]
    assert ids(table.where(project_id="c")) == []
    assert ids(table.where(share_id=None)) == ["3", "2", "1"]


@pytest.mark.parametrize("change", [lambda r: r.update(status="x"), lambda r: r.__setitem__("status", "x")])
def test_a_changed_record_is_found_by_its_new_value(table, change):
    change(table.get("1"))
    assert ids(table.where(status="x")) == ["1"]
    assert ids(table.where(status="error")) == ["2"]


def test_a_record_that_comes_back_to_a_value_keeps_its_place(table):
    table.get("1").update(status="deleting")
    table.get("1").update(status="error")
    table.get("3").update(status="error")
    assert ids(table.where(status="error")) == ["3", "2", "1"]


def test_a_removed_record_is_found_no_more_and_changes_nothing(table):
    record = table.remove("2")
    record["status"] = "available"
    assert ids(table.where(status="available")) == ["3"]
    assert ids(table.where(project_id="b")) == []
    assert table.remove("2") is None


def test_an_id_is_taken_once(table):
    with pytest.raises(ValueError, match="there is a record 1 already"):
        table.add({"id": "1"})


def test_a_copy_of_a_record_is_a_plain_one(table):
    copied = copy.deepcopy(table.get("1"))
    assert type(copied) is dict
    assert copied == table.get("1") == json.loads(json.dumps(table.get("1")))


def test_a_copied_store_is_independent(table):
    store = Store()
    store["things"].add({"id": "1", "status": "error"})
    copied = store.copy()
    store["things"].get("1")["status"] = "available"
    store["things"].add({"id": "2", "status": "error"})
    assert ids(copied["things"].where(status="error")) == ["1"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "set", "update"]),
            st.sampled_from("12345"),
            st.sampled_from(sorted(INDEXED)),
            st.sampled_from(["a", "b", None]),
        )
    )
)
def test_the_indexes_find_what_a_look_at_all_records_finds(steps):
    table = Table()
    for step, id, attribute, value in steps:
        record = table.get(id)
        if record is None:
            table.add({"id": id, attribute: value})
        elif step == "remove":
            table.remove(id)
        elif step == "set":
            record[attribute] = value
        else:
            record.update({attribute: value, "size": 1})
        for key in INDEXED:
            for wanted in ("a", "b", None):
                expected = [r["id"] for r in reversed(list(table)) if r.get(key) == wanted]
                assert ids(table.where(**{key: wanted})) == expected


class TestTally:
    def test_records_are_counted_by_host_with_their_sizes(self):
        table = Table()
        for id, host, size in (("1", "a", 3), ("2", "a", 4), ("3", "b", 5), ("4", "", 6), ("5", "b", None)):
            table.add({"id": id, "host": host, "size": size})
        assert table.tally.count == {"a": 2, "b": 2}
        assert table.tally.size == {"a": 7, "b": 5}

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 3),
                st.sampled_from(["add", "remove", "set", "update"]),
                st.sampled_from(["", "a", "b", None]),
                st.integers(0, 9),
            )
        )
    )
    def test_the_tally_is_what_counting_would_give(self, steps):
        table = Table()
        for number, step, host, size in steps:
            id = str(number)
            record = table.get(id)
            if step == "add" and record is None:
                table.add({"id": id, "host": host, "size": size})
            elif step == "remove":
                table.remove(id)
            elif step == "set" and record is not None:
                record["host"] = host
                record["size"] = size
            elif step == "update" and record is not None:
                record.update({"size": size}, host=host, status="x")
        placed = [record for record in table if record["host"]]
        for host in ("a", "b"):
            here = [record["size"] for record in placed if record["host"] == host]
            assert (table.tally.count[host], table.tally.size[host]) == (len(here), sum(here))
