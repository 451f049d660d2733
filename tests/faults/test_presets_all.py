"""No preset without a client that has met it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from fakemanila.faults.effects import EFFECTS
from fakemanila.faults.presets import families, find

THEMES = sorted(
    path.stem for path in Path(__file__).parent.glob("test_presets_*.py") if path.stem != Path(__file__).stem
)


def tried() -> set[str]:
    themes = [import_module(f"{__package__}.{theme}") for theme in THEMES]
    tests = [test for theme in themes for name, test in vars(theme).items() if name.startswith("test_")]
    return {name for test in tests for name in getattr(test, "tried", ())}


def test_every_preset_is_tried_by_a_client() -> None:
    assert set(families()) - tried() == set()


def test_every_test_is_about_a_preset_that_is_there() -> None:
    assert tried() - set(families()) == set()


def test_every_effect_is_that_of_a_preset_or_tried_beside_them() -> None:
    presets = [find(name) for family in families().values() for name in family.names()]
    presets += [find("flaky:0.5"), find("token-expires-after:3"), find("max-microversion:2.65")]
    assert set(EFFECTS) - {effect for preset in presets for effect in preset.do} == {"barrier", "delay", "pause"}
    assert any(name.startswith("test_a_delay") for name in vars(import_module(f"{__package__}.test_presets_proxies")))


def test_every_name_that_can_be_counted_is_a_preset() -> None:
    for family in families().values():
        for name in family.names():
            assert find(name).do
