"""Runs in the suite's environment: a subunit stream becomes lines of JSON, one for each test."""

from __future__ import annotations

import json
import sys
from typing import Any

import subunit  # type: ignore[import-not-found]
import testtools  # type: ignore[import-not-found]


def tell(test: dict[str, Any]) -> None:
    begin, end = test["timestamps"]
    texts = {name: content.as_text() for name, content in test["details"].items() if name != "pythonlogging:''"}
    record = {
        "id": test["id"],
        "status": test["status"],
        "seconds": (end - begin).total_seconds() if begin and end else 0.0,
        "text": "\n".join(texts.values()),
    }
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def main() -> None:
    results = testtools.StreamToDict(tell)
    results.startTestRun()
    subunit.ByteStreamToStreamResult(sys.stdin.buffer, non_subunit_name="stdout").run(results)
    results.stopTestRun()


main()
