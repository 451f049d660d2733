"""A cloud as a scenario, in memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..scenario.scenario import Scenario
from ..world.world import Settings
from ..world.worlds import Worlds
from . import document, people, reading
from .cloud import Cloud
from .records import records_of

_SOME_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a cloud has shown, as a scenario, and what isn't in it."""

    scenario: dict[str, Any]
    notes: list[str]
    """What is otherwise than in the cloud, a line each."""
    unseen: list[str]
    """What this user wasn't shown, a line each, without ids."""
    left_out: list[str]
    """Records that no world can have, a line each."""

    @property
    def records(self) -> int:
        return sum(map(len, self.scenario["records"].values()))


def read_cloud(cloud: Cloud, projects: Iterable[str] = ()) -> Imported:
    """Asks for all that a cloud shows, of these projects alone where there are any, by name or id.

    Raises CloudError where the cloud can't be read, ValueError where no world can start from it.
    """
    names = list(projects)
    chosen = people.find_projects(cloud, names) if names else []
    seen = reading.read(cloud, chosen)
    records, left_out = records_of(seen)
    owners = [each["project_id"] for kind in records.values() for each in kind if each.get("project_id")]
    found = people.read(cloud, chosen, owners)
    quotas = [each for each in seen.quotas if _is_known(each, found)]
    whole = document.scenario(
        cloud.newest, seen.defaults, {"projects": found.projects, "users": found.users}, quotas, records
    )
    return Imported(whole, found.notes, _unseen(cloud), left_out)


def check(whole: Mapping[str, Any]) -> None:
    """Starts a world from it. Raises ValueError."""
    try:
        Worlds(Scenario.load(whole).settings(Settings())).get()
    except ValueError as error:
        raise ValueError(f"no world can start from what was read: {error}") from None


def _is_known(quota: Mapping[str, Any], found: people.People) -> bool:
    """Whether the project and the user of a quota are in the file."""
    projects = {each["id"] for each in found.projects.values()}
    users = {each["id"] for each in found.users.values()}
    return quota.get("project") in (None, *projects) and quota.get("user") in (None, *users)


def _unseen(cloud: Cloud) -> list[str]:
    """What this user wasn't shown, without ids and each once: also what has gone since it was listed."""
    counts = Counter(
        f"{'the cloud failed' if status >= 500 else 'not shown to this user'} ({status}): "
        f"{_SOME_ID.sub('ID', request.partition('?')[0])}"
        for request, status in cloud.unseen.items()
    )
    return [text if number == 1 else f"{text}, {number} times" for text, number in counts.items()]
