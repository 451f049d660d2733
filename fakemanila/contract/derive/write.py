"""Writes the contract's files, or compares them with what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...files import read_text
from ...files import write as write_file

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WIDTH = 120


def render(value: Any) -> str:
    """JSON with short objects and lists on one line, and lists of words filling lines, to read well."""
    return _render(value, 0, 0) + "\n"


def _render(value: Any, indent: int, column: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (column + len(flat) <= _WIDTH and _depth(value) <= 2):
        return flat
    pad = "  " * (indent + 1)
    end = "\n" + "  " * indent
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        lines = _filled([json.dumps(item, ensure_ascii=False) for item in value], _WIDTH - len(pad))
        return "[\n" + ",\n".join(pad + line for line in lines) + end + "]"
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + _render(item, indent + 1, len(pad)) for item in value) + end + "]"
    items = []
    for key, item in value.items():
        name = json.dumps(key, ensure_ascii=False) + ": "
        items.append(pad + name + _render(item, indent + 1, len(pad) + len(name)))
    return "{\n" + ",\n".join(items) + end + "}"


def _filled(words: list[str], width: int) -> list[str]:
    """The words with commas between, as many on a line as fit."""
    lines = words[:1]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 3 <= width:
            lines[-1] += f", {word}"
        else:
            lines.append(word)
    return lines


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


def differences(files: dict[str, Any], target: Path) -> list[str]:
    """The names of the files in `target` that differ from `files`, are missing, or are no longer derived."""
    changed = [name for name, value in files.items() if _text(target / name) != render(value)]
    stale = [path.name for path in target.glob("*.json") if path.name not in files and _is_chapter(path)]
    return sorted(changed + stale)


def write(files: dict[str, Any], target: Path) -> None:
    """Writes every file, and takes away chapters that are no longer derived. Other files there are not its own."""
    target.mkdir(parents=True, exist_ok=True)
    for name in differences(files, target):
        if name in files:
            write_file(target / name, render(files[name]).encode())
        else:
            (target / name).unlink()


def _text(path: Path) -> str | None:
    return read_text(path) if path.is_file() else None


def _is_chapter(path: Path) -> bool:
    """Whether a file has the form of a derived chapter; whatever else is there was put there by hand."""
    try:
        content = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and set(content) == {"chapter", "operations"}
