"""Bodies have a quick way to be right; it may never be quicker to say yes than jsonschema would be."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fakemanila import versions
from fakemanila.contract.model import load
from fakemanila.contract.validate import body_validator

from ..cases import for_each

OPERATIONS = sorted(id for id, operation in load().operations.items() if operation.request is not None)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, object]:
    """An operation, and a body with some of the fields that it has."""
    id = draw(st.sampled_from(OPERATIONS))
    names = sorted(body_validator(id, versions.MAXIMUM).properties)
    fields = st.dictionaries(st.sampled_from(names), VALUES, max_size=4) if names else VALUES
    return id, draw(fields | VALUES)


@given(requests())
def test_what_the_quick_way_lets_pass_fits_the_schema(request_: tuple[Any, ...]) -> None:
    id, body = request_
    validator = body_validator(id, versions.MAXIMUM)
    if validator.fits(body):
        assert list(Draft202012Validator(validator.schema).iter_errors(body)) == []


@for_each(id={id: id for id in OPERATIONS})
def test_the_quick_way_knows_every_keyword_of_the_contract(id: str) -> None:
    validator = body_validator(id, versions.MAXIMUM)
    assert not validator.properties or validator.fits({})


def test_an_ordinary_creation_takes_the_quick_way() -> None:
    validator = body_validator("snapshots.create", versions.MAXIMUM)
    assert validator.fits(
        {"share_id": "a9d1c3b0-0000-4000-8000-000000000000", "name": "nightly", "metadata": {"a": "b"}}
    )
    assert not validator.fits({"share_id": []})


def violations(operation: str, body: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    found = body_validator(operation, versions.MAXIMUM).violations(body)
    return [(violation.field, violation.enforced, violation.late) for violation in found]


def test_numbers_are_taken_as_the_database_keeps_them() -> None:
    validator = body_validator("share_groups.create", versions.MAXIMUM)
    assert validator.taken({"name": True, "description": 1.5}) == {"name": "1", "description": "1.5"}
    assert violations("share_groups.create", {"name": 5}) == [("name", False, False)]
    assert violations("share_groups.create", {"name": [5]}) == [("name", True, True)]


def test_what_is_empty_counts_as_nothing_and_is_noted() -> None:
    validator = body_validator("share_groups.create", versions.MAXIMUM)
    assert validator.taken({"availability_zone": {}, "share_types": ""}) == {}
    assert violations("share_groups.create", {"share_types": {}}) == [("share_types", False, False)]


def test_what_is_found_late_depends_on_the_type_of_the_value() -> None:
    assert violations("snapshot_metadata.create", {"tier": {"a": 1}}) == [("tier", True, True)]
    assert violations("snapshot_metadata.create", {"tier": 5}) == [("tier", True, False)]


def test_a_null_is_refused_where_real_manila_has_a_schema() -> None:
    assert violations("quota_class_sets.update", {"shares": None}) == [("shares", True, False)]
    assert violations("quota_sets.update", {"shares": None}) == []
