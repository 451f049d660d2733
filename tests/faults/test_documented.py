"""The pages about faults say what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakemanila.faults import Rule, match, when
from fakemanila.faults.effects import EFFECTS
from fakemanila.faults.presets import families, find
from fakemanila.faults.registry import operations
from fakemanila.scenario.scenario import Scenario
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "faults.md").read_text(encoding="utf-8")
GUIDE = (DOCS / "how-to" / "faults.md").read_text(encoding="utf-8")


def table(section: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    text = REFERENCE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def code(cell: str) -> str:
    return cell.strip("`")


def test_every_condition_is_there_in_its_order() -> None:
    assert [code(row[0]) for row in table("match")] == list(match.KEYS)


def test_every_when_is_there_in_its_order() -> None:
    assert [code(row[0]) for row in table("when")] == list(when.KEYS)


def test_every_effect_is_there_in_its_order() -> None:
    assert [code(row[0]) for row in table("do")] == list(EFFECTS)


def test_every_preset_is_there_with_its_line_and_where_it_is_met() -> None:
    rows = table("Presets")
    assert [(code(row[0]), row[1]) for row in rows] == [
        (family.to_json()["name"], family.summary) for family in families().values()
    ]
    assert all(len(row) == 3 and row[2] for row in rows)


@pytest.mark.parametrize("name", [name for name, family in families().items() if family.values or family.default])
def test_every_parameter_is_there(name: str) -> None:
    (line,) = re.findall(rf"^- `{name}:` (.*)$", REFERENCE, re.MULTILINE)
    family = families()[name]
    said = set(re.findall(r"`([^`]+)`", line))
    if "`001` to `035`" in line:
        said |= {f"{number:03}" for number in range(1, 36)}
    assert said == {*family.values, family.default} - {None}


def examples(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_example_of_a_rule_is_one() -> None:
    (example,) = examples(REFERENCE, "json")
    assert Rule.parse(json.loads(example), operations()).must_fire


def test_the_example_of_a_scenario_is_one() -> None:
    (example,) = examples(GUIDE, "yaml")
    world = Worlds(Scenario.load(yaml.safe_load(example)).settings(Settings())).get()
    assert len(list(world.faults)) == 3


def marked(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return []
    own = [value["fakemanila:fault"]] if "fakemanila:fault" in value else []
    return [*own, *(name for each in value.values() for name in marked(each))]


def test_the_example_of_metadata_names_a_preset() -> None:
    (name,) = [name for example in examples(GUIDE, "json") for name in marked(json.loads(example))]
    assert find(name)
