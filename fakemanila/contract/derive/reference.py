"""Reads the API reference: chapters (``.inc``) and ``parameters.yaml``.

Only facts are taken: methods, paths, codes, names, types and microversions. Sentences stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Json = dict[str, Any]

_METHOD = re.compile(r"^\.\. rest_method::\s+([A-Z]+)\s+(\S+)")
_DIRECTIVE = re.compile(r"^\.\. ([a-z_]+)::\s*(.*)$")
_FIELD = re.compile(r"^\s+- (\S+?)\s*:\s+(\S+)\s*$")
_CODE = re.compile(r"^\s+- (\d{3})\b")
_SINCE = re.compile(r"since API (?:version )?v?(\d+\.\d+)", re.IGNORECASE)
_UNTIL = re.compile(r"until (?:API )?(?:version )?v?(\d+\.\d+)", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+")
_UNDERLINE = re.compile(r"^([=~\-])\1{2,}\s*$")

ROOT = "/.."

_TYPES = {"string", "integer", "boolean", "object", "array", "number"}


@dataclass
class Call:
    """One documented call of a chapter, as the reference has it."""

    chapter: str
    method: str
    path: str
    """Below ``/v2``, without project id and query string, parameters in braces; ``/..`` is the server's root."""
    min: str | None = None
    max: str | None = None
    success: list[int] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    request: list[tuple[str, str]] = field(default_factory=list)
    """(field, parameter) pairs in the order of the reference."""
    response: list[tuple[str, str]] = field(default_factory=list)
    request_samples: list[str] = field(default_factory=list)
    response_samples: list[str] = field(default_factory=list)


def calls(chapter: str, text: str) -> list[Call]:
    """Every call of a chapter's text, in order."""
    lines = text.splitlines()
    since = None
    found: list[Call] = []
    current: Call | None = None
    pending_since: str | None = None
    pending_until: str | None = None
    section = ""
    for number, line in enumerate(lines):
        title = _title(lines, number)
        if title is not None:
            level, words = title
            if level == "=":
                since = _first(_SINCE, words)
            elif level == "~":
                current, section = None, ""
                pending_since, pending_until = _first(_SINCE, words) or since, _first(_UNTIL, words)
            else:
                section = words.lower()
            continue
        method = _METHOD.match(line)
        if method:
            current = Call(chapter, method[1], _path(method[2]), pending_since, pending_until)
            found.append(current)
            section = ""
        elif current is not None:
            _read_line(current, section, line, lines, number)
    return found


def _read_line(call: Call, section: str, line: str, lines: list[str], number: int) -> None:
    directive = _DIRECTIVE.match(line)
    if directive is None:
        return
    name, value = directive[1], directive[2]
    if name == "versionadded":
        call.min = _first(_VERSION, value) or call.min
    elif name == "versionremoved":
        call.max = _before(_first(_VERSION, value)) or call.max
    elif name == "rest_status_code":
        codes = call.success if value.startswith("success") else call.errors
        codes.extend(int(match[1]) for match in _items(_CODE, lines, number))
    elif name == "rest_parameters":
        target = call.response if section.startswith("response") else call.request
        pairs = [(match[1], match[2]) for match in _items(_FIELD, lines, number)]
        target.extend(pair for pair in pairs if pair not in target)
    elif name == "literalinclude":
        samples = call.response_samples if "response" in section else call.request_samples
        samples.append(value.strip().rsplit("/", 1)[-1])


def _items(pattern: re.Pattern[str], lines: list[str], number: int) -> Iterator[re.Match[str]]:
    """The indented list items below a directive."""
    for line in lines[number + 1 :]:
        if line and not line.startswith(" "):
            return
        match = pattern.match(line)
        if match:
            yield match


def _title(lines: list[str], number: int) -> tuple[str, str] | None:
    if number + 1 == len(lines) or not lines[number].strip() or lines[number].startswith((" ", "..")):
        return None
    underline = _UNDERLINE.match(lines[number + 1])
    return (underline[1], lines[number].strip()) if underline else None


def _path(text: str) -> str:
    # Zero-width spaces have crept into one of the reference's paths.
    path = text.replace("\u200b", "").partition("?")[0]
    if path == "/":
        return ROOT
    path = re.sub(r"^/(v2|\{api_version\})", "", path).removeprefix("/{project_id}")
    return re.sub(r"\{([^}]*)\}", lambda match: "{" + match[1].replace("-", "_") + "}", path)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    if match is None:
        return None
    return match[1] if pattern.groups else match[0]


def _before(version: str | None) -> str | None:
    if version is None:
        return None
    major, minor = version.split(".")
    return f"{major}.{int(minor) - 1}"


def parameters(text: str) -> dict[str, Json]:
    """One JSON Schema per entry of ``parameters.yaml``, with ``x-in``, ``x-required`` and its microversions."""
    # The base loader keeps `2.10` a string; as a number it would become 2.1.
    entries = yaml.load(text, Loader=yaml.BaseLoader)
    return {name: _parameter(entry) for name, entry in sorted(entries.items())}


def _parameter(entry: Json) -> Json:
    schema: Json = {}
    if entry.get("type") in _TYPES:
        schema["type"] = entry["type"]
    if entry.get("format"):
        schema["format"] = entry["format"]
    schema["x-in"] = entry["in"]
    schema["x-required"] = entry.get("required") == "true"
    for key, annotation in (("min_version", "x-min-version"), ("max_version", "x-max-version")):
        value = entry.get(key)
        if value and value != "2.0":
            schema[annotation] = value
    return schema
