"""Scenario files: what a server starts from, in YAML or JSON."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from .contract.model import load
from .delays import Delays

FIELDS = ("delays",)


class ScenarioError(ValueError):
    """A scenario that can't be used; the message names the file and the field."""


def read(path: Path) -> dict[str, Any]:
    """One scenario file, checked: ``{"delays": {"snapshots.create": "30s"}}``. Raises ScenarioError."""
    try:
        doc = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}: {error}") from None
    if doc is None:
        return {}
    if not isinstance(doc, dict):
        raise ScenarioError(f"{path}: a scenario is a mapping with {', '.join(FIELDS)}, not {type(doc).__name__}")
    for field in doc:
        if field not in FIELDS:
            near = difflib.get_close_matches(str(field), FIELDS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(FIELDS)}"
            raise ScenarioError(f"{path}: {field!r} is no field of a scenario{hint}")
    try:
        Delays.parse(doc.get("delays") or {}, load().operations)
    except ValueError as error:
        raise ScenarioError(f"{path}: delays: {error}") from None
    return doc


def merge(paths: Iterable[Path]) -> dict[str, Any]:
    """Several scenarios on top of each other: what a later one says of a field's key wins."""
    merged: dict[str, Any] = {}
    for path in paths:
        for field, value in read(path).items():
            merged[field] = {**merged.get(field, {}), **(value or {})}
    return merged
