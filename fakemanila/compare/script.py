"""Scenarios: what to send, read from the YAML files in `scripts/`.

A file maps scenario names to::

    about: one line                                  (optional)
    defaults: {as: demo, version: "2.99", …}         keys every exchange starts with
    setup: [share, {method: …, …}]                   unrecorded exchanges, or names of lists in `setups.yaml`
    steps: [{name: …, method: …, path: …, …}, …]     the exchanges that are recorded and compared

An exchange has the keys of `Exchange`, plus `versions: […]` and a list for `as`: one exchange for each item of these.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .. import files

SCRIPTS = Path(__file__).with_name("scripts")
SETUPS = "setups.yaml"
NOTHING = object()

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C takes a tenth of the time."""
_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class ScriptError(Exception):
    """A scenario file says something that makes no sense."""


@dataclass(frozen=True)
class Wait:
    """Poll `path` as an administrator until each dotted field has its value, or until it is gone (404)."""

    path: str
    until: Mapping[str, Any] = field(default_factory=dict)
    gone: bool = False


@dataclass(frozen=True)
class Exchange:
    """One request, and what to do with its answer.

    `user` is written `as`; `nobody` sends no token. The token of the user `service` goes along as that of a service. A
    `version` of null sends no microversion header, a header of null is not sent. `save` keeps fields of the answer
    (dotted) as variables, `wait` polls afterwards. `racy` names keys whose values are not compared, `compare: shape`
    compares keys and types only, `unordered` ignores order in lists.
    """

    name: str
    path: str
    user: str = "demo"
    service: str | None = None
    version: str | None = "2.99"
    method: str = "GET"
    body: Any = NOTHING
    raw_body: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    save: Mapping[str, str] = field(default_factory=dict)
    wait: Wait | None = None
    racy: tuple[str, ...] = ()
    compare: str = "values"
    unordered: bool = False
    recorded: bool = True


@dataclass(frozen=True)
class Scenario:
    """A named list of exchanges that makes what it needs itself."""

    name: str
    about: str
    exchanges: tuple[Exchange, ...]

    @property
    def recorded(self) -> tuple[Exchange, ...]:
        return tuple(exchange for exchange in self.exchanges if exchange.recorded)


@cache
def load(folder: Path = SCRIPTS) -> dict[str, Scenario]:
    """Every scenario of a folder, by name; read once."""
    setups = _read(folder / SETUPS)
    scenarios: dict[str, Scenario] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == SETUPS:
            continue
        for name, entry in _read(path).items():
            if name in scenarios:
                raise ScriptError(f"scenario {name} is there twice")
            scenarios[name] = _scenario(name, entry, setups)
    return scenarios


def load_file(path: Path) -> dict[str, Scenario]:
    """The scenarios of somebody's own file, by name; they may name the setups that there are.

    Raises ScriptError for what is not a file of scenarios, FileProblem for what can't be read.
    """
    try:
        document = yaml.load(files.read_text(path), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ScriptError(f"{path}: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict) or not all(isinstance(entry, dict) for entry in document.values()):
        raise ScriptError(f"{path} is not a file of scenarios: it has to map names to scenarios")
    setups = _read(SCRIPTS / SETUPS)
    try:
        return {str(name): _scenario(str(name), entry, setups) for name, entry in document.items()}
    except ScriptError as error:
        raise ScriptError(f"{path}: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ScriptError(f"{path} is not a file of scenarios: {error}") from None


def substitute(value: Any, variables: Mapping[str, str], *, lenient: bool = False) -> Any:
    """`value` with `{name}` replaced in all of its strings, keys included.

    Raises ScriptError for a name that is no variable, unless `lenient`.
    """

    def replace(match: re.Match[str]) -> str:
        if match[1] in variables:
            return variables[match[1]]
        if lenient:
            return match[0]
        raise ScriptError(f"no variable {match[0]}")

    if isinstance(value, str):
        return _VARIABLE.sub(replace, value)
    if isinstance(value, Mapping):
        return {
            substitute(key, variables, lenient=lenient): substitute(item, variables, lenient=lenient)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [substitute(item, variables, lenient=lenient) for item in value]
    return value


def variables_in(value: Any) -> set[str]:
    """The names of the variables in something that JSON can hold."""
    return set(_VARIABLE.findall(json.dumps(value)))


def beginning(name: str, *, user: str, version: str | None, method: str, path: str) -> dict[str, Any]:
    """The beginning of a step as a file has it, without what is as usual."""
    told = {"as": (user, Exchange.user), "version": (version, Exchange.version), "method": (method, Exchange.method)}
    return {"name": name, **{key: value for key, (value, usual) in told.items() if value != usual}, "path": path}


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] | None = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return document or {}


def _scenario(name: str, entry: Mapping[str, Any], setups: Mapping[str, Any]) -> Scenario:
    defaults = entry.get("defaults", {})
    steps = list(_setup_steps(entry.get("setup", []), setups))
    steps += [{**defaults, **step} for step in entry["steps"]]
    exchanges = tuple(exchange for step in steps for exchange in _expand(name, step))
    names = [exchange.name for exchange in exchanges if exchange.recorded]
    twice = {each for each in names if names.count(each) > 1}
    if twice:
        raise ScriptError(f"scenario {name}: exchanges named twice: {sorted(twice)}")
    return Scenario(name, entry.get("about", ""), exchanges)


def _setup_steps(items: Iterable[Any], setups: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in items:
        if isinstance(item, str):
            yield from _setup_steps(setups[item], setups)
        else:
            yield {"name": "setup", **item, "recorded": False}


def _expand(scenario: str, step: Mapping[str, Any]) -> Iterator[Exchange]:
    entry = dict(step)
    versions = entry.pop("versions", None)
    users = entry.pop("as", Exchange.user)
    for user in users if isinstance(users, list) else [users]:
        for version in versions or [entry.get("version", Exchange.version)]:
            name = entry.get("name", "")
            if isinstance(users, list):
                name = f"{name}, {user}"
            if versions:
                name = f"{name}, {version or 'no version'}"
            yield _exchange(scenario, {**entry, "name": name, "user": user, "version": version})


def _exchange(scenario: str, entry: dict[str, Any]) -> Exchange:
    unknown = entry.keys() - {each.name for each in fields(Exchange)}
    if unknown or not entry["name"]:
        raise ScriptError(f"scenario {scenario}, exchange {entry['name'] or entry}: unknown {sorted(unknown)}")
    if "wait" in entry:
        entry["wait"] = Wait(**entry["wait"])
    entry["racy"] = tuple(entry.get("racy", ()))
    return Exchange(**entry)
