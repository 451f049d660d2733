"""The reference page of scenario files has every field, kind and shipped scenario, and its examples are right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from fakemanila.all_resources import SEEDS
from fakemanila.contract.documents import properties
from fakemanila.manila.backend.drivers import DRIVERS
from fakemanila.package_data import schemas_dir
from fakemanila.scenario.files import shipped
from fakemanila.scenario.scenario import Scenario
from fakemanila.scenario.seeding import schema_of
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

PAGE = (Path(__file__).parents[2] / "docs/reference/scenario-file.md").read_text(encoding="utf-8")
OF_EVERY_KIND = {"kind", "repeat", "id", "created_at"}


def rows(heading: str) -> list[tuple[str, str]]:
    """The rows of the table below a heading: the names in the first column, and the second column."""
    section = re.split(r"^#+ ", PAGE.partition(f"\n{heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| (`.*?) \|(.*) \|$", section, re.MULTILINE)


def names(heading: str) -> list[str]:
    return [name for first, _ in rows(heading) for name in re.findall(r"`(\w[\w-]*)`", first)]


def test_every_field_of_a_scenario_is_there() -> None:
    assert sorted(names("## Fields")) == sorted(properties("scenario.json#"))


@pytest.mark.parametrize("part", ["clock", "project", "user", "pool", "quota"])
def test_every_field_of_a_part_is_there(part: str) -> None:
    ((_, text),) = [row for row in rows("## Fields") if re.fullmatch(f"`{part}s?`", row[0])]
    for field in properties(f"scenario.json#/$defs/{part}"):
        assert f"`{field}`" in text, field


@pytest.mark.parametrize("kind", SEEDS)
def test_every_field_of_a_kind_is_there_and_what_is_needed(kind: str) -> None:
    schema = json.loads((schemas_dir() / "scenario.json").read_text(encoding="utf-8"))["$defs"][kind]
    assert set(names(f"### {kind}")) == set(properties(schema_of(kind))) - OF_EVERY_KIND
    needed = {first.strip("`") for first, text in rows(f"### {kind}") if text.strip().startswith("needed")}
    assert needed == set(schema.get("required", ()))


def test_every_field_of_a_backend_is_there_and_every_driver() -> None:
    assert sorted(names("## Backends")[: len(properties("scenario.json#/$defs/backend"))]) == sorted(
        properties("scenario.json#/$defs/backend")
    )
    assert [first.strip("`") for first, _ in rows("## Drivers")] == list(DRIVERS)
    for name, driver in DRIVERS.items():
        (text,) = [text for first, text in rows("## Drivers") if first == f"`{name}`"]
        for word in (*driver.protocols, *(f"`{option}`" for option in driver.options)):
            assert word in text, (name, word)


def test_every_kind_is_there_and_no_other() -> None:
    assert sorted(re.findall(r"^### (.*)$", PAGE, re.MULTILINE)) == sorted(SEEDS)


def test_every_shipped_scenario_is_there_and_no_other() -> None:
    assert names("## Shipped scenarios") == list(shipped())


def examples() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("text", examples())
def test_an_example_makes_a_world(text: str) -> None:
    Worlds(Scenario.load(yaml.safe_load(text)).settings(Settings())).get()


def test_the_first_example_makes_what_it_says() -> None:
    world = Worlds(Scenario.load(yaml.safe_load(examples()[0])).settings(Settings())).get()
    assert len(world.store["snapshots"]) == 31
    assert world.now().isoformat() == "2026-01-01T03:00:00"
