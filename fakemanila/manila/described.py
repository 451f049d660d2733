"""What the kinds of records say of themselves, as the parts of ``schemas/`` that describe states and scenarios.

    python -m fakemanila.manila.described [--check]

writes ``schemas/records.json`` anew, and those parts of ``state.json`` and ``scenario.json`` that are about records; or
says whether they are as they should be.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ..all_resources import KINDS, SEEDS
from ..cli import console
from ..contract import declared
from ..contract.derive.write import render
from ..package_data import schemas_dir
from .statuses import STATUSES

_BY_HAND = ("text", "text_or_null", "time", "time_or_null", "limit", "limits")
"""Definitions of records.json that aren't a kind's."""
_KINDS_END = "quota"
"""The last definition of scenario.json that is written by hand."""


def documents() -> dict[str, dict[str, Any]]:
    """The three schemas as they should be, by the name of the file."""
    found = {name: _read(name) for name in ("records.json", "state.json", "scenario.json")}
    records, state, scenario = found.values()
    by_hand = {name: records["$defs"][name] for name in _BY_HAND}
    records["$defs"] = {**by_hand, "status": {"enum": sorted(STATUSES)}} | {
        name: declared.object_of(kind.row, kind.row.attributes, kind.row.defaults) for name, kind in KINDS.items()
    }
    state["properties"]["records"]["properties"] = {
        name: {"type": "array", "items": {"$ref": f"records.json#/$defs/{name}"}} for name in KINDS
    }
    names = list(scenario["$defs"])
    by_hand = {name: scenario["$defs"][name] for name in names[: names.index(_KINDS_END) + 1]}
    scenario["$defs"] = (
        by_hand
        | {"resource": _any_of_the_kinds()}
        | {name: declared.seed_of(name, seed.fields) for name, seed in SEEDS.items()}
    )
    return found


def _any_of_the_kinds() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"kind": {"enum": list(SEEDS)}},
        "required": ["kind"],
        "allOf": [declared.one_of_the_kinds(name) for name in SEEDS],
    }


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((schemas_dir() / name).read_text(encoding="utf-8"))
    return found


def main(arguments: list[str]) -> int:
    folder = Path(str(schemas_dir()))
    texts = {name: render(document) for name, document in documents().items()}
    wrong = [name for name, text in texts.items() if (folder / name).read_text(encoding="utf-8") != text]
    if arguments != ["--check"]:
        for name in wrong:
            (folder / name).write_text(texts[name], encoding="utf-8")
        return 0
    for name in wrong:
        console.complain(f"schemas/{name} is not what the kinds of records say")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
