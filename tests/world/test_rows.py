"""Records whose attributes a class declares."""

from __future__ import annotations

import copy
from dataclasses import field
from typing import Annotated, Any

import pytest

from fakemanila.contract import declared
from fakemanila.contract.declared import Keywords
from fakemanila.world.kinds import Kind
from fakemanila.world.rows import Row
from fakemanila.world.store import Store

Colour = Annotated[str, Keywords(enum=["red", "green"]), "a colour"]


class Ball(Row):
    id: str
    colour: Colour = "red"
    size: int | None = None
    marks: dict[str, str] = field(default_factory=dict)


BALLS = Kind("balls", Ball)


@pytest.fixture
def store() -> Store:
    return Store({"balls": BALLS})


class TestDeclaring:
    def test_what_is_not_said_is_the_default(self) -> None:
        assert Ball(id="1", size=3) == {"id": "1", "colour": "red", "size": 3, "marks": {}}

    def test_two_rows_share_no_default(self) -> None:
        Ball(id="1").marks["new"] = "yes"
        assert Ball(id="2").marks == {}

    @pytest.mark.parametrize("attributes", [{"id": "1", "colr": "red"}, {"colour": "red"}])
    def test_unknown_and_missing_attributes_are_refused(self, store: Store, attributes: dict[str, Any]) -> None:
        with pytest.raises(TypeError, match=r"Ball: '(colr|id)'"):
            Ball(**attributes)
        with pytest.raises((TypeError, KeyError), match=r"id|colr"):
            store[BALLS].add(attributes)
        assert len(store[BALLS]) == 0

    def test_an_attribute_is_an_item(self, store: Store) -> None:
        ball = store[BALLS].add(Ball(id="1"))
        ball.size = 4
        assert ball["size"] == 4
        ball["size"] = 5
        assert ball.size == 5

    @pytest.mark.parametrize(
        "change",
        [
            lambda row: row.__setitem__("sise", 1),
            lambda row: row.update(sise=1),
            lambda row: row.setdefault("sise", 1),
            lambda row: row.__ior__({"sise": 1}),
        ],
    )
    def test_a_misspelt_attribute_is_refused_by_every_method_of_a_dict(self, store: Store, change: Any) -> None:
        ball = store[BALLS].add(Ball(id="1"))
        with pytest.raises(KeyError, match="'sise' is not an attribute of Ball"):
            change(ball)
        assert "sise" not in ball

    def test_a_plain_dict_becomes_a_row(self, store: Store) -> None:
        assert isinstance(store[BALLS].add({"id": "1"}), Ball)

    def test_a_copy_of_a_kind_is_its_name(self) -> None:
        assert (type(copy.deepcopy(BALLS)), copy.deepcopy(BALLS)) == (str, "balls")


class TestSchemas:
    def test_a_row_has_a_schema(self) -> None:
        assert declared.object_of(Ball, Ball.attributes, Ball.defaults) == {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "colour": {"type": "string", "enum": ["red", "green"], "description": "a colour"},
                "size": {"type": ["integer", "null"]},
                "marks": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["id"],
            "additionalProperties": False,
        }

    def test_what_is_said_of_a_type_stays_where_null_may_be_too(self) -> None:
        assert declared.of(Annotated[str, Keywords(maxLength=9), "a word"] | None) == {
            "type": ["string", "null"],
            "maxLength": 9,
            "description": "a word, or null",
        }

    def test_what_json_has_not_is_refused(self) -> None:
        with pytest.raises(TypeError, match="bytes"):
            declared.of(bytes)
