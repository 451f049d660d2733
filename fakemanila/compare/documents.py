"""A comparison as documents for programs: JSON and JUnit's XML. Neither has texts of messages."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

from ..text import junit
from .results import Comparison, Result, tally
from .telling import summary

VERSION = 1
"""Of the JSON document: it goes up when a program that reads it would have to change."""


def as_json(comparison: Comparison, about: dict[str, Any]) -> str:
    """The whole comparison; `about` says of what: the cloud's name, its address and its microversion."""
    document = {
        "version": VERSION,
        **about,
        "interrupted": comparison.stopped,
        "results": [result.to_json() for result in comparison.results],
        "summary": tally(comparison.results),
    }
    return json.dumps(document, indent=2) + "\n"


def as_junit(comparison: Comparison) -> str:
    """A test suite with a test case for each result."""
    counts = tally(comparison.results)
    suite = ElementTree.Element(
        "testsuite",
        name="fakemanila compare",
        tests=str(len(comparison.results)),
        failures=str(counts["differs"]),
        errors=str(counts["could not be played"]),
        skipped=str(counts["not played"] + counts["left out"]),
        time=f"{comparison.seconds:.3f}",
    )
    for result in comparison.results:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"compare.{result.chapter}",
            name=junit.text(result.name),
            time=f"{result.seconds:.3f}",
        )
        _add_outcome(case, result)
    ElementTree.SubElement(suite, "system-out").text = junit.text(summary(comparison))
    return junit.document(suite)


def _add_outcome(case: ElementTree.Element, result: Result) -> None:
    if result.verdict == "differs":
        names = ", ".join(each.name for each in result.differences)
        told = ElementTree.SubElement(case, "failure", type="differs", message=junit.text(names))
        told.text = junit.text(
            "\n".join(f"{each.name} ({each.request})\n  " + "\n  ".join(each.lines) for each in result.differences)
        )
    elif result.verdict == "could not be played":
        ElementTree.SubElement(case, "error", type=result.verdict, message=junit.text(result.why))
    elif result.verdict != "alike":
        ElementTree.SubElement(case, "skipped", message=junit.text(f"{result.verdict}: {result.why}"))
