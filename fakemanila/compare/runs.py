"""What `fakemanila compare` does: scenarios, random histories, or reading alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from ..cli.console import echo, note, progress
from ..importing.cloud import Cloud, CloudError
from ..importing.imported import read_cloud
from ..importing.turns import Turns
from ..text.words import counted
from .cast import PREFIX, Keystone
from .chapters import chapter_of
from .histories import walking
from .histories.comparing import explanations
from .likeness import likeness
from .reading import Reading
from .report import known_differences
from .results import Comparison, Difference, Result, Verdict
from .running import Part, Scripts, Stage, remove_others
from .script import Scenario, load
from .stopping import interruptible
from .suitable import suitable


@dataclass(frozen=True)
class Options:
    """What the command was told."""

    cloud: str
    chapters: tuple[str, ...] = ()
    scenarios: Mapping[str, Scenario] = field(default_factory=load)
    jobs: int = 1
    settle: float = 300.0
    """Seconds that anything may take to settle on the cloud."""
    rate: float | None = None
    whole_cloud: bool = False
    records: int = 3
    histories: int = 0
    steps: int = 50
    seed: int = 1
    shrink: bool = True
    tell: bool = False


@contextmanager
def _stage(cloud: Cloud, options: Options, *, tells_of_others: bool = True) -> Iterator[Stage]:
    """Users there, until it ends; the first interruption stops what is played."""
    like = likeness(cloud)
    prefix = f"{PREFIX}{uuid.uuid4().hex[:8]}"
    stop = Event()
    clean = f"'fakemanila compare --os-cloud {options.cloud} --clean-up' removes it"
    with interruptible(stop, note, stays=f"what is named {prefix}… stays there; {clean}"):
        with Keystone.of(cloud, prefix) as keystone:
            others = keystone.others("projects")
            if others and tells_of_others:
                note(
                    f"{counted(len(others), 'project')} of other runs are there, such as {others[0].name}; if none is"
                    f" running, {clean.replace('removes it', 'removes them')}"
                )
            stage = Stage(cloud, keystone, like, settle=options.settle, turns=Turns(options.rate), stop=stop)
            yield stage
        progress("")


def scripts(cloud: Cloud, options: Options) -> Comparison:
    """Plays the scenarios of some chapters, or all of them. Raises CloudError where nothing can be compared."""
    with _stage(cloud, options) as stage:
        parts = []
        for scenario in options.scenarios.values():
            chapter = chapter_of(scenario)
            if not options.chapters or chapter in options.chapters:
                fit = suitable(scenario, cloud.microversion, stage.keystone.missing, whole_cloud=options.whole_cloud)
                parts.append(Part(scenario, chapter, fit))
        played = Scripts(stage, known_differences()["explained"], progress)
        try:
            played.run(parts, options.jobs)
        except CloudError as error:
            if not any(result.compared for result in played.comparison.results):
                raise
            played.comparison.notes.append(str(error))
        comparison = played.comparison
    comparison.notes += _notes(stage)
    return comparison


def clean_up(cloud: Cloud, options: Options) -> int:
    """Removes what other runs have left; 1 where something stays."""
    with _stage(cloud, options, tells_of_others=False) as stage:
        removed = remove_others(stage)
    progress("")
    echo(f"removed: {removed}", *_left(stage))
    return 1 if stage.left else 0


def _notes(stage: Stage) -> list[str]:
    missing = stage.keystone.missing
    return [*([f"not there, since Keystone lacks their roles: {', '.join(missing)}"] if missing else []), *_left(stage)]


def _left(stage: Stage) -> list[str]:
    return [f"could not be removed: {each}" for each in stage.left]


def histories(cloud: Cloud, options: Options) -> Comparison:
    """Plays random histories. Raises CloudError."""
    comparison = Comparison("history")
    chapter = options.chapters[0] if options.chapters else "histories"

    def ended(history: walking.History) -> None:
        found = [Difference(each.signature, "", ()) for each in history.found]
        verdict: Verdict = "could not be played" if history.problem else "differs" if found else "alike"
        comparison.results.append(
            Result(
                f"history_{options.seed}_{history.number}",
                chapter,
                verdict,
                history.steps,
                found,
                history.explained,
                history.problem,
                0,
                history.seconds,
            )
        )
        progress(f"{len(comparison.results)} of {options.histories} histories, {walk.totals.steps} steps")

    with _stage(cloud, options) as stage:
        walk = walking.Walk(stage, options.seed, explanations(), _say, ended, told=options.tell)
        only = options.chapters[0] if options.chapters else None
        try:
            walk.run(options.histories, options.steps, only, shrinking=options.shrink, jobs=options.jobs)
        except CloudError as error:
            if not comparison.results:
                raise
            comparison.notes.append(str(error))
    stage.left += walk.totals.left
    comparison.stopped = stage.stop.is_set()
    comparison.notes += [*walk.totals.told(), *_notes(stage)]
    return comparison


def _say(text: str) -> None:
    progress("")
    echo(*text.splitlines())


def read_only(cloud: Cloud, options: Options) -> Comparison:
    """Compares what the cloud's user sees with a world that was read from it. Raises CloudError."""
    stop = Event()
    found = read_cloud(cloud)
    progress("")
    reading = Reading(
        cloud, found, chapters=options.chapters, records=options.records, turns=Turns(options.rate), stop=stop,
        progress=progress,
    )  # fmt: skip
    with interruptible(stop, note):
        reading.run()
    return reading.comparison
