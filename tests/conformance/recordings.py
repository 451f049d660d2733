"""The recorded answers of a real server, and the differences from them that are known and explained."""

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from fakemanila.compare.exchanges import Outcome
from fakemanila.compare.script import Scenario

RECORDED = Path(__file__).parents[2] / "fixtures" / "recorded"
DIFFERENCES = Path(__file__).with_name("differences.yaml")


def newest(folder: Path = RECORDED) -> Path:
    """The folder of the newest release there are recordings of."""

    def release(path: Path) -> list[int]:
        return [int(part) for part in path.name.removeprefix("manila-").split(".")]

    return max((path for path in folder.glob("manila-*") if path.is_dir()), key=release)


def write(folder: Path, scenario: Scenario, outcomes: Iterable[Outcome], release: str) -> Path:
    """Writes one scenario's recording and gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "scenario": scenario.name,
        "release": release,
        "date": datetime.now(timezone.utc).date().isoformat(),
        "exchanges": [
            {
                "name": outcome.exchange.name,
                "as": outcome.exchange.user,
                "version": outcome.exchange.version,
                "request": outcome.request,
                "answer": outcome.answer,
            }
            for outcome in outcomes
        ],
    }
    path = folder / f"{scenario.name}.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read(folder: Path, name: str) -> dict[str, Any]:
    """One scenario's recorded answers, by the names of the exchanges."""
    document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return {entry["name"]: entry["answer"] for entry in document["exchanges"]}
