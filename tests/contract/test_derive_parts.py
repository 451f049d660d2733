"""The parts of the derivation: ids, the reader of the reference, the writer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.contract.derive import reference
from fakemanila.contract.derive.naming import operation_id
from fakemanila.contract.derive.write import render


@pytest.mark.parametrize(
    ("method", "path", "action", "expected"),
    [
        ("GET", "/snapshots", None, "snapshots.list"),
        ("GET", "/snapshots/detail", None, "snapshots.detail"),
        ("PUT", "/snapshots/{id}", None, "snapshots.update"),
        ("DELETE", "/snapshots/{id}", None, "snapshots.delete"),
        ("POST", "/snapshots/manage", None, "snapshots.manage"),
        ("POST", "/types/{id}/action", "addProjectAccess", "share_types.add_project_access"),
        ("PUT", "/shares/{id}/metadata", None, "share_metadata.replace"),
        ("POST", "/shares/{id}/metadata/{key}", None, "share_metadata.update"),
        ("GET", "/types/{id}/extra_specs", None, "share_type_extra_specs.list"),
        (
            "GET",
            "/shares/{id}/export_locations/{location}/metadata/{key}",
            None,
            "share_export_location_metadata.show",
        ),
        ("GET", "/scheduler-stats/pools/detail", None, "scheduler_stats.detail"),
        ("GET", "/..", None, "versions.list"),
        ("GET", "/", None, "versions.show"),
    ],
)
def test_ids(method: str, path: str, action: str | None, expected: str) -> None:
    assert operation_id(method, path, action) == expected


def test_marks_of_microversions() -> None:
    text = "Boil (until 2.6)\n~~~~~~~~~~~~~~~~\n\n.. rest_method:: GET /v2/kettles\n"
    assert [(call.min, call.max) for call in reference.calls("kettles", text)] == [(None, "2.6")]
    text += "\n.. versionremoved:: 2.9\n"
    assert reference.calls("kettles", text)[0].max == "2.8"


names = st.from_regex(r"[a-z][a-z_~:]{0,12}", fullmatch=True)


@given(st.lists(st.tuples(names, names), unique=True), st.lists(st.integers(200, 599), unique=True))
def test_every_listed_field_and_code_is_read(fields: list[tuple[str, str]], codes: list[int]) -> None:
    items = "\n".join(f"   - {name}: {parameter}" for name, parameter in fields)
    listed = "\n".join(f"   - {code}: why" for code in codes)
    text = (
        "Boil\n~~~~\n\n.. rest_method:: PUT /v2/kettles/{id}\n\nRequest\n-------\n\n"
        f".. rest_parameters:: parameters.yaml\n\n{items}\n\n"
        f".. rest_status_code:: error status.yaml\n\n{listed}\n\nEnd.\n"
    )
    [call] = reference.calls("kettles", text)
    assert (call.request, call.errors, call.path) == (fields, codes, "/kettles/{id}")


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert all(call.chapter == "kettles" for call in reference.calls("kettles", text))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=40,
)


@given(values)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert json.loads(render(value)) == value
