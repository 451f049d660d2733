"""The results as documents for programs: JSON and JUnit's XML. Their shapes are in ``docs/reference/sweep.md``."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Collection, Sequence

from ..text import junit
from .results import Result, Verdict, tally
from .stage import Undisturbed

VERSION = 1
"""Of the JSON document: it goes up when a program that reads it would have to change."""


def as_json(command: Sequence[str], seed: int, first: Undisturbed, results: Sequence[Result]) -> str:
    """The whole sweep."""
    document = {
        "version": VERSION,
        "command": list(command),
        "seed": seed,
        "undisturbed": {
            "seconds": round(first.ended.seconds, 3),
            "requests": [request.to_json() for request in first.requests],
        },
        "runs": [result.to_json() for result in results],
        "summary": tally(results),
    }
    return json.dumps(document, indent=2) + "\n"


def as_junit(results: Sequence[Result], bad: Collection[Verdict]) -> str:
    """A test suite with a test case for each run; a failure is one whose verdict fails the sweep."""
    suite = ElementTree.Element(
        "testsuite",
        name="fakemanila sweep",
        tests=str(len(results)),
        failures=str(sum(result.verdict in bad for result in results)),
        errors="0",
        skipped=str(sum(result.verdict == "not reached" for result in results)),
        time=f"{sum(result.ended.seconds for result in results):.3f}",
    )
    for result in results:
        (request, failure) = result.case.faults[-1]
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"sweep.{request.operation}.{failure.name}",
            name=junit.text(f"{result.case.id} {result.case.what}"),
            time=f"{result.ended.seconds:.3f}",
        )
        if result.verdict in bad:
            told = ElementTree.SubElement(case, "failure", type=result.verdict, message=junit.text(result.details))
            told.text = junit.text("\n".join(result.journal))
            ElementTree.SubElement(case, "system-out").text = junit.text(result.ended.output)
        elif result.verdict == "not reached":
            ElementTree.SubElement(case, "skipped", message="the fault was not reached")
        elif result.verdict != "passed":
            ElementTree.SubElement(case, "system-out").text = junit.text(f"{result.verdict}: {result.details}")
    return junit.document(suite)
