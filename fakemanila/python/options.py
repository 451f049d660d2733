"""What is said of a world in Python, as the scenario that it starts from.

Everything that a scenario can say is said through one, so that `FakeManila`, the pytest marker and a server elsewhere
understand the same and complain in the same words.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from ..text.suggestions import nearest

Json: TypeAlias = "dict[str, Any]"
Source: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"
"""A scenario: a file, the name of one that comes with fakemanila, or the mapping itself."""

OPTIONS = (
    "seed",
    "delays",
    "faults",
    "scenario",
    "backends",
    "clock",
    "rate",
    "start",
    "min_microversion",
    "max_microversion",
    "identity",
    "token_ttl",
    "strict",
    "services",
    "release",
)
_OTHERWISE = ("delays", "faults", "scenario", "backends", "clock", "rate", "start")
"""What a scenario says in another way; the rest it says as it is."""
_LISTS = ("backends", "resources", "quotas", "faults")
_NAMED = ("projects", "users", "pools")
_LISTS_BY_KIND = "records"


def check_names(options: Iterable[str], also: tuple[str, ...] = ()) -> None:
    """Raises TypeError for an option that there isn't."""
    for name in options:
        if name not in OPTIONS and name not in also:
            known = (*OPTIONS, *also)
            raise TypeError(f"{name!r} is not an option of fakemanila{nearest(name, known)}")


def document(options: Mapping[str, Any]) -> Json:
    """One scenario of all the options that are not None.

    Raises TypeError for an unknown option, ValueError for what is wrong with a known one.
    """
    check_names(options)
    given = {name: _plain(value) for name, value in options.items() if value is not None}
    own: Json = {name: value for name, value in given.items() if name not in _OTHERWISE}
    if "delays" in given:
        own["delays"] = given["delays"]
    if "faults" in given:
        own["faults"] = [given["faults"]] if isinstance(given["faults"], str | Mapping) else list(given["faults"])
    if "backends" in given:
        own["backends"] = [given["backends"]] if isinstance(given["backends"], Mapping) else list(given["backends"])
    clock = {
        key: given[name] for key, name in (("mode", "clock"), ("rate", "rate"), ("start", "start")) if name in given
    }
    if clock:
        own["clock"] = {"mode": "real", **clock} if "rate" in clock else clock
    return merged([*_read(given.get("scenario", ())), *_checked([own])])


def merged(documents: Iterable[Mapping[str, Any]]) -> Json:
    """Several scenarios as one, merged as `Scenario` does: the later one wins, lists are appended."""
    whole: Json = {}
    for each in documents:
        for key, value in each.items():
            if key in _LISTS:
                whole[key] = [*whole.get(key, ()), *value]
            elif key == _LISTS_BY_KIND:
                before = whole.get(key, {})
                whole[key] = {**before, **{kind: [*before.get(kind, ()), *records] for kind, records in value.items()}}
            elif key in _NAMED:
                before = whole.get(key, {})
                whole[key] = {
                    **before,
                    **{name: {**(before.get(name) or {}), **(said or {})} for name, said in value.items()},
                }
            elif key in ("delays", "clock"):
                whole[key] = {**whole.get(key, {}), **value}
            else:
                whole[key] = value
    return whole


def _read(sources: Source | Iterable[Source]) -> list[Json]:
    if isinstance(sources, str | os.PathLike | Mapping):
        sources = [sources]
    from ..scenario.files import Document, find, read

    return _checked([Document(dict(s)) if isinstance(s, Mapping) else read(find(os.fspath(s))) for s in sources])


def _checked(documents: Iterable[Any]) -> list[Json]:
    """The documents, of which nothing is wrong as far as that can be said without a world. Raises ValueError."""
    found = list(documents)
    if not any(found):
        return []
    from ..scenario.files import Document
    from ..scenario.scenario import Scenario

    each = [one if isinstance(one, Document) else Document(one) for one in found]
    Scenario(each)
    return [one.value for one in each]


def _plain(value: Any) -> Any:
    """The same as JSON has it: what is said with Python's times, too."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
