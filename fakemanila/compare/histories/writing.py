"""Steps as a scenario, to be copied into `scripts/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from ..script import NOTHING, beginning
from ..server import pick
from .kinds import KINDS, STATES
from .playing import Played
from .steps import Look, Step


def scenario(name: str, done: Sequence[Played]) -> str:
    """The YAML of a scenario of what was played, with what differed as comments."""
    lines = [f"{name}:", "  about: Found by a random history", "  steps:"]
    used = {each for played in done for each in played.step.uses}
    used |= {look.name for played in done for look in played.looked}
    for number, played in enumerate(done, 1):
        lines.append(f"    - {flow(_step(number, played, used))}")
        lines += [f"    # {line}" for line in played.differences]
        for look, found in played.later.items():
            lines.append(f"    - {flow({'name': f'{number} then {look.name}', 'as': 'admin', 'path': look.path})}")
            lines += [f"    # {line}" for line in found]
    return "\n".join(lines) + "\n"


def flow(entry: Mapping[str, Any]) -> str:
    """One step, on one line."""
    text = yaml.safe_dump(dict(entry), default_flow_style=True, sort_keys=False, width=10**6, allow_unicode=True)
    return str(text).strip()


def _step(number: int, played: Played, used: set[str]) -> dict[str, Any]:
    exchange = played.step.exchange
    entry = beginning(
        f"{number} {played.step.operation}",
        user=exchange.user,
        version=exchange.version,
        method=exchange.method,
        path=exchange.path,
    )
    if exchange.body is not NOTHING:
        entry["body"] = exchange.body
    if exchange.headers:
        entry["headers"] = dict(exchange.headers)
    if exchange.unordered and exchange.method == "GET":
        entry["unordered"] = True
    saved = {
        name: dotted
        for name, dotted in exchange.save.items()
        if (name in used or name.startswith("auth_key"))
        and played.expected.ok
        and isinstance(pick(played.expected.document, dotted), str)
    }
    if saved:
        entry["save"] = saved
    if wait := _wait(played):
        entry["wait"] = wait
    return entry


def _wait(played: Played) -> dict[str, Any] | None:
    look = _most_telling(played.step, list(played.looked))
    if look is None or not played.step.settles:
        return None
    answer = played.looked[look]
    if answer.status == 404:
        return {"path": look.path, "gone": True}
    record = pick(answer.document, KINDS[look.kind].key)
    states = {name: record[name] for name in STATES if isinstance(record, dict) and record.get(name)}
    return (
        {"path": look.path, "until": {f"{KINDS[look.kind].key}.{k}": v for k, v in states.items()}} if states else None
    )


def _most_telling(step: Step, looks: list[Look]) -> Look | None:
    """What the step made, or what it names last."""
    made = [look for look in looks if look.name in step.makes]
    looks = made or looks
    path = step.exchange.path + str(step.exchange.body)
    return max(looks, key=lambda look: path.find(f"{{{look.name}}}"), default=None)
