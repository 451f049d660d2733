"""Every pair of faults in a request, answered as a real server answered it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from . import differences, recorded

CHAPTERS = sorted(recorded.folder().glob("*.json"))
KNOWN = differences.known()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_answers_as_the_real_server_does(path: Path) -> None:
    found = differences.of_chapter(path)
    operations = {recording.way.operation for recording in recorded.read(path)}
    lines = []
    for operation in sorted(operations):
        here, known = found.get(operation, Counter()), KNOWN.get(operation, Counter())
        lines += [f"{operation} {line} ({count} requests)" for line, count in sorted((here - known).items())]
        lines += [
            f"{operation} {line}: no difference any more ({count})" for line, count in sorted((known - here).items())
        ]
    assert not lines, "\n".join(["differs from the real server:", *lines])


def test_known_differences_are_of_recorded_operations() -> None:
    operations = {recording.way.operation for path in CHAPTERS for recording in recorded.read(path)}
    assert KNOWN.keys() <= operations
